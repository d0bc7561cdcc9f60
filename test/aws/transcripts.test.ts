import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTranscripts, type Outcome, playAll } from '../transcripts/run.ts';
import type { Way } from '../transcripts/transcript.ts';
import { worldAt } from '../transcripts/world.ts';
import { deployed } from './deployed.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';

const ways: readonly Way[] = ['sms', 'keypad', 'speech'];
/** `TOLD_ONCE_ONLY`: a pattern of the files to play. */
const only = new RegExp(process.env.TOLD_ONCE_ONLY ?? '');
const transcripts = allTranscripts().filter(({ file }) => only.test(file));
const on = deployed();
let standIns: StandIns | undefined;
let outcomes: readonly Outcome[] = [];

beforeAll(async () => {
  standIns = await startStandIns(on);
  await standIns.sweep();
  const world = { ...worldAt({ api: on.apiUrl, carrier: on.carrierUrl, ehr: on.ehrUrl }), clock: standIns.clock };
  // One by one: whoever waits until all is done would wait for the others' talk too.
  const how = { only: ways, atOnce: 1 };
  // Every function is started once before anything counts: the emulator takes long over a cold start.
  await playAll(world, transcripts.slice(0, 1), how);
  outcomes = await playAll(world, transcripts, how);
}, 3_600_000);

afterAll(() => standIns?.close());

describe('the transcripts, against the deployed stack', () => {
  it.for(
    transcripts.flatMap(({ file, title, ways: carried }) =>
      carried.filter((way) => ways.includes(way)).map((way) => ({ file, title, way })),
    ),
  )('$title, by $way', ({ file, way }) => {
    const outcome = outcomes.find((each) => each.transcript.file === file && each.way === way);
    expect(outcome?.skipped).toBeUndefined();
    expect(outcome?.differences.join('\n\n')).toBe('');
  });

  it('left nothing in any queue, and nothing among the dead letters', async () => {
    await standIns?.clock.settle();
    // A look after a reply may come out of its minute's wait just now.
    await expect.poll(() => standIns?.cloud.notEmpty(), { timeout: 10_000, interval: 500 }).toEqual([]);
  });
});
