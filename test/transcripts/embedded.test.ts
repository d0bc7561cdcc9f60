import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from '../../local/hands/house.ts';
import { allTranscripts, type Outcome, playAll } from './run.ts';
import { worldAt } from './world.ts';

const transcripts = allTranscripts();
let house: House | undefined;
let outcomes: readonly Outcome[] = [];

beforeAll(async () => {
  house = await startHouse();
  const { api, carrier, ehr, console } = house.endpoints;
  outcomes = await playAll(worldAt({ api, carrier, ehr, clock: console }), transcripts);
}, 420_000);

afterAll(() => house?.leave());

describe('transcripts, played over HTTP against a house of their own', () => {
  it.each(transcripts.flatMap(({ file, title, ways }) => ways.map((way) => ({ file, title, way }))))(
    '$title, by $way',
    ({ file, way }) => {
      const outcome = outcomes.find((each) => each.transcript.file === file && each.way === way);
      expect(outcome?.skipped).toBeUndefined();
      expect(outcome?.differences.join('\n\n')).toBe('');
    },
  );
});
