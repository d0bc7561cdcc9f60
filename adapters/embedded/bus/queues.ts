import type { SQSEvent } from 'aws-lambda';
import type { BatchAnswer } from '../../../domain/ports/batch-answer.ts';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { Log } from '../../../domain/ports/log.ts';
import { queueKeyOf, type Subscription } from '../../../events/subscriptions.ts';
import type { Database } from '../database.ts';
import { createDueAlarm, type Settling } from '../due-alarm.ts';
import { createDueHeap, type DueHeap } from './due-heap.ts';
import type { Outbox } from './outbox.ts';
import { createQueueRows, type DeadLetter } from './queue-rows.ts';
import { type Delivery, failedOf, sqsEventOf, waitingOf } from './sqs-event.ts';

/** Gives a batch to a consumer, as Lambda does for SQS. A throw fails the whole batch. It must settle: there is no time limit here. */
export type Deliver = (consumer: string, event: SQSEvent) => Promise<BatchAnswer | undefined>;

/**
 * The queues of all consumers, one for each lane of those that have several; lanes do not wait for each other. Each message reaches its
 * consumer at least once and never twice at the same time; what fails comes back later and later, and after its attempts stands among
 * the dead letters with the reason. What a consumer lets wait goes back to its place unattempted, and its lane rests until then. A lane that stands behind another consumer waits
 * while that one is at work, five seconds at most: they share one process.
 */
export interface Queues {
  readonly settling: Settling;
  start(): void;
  /** Starts nothing more and waits for the batches under way. */
  stop(): Promise<void>;
  deadLetters(): readonly DeadLetter[];
  /** False if there is no such dead letter, or nobody listens any more. */
  redrive(id: string): Promise<boolean>;
}

export interface QueuesParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly subscriptions: readonly Subscription[];
  readonly deliver: Deliver;
  readonly log?: Log;
  /** Batches of one lane under way at once, by the queue's name; the subscription's own measure, or 4, where nothing is said. */
  readonly concurrency?: Readonly<Record<string, number>>;
}

interface Message {
  readonly seq: number;
  readonly visible: number;
  /** Deliveries so far. */
  readonly attempts: number;
  /** Kept while few wait; read from the file otherwise. */
  readonly letter?: { readonly body: string; readonly sent: number };
}

interface Lane {
  readonly queue: string;
  readonly subscription: Subscription;
  readonly waiting: DueHeap<Message>;
  readonly most: number;
  /** Lanes that go first. */
  readonly ahead: Lane[];
  /** Epoch milliseconds: nothing is given out before. Forgotten by a restart, after which the consumer says so again. */
  restsUntil: number;
  /** Batches that the consumer works on. */
  underWay: number;
  /** When it was last done with a full one, by `performance.now()`. */
  fullAt: number;
  /** Batches it is done with, whose outcome is being written. */
  settling: number;
}

const lettersInMemory = 2_000;
const longestBackoffMs = 5 * 60 * 1000;
/** How long a message may be kept waiting by lanes that go first. */
const longestBehindMs = 5_000;
/** After a full batch more may be on its way, with gaps as HTTP has them: until it has been still for so long, the lane is at work. */
const stillMs = 25;

/** Call before anything is published: what an earlier process left is read here. */
export function createQueues(parts: QueuesParts): Queues {
  const { database, clock, outbox, deliver, log, concurrency = {} } = parts;
  const rows = createQueueRows(database);
  const lanes = new Map<string, Lane>();
  for (const subscription of parts.subscriptions) {
    const queue = queueKeyOf(subscription);
    const most = concurrency[queue] ?? subscription.atOnce ?? 4;
    const waiting: DueHeap<Message> = createDueHeap();
    lanes.set(queue, {
      queue,
      subscription,
      waiting,
      most,
      ahead: [],
      restsUntil: 0,
      underWay: 0,
      settling: 0,
      fullAt: Number.NEGATIVE_INFINITY,
    });
  }
  for (const { subscription, ahead } of lanes.values())
    for (const lane of lanes.values()) if (subscription.behind?.includes(lane.subscription.consumer)) ahead.push(lane);
  const goFirst = new Set([...lanes.values()].flatMap(({ ahead }) => ahead));
  // Rows of a consumer that is gone stay where they are: a build that has it again will deliver them.
  for (const { queue, ...message } of rows.all()) laneOf(queue)?.waiting.push(message);

  let running = false;
  let pumpArmed = false;
  const atRest: (() => void)[] = [];
  const alarm = createDueAlarm(clock, pumpAll);
  let stillness: NodeJS.Timeout | undefined;

  outbox.onQueued((queued) => {
    for (const { seq, queue, visible, body, sent } of queued) {
      const waiting = lanes.get(queue)?.waiting;
      const message = { seq, visible, attempts: 0 };
      waiting?.push(waiting.size < lettersInMemory ? { ...message, letter: { body, sent } } : message);
    }
    armPump();
  });

  /** What was queued before its consumer had lanes is taken by the first of them. */
  function laneOf(queue: string): Lane | undefined {
    return lanes.get(queue) ?? [...lanes.values()].find(({ subscription }) => subscription.consumer === queue);
  }

  /** Not at once: commits that settle in this turn of the event loop fill one batch. */
  function armPump(): void {
    if (!running || pumpArmed) return;
    pumpArmed = true;
    setImmediate(() => {
      pumpArmed = false;
      pumpAll();
    });
  }

  function wakeOnceStill(lane: Lane): void {
    lane.fullAt = performance.now();
    // The timer's clock is not `performance.now()`: once it rings, it has been still for long enough by either.
    stillness ??= setTimeout(() => {
      for (const each of goFirst) each.fullAt = Number.NEGATIVE_INFINITY;
      pumpAll();
    }, stillMs).unref();
    stillness.refresh();
  }

  function pumpAll(): void {
    if (!running) return;
    const now = clock.now().getTime();
    for (const lane of lanes.values()) {
      while (lane.underWay < lane.most && isDue(lane, now) && behindUntil(lane, now) <= now) {
        lane.underWay += 1;
        void run(lane, take(lane, now));
      }
    }
    alarm.set(nextVisible(now));
  }

  function isDue({ waiting, restsUntil }: Lane, now: number): boolean {
    const first = waiting.peek();
    return first !== undefined && first.visible <= now && restsUntil <= now;
  }

  /** Until when it lets others go first. */
  function behindUntil({ waiting, ahead }: Lane, now: number): number {
    const isBehind = ahead.some(
      (lane) => lane.underWay > 0 || isDue(lane, now) || performance.now() - lane.fullAt < stillMs,
    );
    return isBehind ? (waiting.peek()?.visible ?? 0) + longestBehindMs : 0;
  }

  function take(lane: Lane, now: number): readonly Message[] {
    const batch: Message[] = [];
    while (batch.length < lane.subscription.batch && isDue(lane, now)) {
      const message = lane.waiting.pop();
      if (message !== undefined) batch.push(message);
    }
    return batch;
  }

  /** The earliest that is not due yet; what is due and waits for a free place is started when one gets free. */
  function nextVisible(now: number): number | undefined {
    let earliest: number | undefined;
    for (const lane of lanes.values()) {
      const first = lane.waiting.peek();
      if (first === undefined) continue;
      const due = Math.max(first.visible, lane.restsUntil, behindUntil(lane, now));
      if (due > now && (earliest === undefined || due < earliest)) earliest = due;
    }
    return earliest;
  }

  async function run(lane: Lane, batch: readonly Message[]): Promise<void> {
    const { failed, untried, until } = await attempt(lane, batch);
    // Nothing is written for what waits: on disk it never left its place.
    lane.restsUntil = Math.max(lane.restsUntil, until);
    for (const message of batch) if (untried.has(message.seq)) lane.waiting.push(message);
    const tried = untried.size === 0 ? batch : batch.filter(({ seq }) => !untried.has(seq));
    // The place is free as soon as the consumer is done: writing the outcome shares a transaction with whatever comes, and waiting for
    // it would bound a consumer to a few batches per transaction. The messages themselves stay out of reach until it is written.
    lane.underWay -= 1;
    lane.settling += 1;
    if (running && goFirst.has(lane) && batch.length === lane.subscription.batch) wakeOnceStill(lane);
    if (running) armPump();
    try {
      if (tried.length > 0) await settle(lane, tried, failed);
    } catch (error) {
      // The store did not take the outcome: every message counts as not delivered yet, and comes again.
      log?.error('STORE_UNAVAILABLE', { consumer: lane.queue, messages: tried.length }, error);
      const visible = clock.now().getTime() + backoff(1);
      for (const message of tried) lane.waiting.push({ ...message, visible });
    }
    lane.settling -= 1;
    if (running) armPump();
    if (allAtRest()) for (const rested of atRest.splice(0)) rested();
  }

  async function attempt(lane: Lane, batch: readonly Message[]): Promise<Attempted> {
    const { consumer } = lane.subscription;
    const deliveries: Delivery[] = [];
    for (const { seq, attempts, letter } of batch) {
      const content = letter ?? rows.body(seq);
      if (content !== undefined) deliveries.push({ seq, ...content, attempt: attempts + 1 });
    }
    try {
      const response = await deliver(consumer, sqsEventOf(lane.queue, deliveries, clock.now().getTime()));
      const failed = failedOf(response, deliveries);
      const { untried, until } = waitingOf(response, deliveries, failed);
      return { failed: new Map([...failed].map((seq) => [seq, 'reported-as-failed'])), untried, until };
    } catch (error) {
      log?.warn('EVENT_FAILED', { consumer: lane.queue, messages: batch.length }, error);
      return { failed: new Map(batch.map(({ seq }) => [seq, reasonOf(error)])), untried: new Set(), until: 0 };
    }
  }

  async function settle(lane: Lane, batch: readonly Message[], failed: ReadonlyMap<number, string>): Promise<void> {
    const now = clock.now().getTime();
    const again: Message[] = [];
    const dead: { readonly seq: number; readonly attempts: number; readonly reason: string }[] = [];
    for (const { seq, attempts: before } of batch) {
      const reason = failed.get(seq);
      const attempts = before + 1;
      if (reason === undefined) continue;
      if (attempts >= lane.subscription.attempts) dead.push({ seq, attempts, reason });
      else again.push({ seq, visible: now + backoff(attempts), attempts });
    }
    await database.write(
      () => {
        for (const { seq } of batch) if (!failed.has(seq)) rows.done(seq);
        for (const { seq, visible, attempts } of again) rows.retry(seq, visible, attempts);
        for (const { seq, attempts, reason } of dead) rows.bury(seq, attempts, reason, now);
      },
      () => {
        for (const message of again) lane.waiting.push(message);
      },
    );
    for (const { seq, reason } of dead)
      log?.error('EVENT_FAILED', { consumer: lane.queue, message: seq, reason, dead: true });
  }

  function allAtRest(): boolean {
    return [...lanes.values()].every((lane) => lane.underWay === 0 && lane.settling === 0);
  }

  return {
    settling: {
      name: 'queues',
      busy() {
        const now = clock.now().getTime();
        return [...lanes.values()].some((lane) => lane.underWay > 0 || lane.settling > 0 || isDue(lane, now));
      },
      nextDue() {
        const visible = nextVisible(clock.now().getTime());
        return visible === undefined ? undefined : new Date(visible);
      },
      wake: pumpAll,
    },
    start() {
      running = true;
      armPump();
    },
    async stop() {
      running = false;
      alarm.set(undefined);
      clearTimeout(stillness);
      if (!allAtRest()) await new Promise<void>((resolve) => atRest.push(resolve));
    },
    deadLetters: rows.dead,
    async redrive(id) {
      const revived = await database.write(
        () => rows.revive(id, clock.now().getTime()),
        (row) => {
          if (row === undefined) return;
          const { queue, ...message } = row;
          laneOf(queue)?.waiting.push(message);
          armPump();
        },
      );
      return revived !== undefined && laneOf(revived.queue) !== undefined;
    },
  };
}

interface Attempted {
  /** The reason by message, of those that failed. */
  readonly failed: ReadonlyMap<number, string>;
  readonly untried: ReadonlySet<number>;
  readonly until: number;
}

/** 1 s, 2 s, 4 s … up to five minutes. */
function backoff(attempts: number): number {
  return Math.min(1000 * 2 ** Math.min(attempts - 1, 20), longestBackoffMs);
}

/** Names and codes only: a message may quote what a patient said. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}
