import type { SQLOutputValue } from 'node:sqlite';
import { Fault } from '../../domain/errors/errors.ts';

type Row = Record<string, SQLOutputValue>;

/** A text column; a value of another type means that the file is not ours. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Fault('STORE_REFUSED', 'A stored row has a column of the wrong type.');
  return value;
}

/** A whole-number column. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Fault('STORE_REFUSED', 'A stored row has a column of the wrong type.');
  return value;
}
