import { expect, it } from 'vitest';
import { killAgainAndAgain } from './killing.ts';

it('a hundred kills in the middle of turns: every answer that got a reply is in the chart, once and in its place', async () => {
  const { wrong, ...seen } = await killAgainAndAgain({
    rounds: 100,
    seed: 7,
    patients: 20,
    sets: 12,
    questionsInSet: 25,
  });
  console.log(`kill -9, a hundred times: ${JSON.stringify(seen)}`);
  expect(wrong).toEqual([]);
  expect(seen.kills).toBe(100);
  expect(seen.inChart).toBe(seen.acknowledged);
  expect(seen.inFlight).toBeGreaterThan(200);
  expect(seen.keptWithoutReply).toBeGreaterThan(0);
  expect(seen.settings).toEqual({ journalMode: 'wal', synchronous: 2 });
  expect(seen.integrity).toBe('ok');
}, 1_800_000);
