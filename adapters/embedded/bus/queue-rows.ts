import type { Database } from '../database.ts';
import { numberOf, textOf } from '../rows.ts';

/**
 * The queues' rows on disk (their column `consumer` holds the queue's name). Leases are kept in memory only, so that after a crash every
 * message is simply there again.
 */
export interface QueueRows {
  all(): readonly WaitingRow[];
  body(seq: number): { readonly body: string; readonly sent: number } | undefined;
  done(seq: number): void;
  retry(seq: number, visible: number, attempts: number): void;
  bury(seq: number, attempts: number, reason: string, at: number): void;
  dead(): readonly DeadLetter[];
  /** Puts a dead letter back as if new. */
  revive(id: string, visible: number): WaitingRow | undefined;
}

export interface WaitingRow {
  readonly seq: number;
  readonly queue: string;
  readonly visible: number;
  readonly attempts: number;
}

export interface DeadLetter {
  readonly id: string;
  /** The queue's name: the consumer's, with the lane where it has several. */
  readonly consumer: string;
  /** The EventBridge event as JSON. */
  readonly body: string;
  readonly attempts: number;
  /** A code or an error's name; never its message. */
  readonly reason: string;
  readonly at: string;
}

export function createQueueRows(database: Database): QueueRows {
  const sql = {
    all: database.prepare('SELECT seq, consumer, visible, attempts FROM queue ORDER BY seq'),
    body: database.prepare('SELECT body, sent FROM queue WHERE seq = ?'),
    done: database.prepare('DELETE FROM queue WHERE seq = ?'),
    retry: database.prepare('UPDATE queue SET visible = ?, attempts = ? WHERE seq = ?'),
    bury: database.prepare(
      'INSERT INTO dead_letters SELECT seq, consumer, body, sent, ?, ?, ? FROM queue WHERE seq = ?',
    ),
    dead: database.prepare('SELECT * FROM dead_letters ORDER BY seq'),
    deadOne: database.prepare('SELECT consumer FROM dead_letters WHERE seq = ?'),
    revive: database.prepare(
      'INSERT INTO queue (seq, consumer, body, sent, visible, attempts) SELECT seq, consumer, body, sent, ?, 0 FROM dead_letters WHERE seq = ?',
    ),
    forget: database.prepare('DELETE FROM dead_letters WHERE seq = ?'),
  };
  return {
    all: () =>
      sql.all.all().map((row) => ({
        seq: numberOf(row, 'seq'),
        queue: textOf(row, 'consumer'),
        visible: numberOf(row, 'visible'),
        attempts: numberOf(row, 'attempts'),
      })),
    body(seq) {
      const row = sql.body.get(seq);
      return row === undefined ? undefined : { body: textOf(row, 'body'), sent: numberOf(row, 'sent') };
    },
    done: (seq) => void sql.done.run(seq),
    retry: (seq, visible, attempts) => void sql.retry.run(visible, attempts, seq),
    bury(seq, attempts, reason, at) {
      sql.bury.run(attempts, reason, at, seq);
      sql.done.run(seq);
    },
    dead: () =>
      sql.dead.all().map((row) => ({
        id: String(numberOf(row, 'seq')),
        consumer: textOf(row, 'consumer'),
        body: textOf(row, 'body'),
        attempts: numberOf(row, 'attempts'),
        reason: textOf(row, 'reason'),
        at: new Date(numberOf(row, 'at')).toISOString(),
      })),
    revive(id, visible) {
      const seq = Number(id);
      if (!Number.isSafeInteger(seq)) return undefined;
      const row = sql.deadOne.get(seq);
      if (row === undefined) return undefined;
      sql.revive.run(visible, seq);
      sql.forget.run(seq);
      return { seq, queue: textOf(row, 'consumer'), visible, attempts: 0 };
    },
  };
}
