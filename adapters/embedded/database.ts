import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Fault } from '../../domain/errors/errors.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { numberOf, textOf } from './rows.ts';
import { schema, schemaVersion } from './schema.ts';

/** The one file behind all embedded adapters, owned by this process alone until it is closed. */
export interface Database extends Pick<GroupCommit, 'write' | 'busy'> {
  prepare(sql: string): StatementSync;
  /** What the file promises about durability, read back from SQLite. */
  settings(): { readonly journalMode: string; readonly synchronous: number; readonly lockingMode: string };
  /** Writes what waits, then gives the file up. */
  close(): void;
}

/**
 * Pages in the log before it is folded back into the file. Larger than SQLite's 1,000, because hot stories are rewritten all the time
 * and one folding then serves many commits.
 */
const pagesBeforeCheckpoint = 4_000;

/**
 * Opens (or makes) the database at `path`. Commits survive a kill -9 and a loss of power: write-ahead log, synchronised at each commit.
 * The lock is SQLite's own and the kernel's, so it ends with the process, however that ends; the `.owner` file beside it only names it.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 * @see https://www.sqlite.org/pragma.html#pragma_locking_mode
 * @throws Fault STORE_UNAVAILABLE where another process holds it, STORE_REFUSED where it was written under another schema version.
 */
export function openDatabase(path: string): Database {
  mkdirSync(dirname(path), { recursive: true });
  const sqlite = new DatabaseSync(path);
  try {
    own(sqlite, path);
    migrate(sqlite);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  writeFileSync(ownerFile(path), String(process.pid));
  const group = createGroupCommit(sqlite);
  return {
    prepare: (sql) => sqlite.prepare(sql),
    write: group.write,
    busy: group.busy,
    settings: () => ({
      journalMode: textOf(pragma(sqlite, 'journal_mode'), 'journal_mode'),
      synchronous: numberOf(pragma(sqlite, 'synchronous'), 'synchronous'),
      lockingMode: textOf(pragma(sqlite, 'locking_mode'), 'locking_mode'),
    }),
    close: () => {
      group.flush();
      sqlite.close();
    },
  };
}

function own(sqlite: DatabaseSync, path: string): void {
  try {
    // The busy timeout covers the moment in which a killed predecessor's locks are being released.
    sqlite.exec('PRAGMA busy_timeout = 500; PRAGMA locking_mode = EXCLUSIVE;');
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    sqlite.exec(`PRAGMA wal_autocheckpoint = ${pagesBeforeCheckpoint}; PRAGMA cache_size = -32000;`);
    // Exclusive mode takes the lock at the first write; take it now, so that a second host fails at its start and not at a patient's turn.
    sqlite.exec('BEGIN IMMEDIATE; COMMIT;');
  } catch (error) {
    throw new Fault('STORE_UNAVAILABLE', `The data folder is in use by process ${ownerOf(path)}.`, { cause: error });
  }
}

function migrate(sqlite: DatabaseSync): void {
  const found = numberOf(pragma(sqlite, 'user_version'), 'user_version');
  if (found === schemaVersion) return;
  if (found !== 0) {
    throw new Fault('STORE_REFUSED', `The data folder has schema ${found}; this build reads ${schemaVersion}.`);
  }
  sqlite.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT;`);
}

function pragma(sqlite: DatabaseSync, name: 'journal_mode' | 'synchronous' | 'locking_mode' | 'user_version') {
  return sqlite.prepare(`PRAGMA ${name}`).get() ?? {};
}

function ownerFile(path: string): string {
  return `${path}.owner`;
}

function ownerOf(path: string): string {
  try {
    return readFileSync(ownerFile(path), 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}
