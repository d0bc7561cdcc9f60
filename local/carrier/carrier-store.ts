import { DatabaseSync } from 'node:sqlite';
import { type CallRecord, type ErrorRecord, isOpen, type MessageRecord } from './carrier-records.ts';

export interface ListFilter {
  readonly to?: string;
  readonly from?: string;
  readonly status?: string;
  /** Milliseconds, both inclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly offset: number;
  readonly limit: number;
}

const KEPT_ERRORS = 500;

/**
 * What the carrier remembers. A write is there after a kill -9 of the process: SQLite in WAL mode, where `synchronous=NORMAL` can lose
 * the last writes only to a power cut; a stand-in needs no more.
 */
export interface CarrierStore {
  saveMessage(message: MessageRecord): void;
  message(sid: string): MessageRecord | undefined;
  deleteMessage(sid: string): void;
  messagesOf(handset: string): MessageRecord[];
  listMessages(filter: ListFilter): MessageRecord[];
  messagesToReport(): MessageRecord[];
  saveCall(call: CallRecord): void;
  call(sid: string): CallRecord | undefined;
  callsOf(handset: string): CallRecord[];
  openCalls(): CallRecord[];
  listCalls(filter: ListFilter): CallRecord[];
  nextDue(): number | undefined;
  saveMedia(sid: string, parentSid: string, contentType: string, data: Uint8Array): void;
  media(sid: string): { parentSid: string; contentType: string; data: Uint8Array } | undefined;
  block(handset: string): void;
  unblock(handset: string): void;
  isBlocked(handset: string): boolean;
  addError(error: ErrorRecord): void;
  errors(): ErrorRecord[];
  handsets(): string[];
  close(): void;
}

/** Opens the file, or keeps everything in memory when there is none. */
export function openCarrierStore(file: string | undefined): CarrierStore {
  const db = new DatabaseSync(file ?? ':memory:');
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, handset TEXT NOT NULL, sender TEXT NOT NULL,
      recipient TEXT NOT NULL, sent INTEGER NOT NULL, listed INTEGER NOT NULL, reporting INTEGER NOT NULL, record TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS messages_handset ON messages (handset, seq);
    CREATE INDEX IF NOT EXISTS messages_recipient ON messages (recipient, sent);
    CREATE INDEX IF NOT EXISTS messages_sent ON messages (sent);
    CREATE INDEX IF NOT EXISTS messages_reporting ON messages (seq) WHERE reporting = 1;
    CREATE TABLE IF NOT EXISTS calls (seq INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, handset TEXT NOT NULL, sender TEXT NOT NULL,
      recipient TEXT NOT NULL, status TEXT NOT NULL, started INTEGER NOT NULL, open INTEGER NOT NULL, due INTEGER, record TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS calls_handset ON calls (handset, seq);
    CREATE INDEX IF NOT EXISTS calls_open ON calls (due) WHERE open = 1;
    CREATE TABLE IF NOT EXISTS media (sid TEXT PRIMARY KEY, parent TEXT NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS blocks (handset TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS errors (seq INTEGER PRIMARY KEY, record TEXT NOT NULL);
  `);
  const statements = {
    saveMessage: db.prepare(
      `INSERT INTO messages (sid, handset, sender, recipient, sent, listed, reporting, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (sid) DO UPDATE SET reporting = excluded.reporting, record = excluded.record`,
    ),
    message: db.prepare('SELECT record FROM messages WHERE sid = ?'),
    deleteMessage: db.prepare('DELETE FROM messages WHERE sid = ?'),
    messagesOf: db.prepare('SELECT record FROM messages WHERE handset = ? ORDER BY seq'),
    reporting: db.prepare('SELECT record FROM messages WHERE reporting = 1 ORDER BY seq'),
    saveCall: db.prepare(
      `INSERT INTO calls (sid, handset, sender, recipient, status, started, open, due, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (sid) DO UPDATE SET status = excluded.status, open = excluded.open, due = excluded.due, record = excluded.record`,
    ),
    call: db.prepare('SELECT record FROM calls WHERE sid = ?'),
    callsOf: db.prepare('SELECT record FROM calls WHERE handset = ? ORDER BY seq'),
    openCalls: db.prepare('SELECT record FROM calls WHERE open = 1 ORDER BY due, seq'),
    nextDue: db.prepare('SELECT min(due) AS due FROM calls WHERE open = 1'),
    saveMedia: db.prepare('INSERT INTO media (sid, parent, type, data) VALUES (?, ?, ?, ?)'),
    media: db.prepare('SELECT parent, type, data FROM media WHERE sid = ?'),
    block: db.prepare('INSERT OR IGNORE INTO blocks (handset) VALUES (?)'),
    unblock: db.prepare('DELETE FROM blocks WHERE handset = ?'),
    blocked: db.prepare('SELECT 1 FROM blocks WHERE handset = ?'),
    addError: db.prepare('INSERT INTO errors (record) VALUES (?)'),
    trimErrors: db.prepare(`DELETE FROM errors WHERE seq <= (SELECT max(seq) FROM errors) - ${KEPT_ERRORS}`),
    errors: db.prepare('SELECT record FROM errors ORDER BY seq'),
    handsets: db.prepare('SELECT handset FROM messages UNION SELECT handset FROM calls ORDER BY handset'),
  };

  // Every record column is written by this file only, as JSON of the type it is read back as.
  const read = <T>(row: unknown): T => JSON.parse((row as { record: string }).record) as T;
  const list = <T>(table: 'messages' | 'calls', filter: ListFilter): T[] => {
    const when = table === 'messages' ? 'sent' : 'started';
    const conditions = table === 'messages' ? ['listed = 1'] : ['1 = 1'];
    const values: (string | number)[] = [];
    const where = (condition: string, value: string | number | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    where('recipient = ?', filter.to);
    where('sender = ?', filter.from);
    if (table === 'calls') where('status = ?', filter.status);
    where(`${when} >= ?`, filter.since);
    where(`${when} <= ?`, filter.until);
    return db
      .prepare(`SELECT record FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY seq DESC LIMIT ? OFFSET ?`)
      .all(...values, filter.limit, filter.offset)
      .map((row) => read<T>(row));
  };

  return {
    saveMessage(message) {
      statements.saveMessage.run(
        message.sid,
        message.handset,
        message.from,
        message.to,
        message.createdAt,
        message.kind === 'carrier-notice' ? 0 : 1,
        message.unreported.length > 0 ? 1 : 0,
        JSON.stringify(message),
      );
    },
    message(sid) {
      const row = statements.message.get(sid);
      return row === undefined ? undefined : read<MessageRecord>(row);
    },
    deleteMessage: (sid) => void statements.deleteMessage.run(sid),
    messagesOf: (handset) => statements.messagesOf.all(handset).map((row) => read<MessageRecord>(row)),
    listMessages: (filter) => list<MessageRecord>('messages', filter),
    messagesToReport: () => statements.reporting.all().map((row) => read<MessageRecord>(row)),
    saveCall(call) {
      const open = isOpen(call);
      const record = JSON.stringify(call);
      const due = open ? call.dueAt : null;
      statements.saveCall.run(
        call.sid,
        call.handset,
        call.from,
        call.to,
        call.status,
        call.createdAt,
        open ? 1 : 0,
        due,
        record,
      );
    },
    call(sid) {
      const row = statements.call.get(sid);
      return row === undefined ? undefined : read<CallRecord>(row);
    },
    callsOf: (handset) => statements.callsOf.all(handset).map((row) => read<CallRecord>(row)),
    openCalls: () => statements.openCalls.all().map((row) => read<CallRecord>(row)),
    listCalls: (filter) => list<CallRecord>('calls', filter),
    nextDue() {
      const due = statements.nextDue.get()?.due;
      return typeof due === 'number' ? due : undefined;
    },
    saveMedia: (sid, parentSid, contentType, data) => void statements.saveMedia.run(sid, parentSid, contentType, data),
    media(sid) {
      const row = statements.media.get(sid);
      if (!row || !(row.data instanceof Uint8Array)) return undefined;
      return { parentSid: String(row.parent), contentType: String(row.type), data: row.data };
    },
    block: (handset) => void statements.block.run(handset),
    unblock: (handset) => void statements.unblock.run(handset),
    isBlocked: (handset) => statements.blocked.get(handset) !== undefined,
    addError(error) {
      statements.addError.run(JSON.stringify(error));
      statements.trimErrors.run();
    },
    errors: () => statements.errors.all().map((row) => read<ErrorRecord>(row)),
    handsets: () => statements.handsets.all().map((row) => String(row.handset)),
    close: () => db.close(),
  };
}
