/**
 * A snow day's texts: thousands of reminders queued at once, urgent texts in between, one sender. The real sender, queues, timers and rate
 * on the embedded store, synchronised to disk; the carrier is a function in this process that takes every text at once, and the clock is
 * simulated: it stands still while anything works and goes from one due time to the next. So the waits are those that the rate and the
 * classes make, not those of this machine, and a hundred seconds of sending take as long as the work in them.
 * Run: node bench/outbound.ts [reminders] [urgent] [per second]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutbox } from '../adapters/embedded/bus/outbox.ts';
import { createQueues } from '../adapters/embedded/bus/queues.ts';
import { openDatabase } from '../adapters/embedded/database.ts';
import { createRecords } from '../adapters/embedded/records.ts';
import { createScheduler } from '../adapters/embedded/scheduler.ts';
import { createStoryStore } from '../adapters/embedded/story-store.ts';
import type { Carrier } from '../domain/ports/carrier.ts';
import type { Message, Priority } from '../domain/story/message.ts';
import { callbacksAt } from '../edge/queue/callbacks.ts';
import { queuedAgain } from '../edge/queue/what-became.ts';
import { subscriptions } from '../events/subscriptions.ts';
import { createHandler } from '../functions/message-due/handler.ts';
import { clinic } from '../local/seed/clinic.ts';

const [reminders = 10_000, urgent = 200, perSecond = 100] = process.argv.slice(2).map(Number);
const start = Date.parse('2026-03-02T16:00:00.000Z');
let now = start;
const clock = { now: () => new Date(now) };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const folder = mkdtempSync(join(tmpdir(), 'told-once-outbound-'));
const database = openDatabase(join(folder, 'bench.db'));
const outbox = createOutbox({ database, clock, subscriptions });
const records = createRecords({ database, clock, outbox });
const store = createStoryStore({ database, clock, outbox });
const scheduler = createScheduler({ database, clock, outbox });

const queuedAt = new Map<string, number>();
const waits: Record<Priority, number[]> = { urgent: [], reminder: [], survey: [] };
let sent = 0;
const carrier: Carrier = {
  async send({ body }) {
    const priority: Priority = body.startsWith('urgent') ? 'urgent' : 'reminder';
    waits[priority].push(now - (queuedAt.get(body) ?? now));
    sent += 1;
    return { is: 'accepted', sid: `SM${sent}`, status: 'queued' };
  },
  find: async () => undefined,
  call: async () => ({ is: 'ringing', sid: 'CA1' }),
  findCall: async () => undefined,
  media: async () => ({ bytes: new Uint8Array(), contentType: '' }),
};
const handler = createHandler({
  records,
  store,
  scheduler,
  carrier,
  clock,
  log: silent,
  clinic: { ...clinic, sender: { kind: 'short-code', perSecond } },
  ...callbacksAt('https://told-once.example'),
  sender: 'bench',
  worker: 'bench',
});
let deliveries = 0;
const queues = createQueues({
  database,
  clock,
  outbox,
  subscriptions,
  deliver: async (consumer, event) => {
    if (consumer !== 'message-due') return undefined;
    deliveries += event.Records.length;
    return handler(event);
  },
});

async function queue(id: string, priority: Priority): Promise<void> {
  const createdAt = clock.now().toISOString();
  const message: Message = {
    id,
    phone: `phone-${id}`,
    to: '+13125550142',
    body: id,
    language: 'en',
    kind: 'send',
    priority,
    channel: 'sms',
    content: [],
    createdAt,
    state: 'queued',
  };
  queuedAt.set(id, now);
  await records.put({ kind: 'message', id, value: message, expect: 'absent' }, [
    queuedAgain('lakeside', message, createdAt),
  ]);
}

async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setImmediate(resolve));
    scheduler.settling.wake();
    queues.settling.wake();
    quiet = scheduler.settling.busy() || queues.settling.busy() || database.busy() ? 0 : quiet + 1;
  }
}

const began = performance.now();
for (let n = 0; n < reminders; n += 500)
  await Promise.all(
    Array.from({ length: Math.min(500, reminders - n) }, (_, k) => queue(`reminder-${n + k}`, 'reminder')),
  );
const allQueued = performance.now();
queues.start();
scheduler.start();
const total = reminders + urgent;
const every = Math.max(1, Math.floor((1000 * reminders) / perSecond / (urgent + 1)));
let asked = 0;
while (sent < total) {
  await settle();
  const due = [scheduler.settling.nextDue(), queues.settling.nextDue()].flatMap((at) => at?.getTime() ?? []);
  const nextUrgent = asked < urgent ? start + (asked + 1) * every : undefined;
  const next = Math.min(...due, ...(nextUrgent === undefined ? [] : [nextUrgent]));
  if (!Number.isFinite(next)) break;
  now = Math.max(now, next);
  if (nextUrgent !== undefined && now >= nextUrgent) {
    await queue(`urgent-${asked}`, 'urgent');
    asked += 1;
  }
}
await settle();
const ended = performance.now();

const row = (priority: Priority): string => {
  const sorted = waits[priority].sort((a, b) => a - b);
  const at = (share: number): string =>
    `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0} ms`.padStart(10);
  return `${priority.padEnd(9)}| ${String(sorted.length).padStart(6)} | ${at(0.5)} | ${at(0.99)} | ${at(1)}`;
};
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
console.log(
  `${reminders} reminders queued at once, ${urgent} urgent texts over the time, ${perSecond} a second allowed.`,
);
console.log(`last reminder queued after   ${seconds(allQueued - began)} of wall time`);
console.log(`last text sent after         ${seconds(now - start)} of simulated time (${sent} of ${total} sent)`);
console.log(`all of it took               ${seconds(ended - began)} of wall time`);
console.log(`deliveries for each text     ${(deliveries / total).toFixed(2)}`);
console.log(`dead letters                 ${queues.deadLetters().length}`);
console.log('\nwait     |  texts |        p50 |        p99 |        max');
console.log(row('urgent'));
console.log(row('reminder'));
await queues.stop();
scheduler.stop();
database.close();
rmSync(folder, { recursive: true, force: true });
