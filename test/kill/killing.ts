import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { QuestionnaireResponse, Task } from 'fhir/r4.js';
import { openDatabase } from '../../adapters/embedded/database.ts';
import { intakeTask, patient, questionnaire } from '../host/asking.ts';
import { type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import { type Gate, keepTexting, type PatientTexting } from './patient-texting.ts';
import { seeded } from './seeded.ts';
import { answerText, canonicalOf, linkIdOf, questionText } from './told.ts';

export interface Plan {
  readonly rounds: number;
  readonly seed: number;
  readonly patients: number;
  readonly sets: number;
  readonly questionsInSet: number;
}

/** What was seen in a run; `wrong` says in words everything that is not as it was told. */
export interface Outcome {
  readonly kills: number;
  readonly acknowledged: number;
  /** Texts that were under way when a kill came, all kills together. */
  readonly inFlight: number;
  /** Repeats that found their turn already kept: the kill fell between the commit and the reply. */
  readonly keptWithoutReply: number;
  readonly inChart: number;
  readonly wrong: readonly string[];
  readonly settings: { readonly journalMode: string; readonly synchronous: number };
  readonly integrity: string;
}

/** Kills the host again and again in the middle of turns, lets it settle, and compares what is kept with what was answered. */
export async function killAgainAndAgain(plan: Plan): Promise<Outcome> {
  const host = await startHost();
  try {
    const hands = handsOn(host.endpoints);
    const patients = await askEverybody(hands, plan);
    const { kills, inFlight } = await run(host, hands, plan, patients);
    await hands.settle();
    // Longer than the longest wait between two deliveries.
    await hands.advance('PT10M');
    const compared = await Promise.all(patients.map((each) => compare(hands, plan, each)));
    await host.stop();
    return {
      kills,
      inFlight,
      acknowledged: repliesOf(patients),
      keptWithoutReply: readFileSync(join(host.folder, 'log.jsonl'), 'utf8').split('"TURN_DUPLICATE"').length - 1,
      inChart: compared.reduce((sum, { inChart }) => sum + inChart, 0),
      wrong: compared.flatMap(({ wrong }) => wrong),
      ...inspect(join(host.folder, 'told-once.db')),
    };
  } finally {
    await host.remove();
  }
}

async function askEverybody(hands: Hands, plan: Plan): Promise<readonly PatientTexting[]> {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  for (const set of upTo(plan.sets))
    await hands.create(
      questionnaire(
        `kill-${set}`,
        upTo(plan.questionsInSet).map((question) => ({
          linkId: linkIdOf({ set, question }),
          text: questionText({ set, question }),
          type: 'text',
        })),
      ),
    );
  const patients: PatientTexting[] = [];
  for (const who of upTo(plan.patients)) {
    const number = `+1773556${String(who).padStart(4, '0')}`;
    const { id } = await hands.create(patient(number, `Patient${who}`));
    patients.push({ who, id, number, acknowledged: [], unexpected: [], retries: 0 });
  }
  await hands.settle();
  for (const set of upTo(plan.sets)) {
    for (const { id } of patients) await hands.create(intakeTask(id, `${canonicalOf(set)}|1`));
    await hands.settle();
  }
  return patients;
}

async function run(
  host: RunningHost,
  hands: Hands,
  plan: Plan,
  patients: readonly PatientTexting[],
): Promise<{ readonly kills: number; readonly inFlight: number }> {
  const random = seeded(plan.seed);
  let up = Promise.resolve();
  let callOn: () => void = () => undefined;
  let called = new Promise<void>((resolve) => {
    callOn = resolve;
  });
  const gate: Gate & { over: boolean } = {
    over: false,
    inFlight: 0,
    replied: () => undefined,
    open: () => up,
    pause: (milliseconds: number) =>
      Promise.race([new Promise<void>((resolve) => setTimeout(resolve, milliseconds)), called]),
  };
  const texting = patients.map((each) => keepTexting(hands, each, gate, plan.sets, seeded(plan.seed + each.who)));
  let ended = 0;
  for (const each of texting) void each.finally(() => ended++).catch(() => undefined);
  let inFlight = 0;
  let kills = 0;
  for (; kills < plan.rounds && ended < texting.length; kills++) {
    const soFar = repliesOf(patients);
    const enough = 12 + Math.floor(random() * 36);
    for (let waited = 0; repliesOf(patients) < soFar + enough && waited < 3_000; waited += 10) await sleep(10);
    // Everybody writes in the same moment, and the kill comes in the middle of their turns.
    const moment = aim(host, gate, plan, random);
    callOn();
    await moment;
    inFlight += gate.inFlight;
    let opened: () => void = () => undefined;
    up = new Promise((resolve) => {
      opened = resolve;
    });
    called = new Promise((resolve) => {
      callOn = resolve;
    });
    await host.kill();
    // Work left over from its last life is still being done when the next texts arrive.
    await host.start('listening');
    opened();
  }
  await sleep(300);
  gate.over = true;
  await Promise.all(texting);
  return { kills, inFlight };
}

function repliesOf(patients: readonly PatientTexting[]): number {
  return patients.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
}

/**
 * When the kill comes: as soon as the store's log is written to, so that turns are kept whose reply is not out; at the first reply of
 * many; or after no matter what.
 */
function aim(host: RunningHost, gate: Gate, { patients }: Plan, random: () => number): Promise<void> {
  const way = random();
  if (way < 0.3) return sleep(random() * 60);
  const found = new Promise<void>((resolve) => {
    const seen = () => {
      if (gate.inFlight > patients / 3) resolve();
    };
    if (way < 0.5) gate.replied = seen;
    else {
      const watcher = watch(join(host.folder, 'told-once.db-wal'), seen);
      setTimeout(() => watcher.close(), 400);
    }
  });
  return Promise.race([found, sleep(400)]).finally(() => {
    gate.replied = () => undefined;
  });
}

/** What the chart and the story hold, against what was acknowledged. */
async function compare(
  hands: Hands,
  plan: Plan,
  patient: PatientTexting,
): Promise<{ readonly inChart: number; readonly wrong: readonly string[] }> {
  const wrong = patient.unexpected.map((reply) => `unexpected reply: ${reply}`);
  const responses = await hands.search<QuestionnaireResponse>(
    `QuestionnaireResponse?subject=Patient/${patient.id}&_count=100`,
  );
  const tasks = await hands.search<Task>(`Task?patient=${patient.id}&_count=100`);
  const shown = await hands.story(patient.id);
  let inChart = 0;
  for (let set = 1; set <= plan.sets; set++) {
    const told = patient.acknowledged.filter((place) => place.set === set);
    const expected = told.map((place) => `${linkIdOf(place)}=${answerText(patient.who, place)}`);
    const mine = responses.filter((response) => response.questionnaire === `${canonicalOf(set)}|1`);
    const held = mine.flatMap(({ item = [] }) => item).map((item) => `${item.linkId}=${valuesOf(item).join('+')}`);
    inChart += held.length;
    if (mine.length > (told.length > 0 ? 1 : 0))
      wrong.push(`patient ${patient.who}, set ${set}: ${mine.length} responses`);
    if (held.join('\n') !== expected.join('\n'))
      wrong.push(`patient ${patient.who}, set ${set}: ${differenceOf(expected, held)}`);
    const complete = told.length === plan.questionsInSet;
    const status = mine[0]?.status;
    if (told.length > 0 && status !== (complete ? 'completed' : 'in-progress'))
      wrong.push(`patient ${patient.who}, set ${set}: response ${status} with ${told.length} told`);
    const task = tasks.find(({ input }) => input?.[0]?.valueCanonical === `${canonicalOf(set)}|1`);
    if (told.length > 0 && task?.status !== (complete ? 'completed' : 'in-progress'))
      wrong.push(`patient ${patient.who}, set ${set}: task ${task?.status} with ${told.length} told`);
    const conversation = shown?.story.conversations.find(({ id }) => id === `task/${task?.id}`);
    const kept = Object.values(conversation?.answers ?? {}).map(({ values }) =>
      values.map(({ value }) => value).join('+'),
    );
    if (
      conversation !== undefined &&
      kept.join('\n') !== told.map((place) => answerText(patient.who, place)).join('\n')
    )
      wrong.push(`patient ${patient.who}, set ${set}: the story holds ${kept.length} of ${told.length} told`);
    if (conversation === undefined && told.length > 0 && !complete)
      wrong.push(`patient ${patient.who}, set ${set}: no conversation in the story`);
  }
  return { inChart, wrong };
}

function valuesOf(item: NonNullable<QuestionnaireResponse['item']>[number]): readonly string[] {
  return (item.answer ?? []).map((answer) => answer.valueString ?? '(no text)');
}

function differenceOf(expected: readonly string[], held: readonly string[]): string {
  const lost = expected.filter((each) => !held.includes(each));
  const extra = held.filter((each) => !expected.includes(each));
  return `lost [${lost.join(', ')}], not told [${extra.join(', ')}], ${held.length} held for ${expected.length} told`;
}

/** The files as the last life left them: what SQLite says of the log mode, and what the product's own connection asks for. */
function inspect(file: string): Pick<Outcome, 'settings' | 'integrity'> {
  const bare = new DatabaseSync(file, { readOnly: true });
  const integrity = String(bare.prepare('PRAGMA integrity_check').get()?.integrity_check);
  const journalMode = String(bare.prepare('PRAGMA journal_mode').get()?.journal_mode);
  bare.close();
  const database = openDatabase(file);
  const { synchronous } = database.settings();
  database.close();
  return { integrity, settings: { journalMode, synchronous } };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
