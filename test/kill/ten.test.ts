import { expect, it } from 'vitest';
import { killAgainAndAgain } from './killing.ts';

it('ten kills in the middle of turns: every answer that got a reply is in the chart, once and in its place', async () => {
  const { wrong, ...seen } = await killAgainAndAgain({
    rounds: 10,
    seed: 20261122,
    patients: 20,
    sets: 3,
    questionsInSet: 14,
  });
  console.log(`kill -9, ten times: ${JSON.stringify(seen)}`);
  expect(wrong).toEqual([]);
  expect(seen.kills).toBe(10);
  expect(seen.inChart).toBe(seen.acknowledged);
  // Otherwise the kills fell between turns and the run shows nothing.
  expect(seen.inFlight).toBeGreaterThan(20);
  expect(seen.settings).toEqual({ journalMode: 'wal', synchronous: 2 });
  expect(seen.integrity).toBe('ok');
}, 120_000);
