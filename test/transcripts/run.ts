import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadContent } from '../../content/content.ts';
import { checkHeld } from './chart-held.ts';
import { type Played, playTranscript } from './played.ts';
import { readTranscript } from './read-transcript.ts';
import type { Transcript, Way } from './transcript.ts';
import { type World, worldAt } from './world.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Every transcript in this folder. */
export function allTranscripts(): readonly Transcript[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => readTranscript(name, readFileSync(`${folder}${name}`, 'utf8')));
}

export interface Outcome {
  readonly transcript: Transcript;
  readonly way: Way;
  readonly differences: readonly string[];
  /** Why it was not played. */
  readonly skipped?: string;
}

const catalogue = loadContent().catalogueFor('US');

/**
 * Plays transcripts on the channels they name, `atOnce` of them at a time; those that move the clock one by one afterwards. Then what the chart and
 * the phones hold is looked at, once everything has had the time to be written.
 */
export async function playAll(
  world: World,
  transcripts: readonly Transcript[],
  { only, atOnce = 4 }: { readonly only?: readonly Way[] | undefined; readonly atOnce?: number } = {},
): Promise<readonly Outcome[]> {
  const all = transcripts.flatMap((transcript) =>
    transcript.ways.filter((way) => only === undefined || only.includes(way)).map((way) => ({ transcript, way })),
  );
  const rings = all.filter(({ transcript }) => !movesTime(transcript) && ringsStaff(transcript));
  const timeless = all.filter(({ transcript }) => !movesTime(transcript) && !ringsStaff(transcript));
  const timed = all.filter(({ transcript }) => movesTime(transcript));
  const played: Played[] = [];
  const waiting = [...timeless];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        played.push(await playTranscript(world, next.transcript, next.way));
    }),
  );
  // A handset of staff rings for one call at a time: who comes second hears that nobody could pick up.
  for (const next of rings) {
    played.push(await playTranscript(world, next.transcript, next.way));
    await (world.clock?.advance('PT2M') ?? sleep(ringsFor));
  }
  await world.clock?.advance('PT2M');
  for (const each of played) await checkHeld(world, each);
  const outcomes: Outcome[] = [...played];
  for (const { transcript, way } of timed) {
    if (world.clock === undefined) {
      outcomes.push({ transcript, way, differences: [], skipped: 'it moves the clock, and there is none here' });
      continue;
    }
    const one = await playTranscript(world, transcript, way);
    await world.clock.advance('PT2M');
    await checkHeld(world, one);
    outcomes.push(one);
  }
  return outcomes;
}

/** Somewhat longer than a dial rings, in milliseconds of the wall clock. */
const ringsFor = 28_000;

function ringsStaff({ steps }: Transcript): boolean {
  return JSON.stringify(steps).includes(catalogue.messages.en['voice.connecting']);
}

function movesTime({ steps, visit }: Transcript): boolean {
  if (visit !== undefined) return true;
  return steps.some((step) => step.is === 'happened' && step.what.endsWith(' later'));
}

/**
 * `node test/transcripts/run.ts [file …]` against the addresses in TOLD_ONCE_API, TOLD_ONCE_CARRIER, TOLD_ONCE_EHR and, where there is
 * one, TOLD_ONCE_CLOCK; TOLD_ONCE_WAYS (such as "sms,keypad,speech") leaves out the other channels.
 */
async function main(files: readonly string[]): Promise<number> {
  const {
    TOLD_ONCE_API: api,
    TOLD_ONCE_CARRIER: carrier,
    TOLD_ONCE_EHR: ehr,
    TOLD_ONCE_CLOCK: clock,
    TOLD_ONCE_WAYS: ways,
  } = process.env;
  if (api === undefined || carrier === undefined || ehr === undefined) {
    console.error('Set TOLD_ONCE_API, TOLD_ONCE_CARRIER and TOLD_ONCE_EHR to base URLs without a trailing slash.');
    return 2;
  }
  const world = worldAt({ api, carrier, ehr, ...(clock === undefined || clock === '' ? {} : { clock }) });
  const chosen = allTranscripts().filter(({ file }) => files.length === 0 || files.includes(file));
  const outcomes = await playAll(world, chosen, { only: ways?.split(',') as Way[] | undefined });
  for (const { transcript, way, differences, skipped } of outcomes) {
    console.log(
      `${skipped !== undefined ? 'skipped' : differences.length === 0 ? 'ok' : 'DIFFERS'}  ${transcript.title} (${way})${skipped === undefined ? '' : `: ${skipped}`}`,
    );
    for (const difference of differences) console.log(`    ${difference.replaceAll('\n', '\n    ')}`);
  }
  return outcomes.every(({ differences }) => differences.length === 0) ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
