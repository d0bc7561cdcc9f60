import type { Clock } from '../../domain/ports/clock.ts';
import type { RecordKinds, Records } from '../../domain/ports/records.ts';
import type { Outbox } from './bus/outbox.ts';
import type { Database } from './database.ts';
import { createRecordRows, prepared } from './record-rows.ts';
import { numberOf, textOf } from './rows.ts';

const pageSize = 200;

/** The records, in the embedded database. */
export function createRecords(parts: { database: Database; clock: Clock; outbox: Outbox }): Records {
  const { database, clock, outbox } = parts;
  const rows = createRecordRows(database, clock);
  const page = database.prepare(
    'SELECT id, version, body FROM records WHERE kind = ? AND id > ? AND (expires IS NULL OR expires > ?) ORDER BY id LIMIT ?',
  );
  return {
    async get(kind, id) {
      const row = rows.read(kind, id);
      if (row === undefined) return undefined;
      return { value: JSON.parse(row.body) as RecordKinds[typeof kind], version: row.version };
    },
    async put(put, events = []) {
      const ready = prepared(put);
      const sent = outbox.prepare(events);
      const saved = await database.write(
        () => {
          if (!rows.allows(ready)) return undefined;
          rows.put(ready);
          return sent.enqueue();
        },
        (queued) => queued !== undefined && sent.announce(queued),
      );
      return saved === undefined ? 'conflict' : 'saved';
    },
    async list(kind, after = '') {
      const found = page.all(kind, after, clock.now().getTime(), pageSize);
      const items = found.map((row) => ({
        id: textOf(row, 'id'),
        value: JSON.parse(textOf(row, 'body')) as RecordKinds[typeof kind],
        version: numberOf(row, 'version'),
      }));
      const last = items.at(-1);
      return found.length === pageSize && last !== undefined ? { items, next: last.id } : { items };
    },
  };
}
