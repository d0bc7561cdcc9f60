import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { Outbox } from './bus/outbox.ts';
import type { Database } from './database.ts';
import { createDueAlarm, type Settling } from './due-alarm.ts';
import { numberOf, textOf } from './rows.ts';

export interface EmbeddedScheduler extends Scheduler {
  readonly settling: Settling;
  start(): void;
  stop(): void;
}

const firedAtOnce = 100;

/** Timers in the embedded database. A due timer leaves its table and enters the queues in one transaction, in order of time. */
export function createScheduler(parts: {
  database: Database;
  clock: Clock;
  outbox: Outbox;
  log?: Log;
}): EmbeddedScheduler {
  const { database, clock, outbox, log } = parts;
  const sql = {
    put: database.prepare(
      'INSERT INTO timers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due, event = excluded.event',
    ),
    stands: database.prepare('SELECT 1 FROM timers WHERE name = ? AND due = ? AND event = ?'),
    drop: database.prepare('DELETE FROM timers WHERE name = ?'),
    due: database.prepare('SELECT name, event FROM timers WHERE due <= ? ORDER BY due, name LIMIT ?'),
    next: database.prepare('SELECT due FROM timers ORDER BY due LIMIT 1'),
  };
  let running = false;
  let firing = false;
  let failures = 0;
  let next = readNext();
  const alarm = createDueAlarm(clock, fire);

  function readNext(): number | undefined {
    const row = sql.next.get();
    return row === undefined ? undefined : numberOf(row, 'due');
  }

  function changed(): void {
    next = readNext();
    if (!running || firing) return;
    alarm.set(next);
  }

  function isDue(): boolean {
    return next !== undefined && next <= clock.now().getTime();
  }

  function fire(): void {
    if (!running || firing) return;
    if (!isDue()) {
      alarm.set(next);
      return;
    }
    firing = true;
    void fireDue().finally(() => {
      firing = false;
      if (failures === 0) fire();
      else if (running) setTimeout(fire, Math.min(1000 * 2 ** failures, 60_000)).unref();
    });
  }

  async function fireDue(): Promise<void> {
    try {
      await database.write(
        () =>
          sql.due.all(clock.now().getTime(), firedAtOnce).map((row) => {
            const sent = outbox.prepare([JSON.parse(textOf(row, 'event')) as Envelope]);
            sql.drop.run(textOf(row, 'name'));
            return { sent, queued: sent.enqueue() };
          }),
        (fired) => {
          for (const { sent, queued } of fired) sent.announce(queued);
          next = readNext();
        },
      );
      failures = 0;
    } catch (error) {
      failures += 1;
      log?.error('STORE_UNAVAILABLE', { part: 'timers' }, error);
    }
  }

  return {
    async schedule(name, at, event) {
      const body = JSON.stringify(event);
      const stands = () => sql.stands.get(name, at.getTime(), body) !== undefined;
      await database.write(() => !stands() && sql.put.run(name, at.getTime(), body), changed);
    },
    async cancel(name) {
      await database.write(() => sql.drop.run(name), changed);
    },
    settling: {
      name: 'timers',
      busy: () => firing || isDue(),
      nextDue: () => (next === undefined || isDue() ? undefined : new Date(next)),
      wake: fire,
    },
    start() {
      running = true;
      fire();
    },
    stop() {
      running = false;
      alarm.set(undefined);
    },
  };
}
