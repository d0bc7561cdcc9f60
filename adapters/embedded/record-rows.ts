import type { Clock } from '../../domain/ports/clock.ts';
import type { RecordKind, RecordPut } from '../../domain/ports/records.ts';
import type { Database } from './database.ts';
import { numberOf, textOf } from './rows.ts';

/** Records inside somebody's transaction: first ask whether a put may happen, then do it. */
export interface RecordRows {
  read(kind: RecordKind, id: string): { readonly body: string; readonly version: number } | undefined;
  allows(put: PreparedPut): boolean;
  put(put: PreparedPut): void;
}

export interface PreparedPut {
  readonly kind: RecordKind;
  readonly id: string;
  readonly body: string;
  readonly expect: RecordPut['expect'];
  readonly expires: number | null;
}

export function prepared(put: RecordPut): PreparedPut {
  const { kind, id, value, expect, expires } = put;
  return { kind, id, body: JSON.stringify(value), expect, expires: expires?.getTime() ?? null };
}

export function createRecordRows(database: Database, clock: Clock): RecordRows {
  const select = database.prepare('SELECT version, body, expires FROM records WHERE kind = ? AND id = ?');
  const upsert = database.prepare(
    'INSERT INTO records (kind, id, version, body, expires) VALUES (?, ?, ?, ?, ?) ' +
      'ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body, expires = excluded.expires',
  );

  function read(kind: RecordKind, id: string) {
    const row = select.get(kind, id);
    if (row === undefined) return undefined;
    // Gone at its instant, whenever it is swept.
    if (row.expires !== null && numberOf(row, 'expires') <= clock.now().getTime()) return undefined;
    return { body: textOf(row, 'body'), version: numberOf(row, 'version') };
  }

  return {
    read,
    allows({ kind, id, expect }) {
      if (expect === 'any') return true;
      const version = read(kind, id)?.version ?? 0;
      return version === (expect === 'absent' ? 0 : expect);
    },
    put({ kind, id, body, expires }) {
      upsert.run(kind, id, (read(kind, id)?.version ?? 0) + 1, body, expires);
    },
  };
}
