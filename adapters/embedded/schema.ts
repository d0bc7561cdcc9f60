/** Raised when a table changes shape; a database written under another number is refused, never guessed at. */
export const schemaVersion = 1;

/**
 * Bodies are JSON text: read and written whole, never searched. Each table keeps one B-tree on the path of a turn where it can
 * (WITHOUT ROWID), because pages written are what a durable commit costs.
 */
export const schema = `
CREATE TABLE stories (id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE story_intakes (story TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (story, key));
CREATE TABLE moments (
  owner TEXT NOT NULL, at TEXT NOT NULL, cause TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (owner, at, cause)
) WITHOUT ROWID;
CREATE TABLE phones (id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE causes (seq INTEGER PRIMARY KEY, cause TEXT NOT NULL UNIQUE, outcome TEXT NOT NULL, expires INTEGER NOT NULL);
CREATE TABLE records (
  kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, expires INTEGER,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX records_expiring ON records (expires) WHERE expires IS NOT NULL;
CREATE TABLE queue (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, consumer TEXT NOT NULL, body TEXT NOT NULL, sent INTEGER NOT NULL,
  visible INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE dead_letters (
  seq INTEGER PRIMARY KEY, consumer TEXT NOT NULL, body TEXT NOT NULL, sent INTEGER NOT NULL,
  attempts INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE timers (name TEXT PRIMARY KEY, due INTEGER NOT NULL, event TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due, name);
`;
