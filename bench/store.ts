/**
 * The embedded store by itself: durable commits per second, their latency and what they cost in CPU, with the queues delivering beside.
 * Run: node bench/store.ts [seconds per row]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutbox } from '../adapters/embedded/bus/outbox.ts';
import { createQueues } from '../adapters/embedded/bus/queues.ts';
import { openDatabase } from '../adapters/embedded/database.ts';
import { createStoryStore } from '../adapters/embedded/story-store.ts';
import type { Answer } from '../domain/intake/answer.ts';
import type { Change } from '../domain/ports/story-store.ts';
import type { Story } from '../domain/story/story.ts';
import type { Envelope } from '../events/envelope.ts';
import { subscriptions } from '../events/subscriptions.ts';

const seconds = Number(process.argv[2] ?? 4);
const clock = { now: () => new Date() };

function answerOf(words: string): Answer {
  return {
    values: [{ kind: 'string', value: words }],
    provenance: { channel: 'sms', at: '2026-03-02T07:58:12.000Z' },
  };
}

/** A story in the middle of its second intake of nine questions: some 6 KB of JSON. */
function storyOf(id: string, version: number): Story {
  const answers = Object.fromEntries(
    Array.from({ length: 9 }, (_, n) => [
      `question-${n}`,
      answerOf('since about Monday night, mostly when I climb stairs'),
    ]),
  );
  const conversation = (task: string) => ({
    id: `task/${task}`,
    intake: 'https://clinic.example/Questionnaire/before-your-visit|1.2.0',
    title: 'Before your visit',
    status: 'open' as const,
    startedAt: '2026-03-02T07:58:12.000Z',
    changedAt: '2026-03-02T07:58:12.000Z',
    answers,
    history: [],
    rounds: {},
    told: Object.keys(answers),
    skipped: [],
    turn: 9,
    amended: false,
  });
  return {
    id,
    version,
    person: { firstName: 'Anna', language: 'en', deceased: false, phones: [`phone-${id}`] },
    consent: { texts: 'allowed' },
    conversations: [conversation('1'), conversation('2')],
    facts: {},
    concerns: [],
    acknowledgements: [],
    visits: [],
    evidence: [],
    onFile: [],
  };
}

function eventOf(type: string, cause: string): Envelope {
  const time = '2026-03-02T07:58:12.000Z';
  return {
    id: `${type}/${cause}`,
    type,
    version: 1,
    cause,
    time,
    tenant: 'lakeside',
    patient: 'anna',
    data: { message: cause },
  };
}

function turnOf(story: Story, cause: string): Change {
  return {
    cause,
    outcome: { reply: 'Question 4 of 9: is the pain there when you rest? Reply 1 (yes) or 2 (no).' },
    story,
    moments: [
      {
        id: `turn/${cause}`,
        at: '2026-03-02T07:58:12.000Z',
        cause,
        channel: 'sms',
        what: 'answered',
        detail: { slot: 'question-4', words: 'since about Monday night', content: 'question@3' },
      },
    ],
    events: [eventOf('answer-recorded', cause), eventOf('message-queued', cause)],
  };
}

/** Timers are too coarse for this; the loop's own turns are not. */
async function untilTime(time: number): Promise<void> {
  const wait = time - performance.now();
  if (wait > 2) await new Promise((resolve) => setTimeout(resolve, wait - 1));
  while (performance.now() < time) await new Promise((resolve) => setImmediate(resolve));
}

/** `rate`: commits per second over all callers, spaced evenly; without it each caller goes on as soon as it is answered. */
async function row(callers: number, rate?: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'told-once-bench-'));
  const path = join(folder, 'data.db');
  const database = openDatabase(path);
  const outbox = createOutbox({ database, clock, subscriptions });
  let delivered = 0;
  const queues = createQueues({
    database,
    clock,
    outbox,
    subscriptions,
    deliver: async (_, event) => {
      delivered += event.Records.length;
      return { batchItemFailures: [] };
    },
  });
  queues.start();
  const store = createStoryStore({ database, clock, outbox });
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1000;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const caller = async (n: number) => {
    for (let version = 1; performance.now() < until; version += 1) {
      const id = `patient-${n}`;
      if (rate !== undefined) await untilTime(start + ((version - 1) * callers + n) * (1000 / rate));
      await store.story(id);
      const change = turnOf(
        storyOf(id, version),
        `sms/SM${n.toString(16).padStart(8, '0')}${version.toString(16).padStart(24, '0')}`,
      );
      const asked = performance.now();
      const { is } = await store.commit(change);
      if (is !== 'committed') throw new Error(`bench: ${is}`);
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, n) => caller(n)));
  const elapsed = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  await queues.stop();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2);
  console.log(
    [
      `${callers}${rate === undefined ? '' : ` at ${rate}/s`}`.padStart(12),
      String(Math.round(latencies.length / elapsed)).padStart(9),
      at(0.5).padStart(7),
      at(0.99).padStart(7),
      at(0.999).padStart(7),
      ((used.user + used.system) / latencies.length).toFixed(0).padStart(9),
      String(Math.round(delivered / elapsed)).padStart(11),
      (statSync(path).size / latencies.length).toFixed(0).padStart(8),
      (process.memoryUsage().rss / 1e6).toFixed(0).padStart(6),
    ].join(' | '),
  );
  database.close();
  rmSync(folder, { recursive: true, force: true });
}

console.log(
  `Story of ${JSON.stringify(storyOf('patient-1', 1)).length} B, 1 moment, 2 events to 3 consumers; each commit synchronised to disk.`,
);
console.log(
  '     callers | commits/s |  p50 ms |  p99 ms | p99.9 ms | µs CPU each | delivered/s | B file each | MB rss',
);
for (const callers of [1, 8, 64, 256]) await row(callers);
for (const rate of [500, 2_000]) await row(64, rate);
