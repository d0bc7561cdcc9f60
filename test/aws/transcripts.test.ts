import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTranscripts, type Outcome, playAll } from '../transcripts/run.ts';
import type { Way } from '../transcripts/transcript.ts';
import { worldAt } from '../transcripts/world.ts';
import { deployed } from './deployed.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';

const ways: readonly Way[] = ['sms', 'keypad', 'speech'];
const transcripts = allTranscripts();
const on = deployed();
let standIns: StandIns | undefined;
let outcomes: readonly Outcome[] = [];

beforeAll(async () => {
  standIns = await startStandIns(on);
  await standIns.sweep();
  const world = worldAt({ api: on.apiUrl, carrier: on.carrierUrl, ehr: on.ehrUrl });
  // Every function is started once before anything counts: the emulator takes long over a cold start.
  await playAll(world, transcripts.slice(0, 1), ways);
  outcomes = await playAll(world, transcripts, ways);
}, 1_200_000);

afterAll(() => standIns?.close());

describe('the transcripts, against the deployed stack', () => {
  it.for(
    transcripts.flatMap(({ file, title, ways: carried }) =>
      carried.filter((way) => ways.includes(way)).map((way) => ({ file, title, way })),
    ),
  )('$title, by $way', ({ file, way }, { skip }) => {
    const outcome = outcomes.find((each) => each.transcript.file === file && each.way === way);
    if (outcome?.skipped !== undefined) skip(outcome.skipped);
    expect(outcome?.differences.join('\n\n')).toBe('');
  });
});
