import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Resource } from '@medplum/fhirtypes';

export type Interaction = 'create' | 'update' | 'delete';

/** One stored version of a resource; a deletion is a version without content. */
export interface StoredVersion {
  readonly sequence: number;
  readonly type: string;
  readonly id: string;
  readonly versionId: string;
  readonly interaction: Interaction;
  readonly lastUpdated: string;
  readonly resource: Resource | undefined;
}

/** One notification that a subscription still owes. */
export interface Delivery {
  readonly id: number;
  readonly subscription: string;
  readonly kind: 'event' | 'handshake' | 'heartbeat';
  /** 0 for a handshake and a heartbeat. */
  readonly eventNumber: number;
  readonly sequence: number;
  readonly at: string;
}

/** What is remembered of a subscription apart from the resource itself. */
export interface SubscriptionProgress {
  readonly events: number;
  readonly failures: number;
  /** When to try again or to send the next heartbeat, simulated time, ISO. */
  readonly retryAt: string | undefined;
  readonly heartbeatAt: string | undefined;
  readonly error: string | undefined;
}

const SCHEMA = `
create table if not exists version (
  sequence integer primary key, type text not null, id text not null, version_id text not null, interaction text not null,
  last_updated text not null, content text) strict;
create index if not exists version_of on version (type, id, sequence);
create table if not exists current (type text not null, id text not null, sequence integer not null, primary key (type, id)) strict, without rowid;
create table if not exists progress (
  subscription text primary key, events integer not null default 0, failures integer not null default 0,
  retry_at text, heartbeat_at text, error text) strict, without rowid;
create table if not exists delivery (
  id integer primary key autoincrement, subscription text not null, kind text not null, event_number integer not null,
  sequence integer not null, at text not null) strict;
create index if not exists delivery_of on delivery (subscription, id);
create table if not exists event (subscription text not null, event_number integer not null, sequence integer not null, at text not null,
  primary key (subscription, event_number)) strict, without rowid;
create table if not exists assertion (client text not null, jti text not null, until integer not null, primary key (client, jti)) strict, without rowid;
create table if not exists setting (name text primary key, value text not null) strict, without rowid;
`;

type Row = Record<string, unknown>;

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`The column ${column} is not text.`);
  return value;
}

function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`The column ${column} is not a number.`);
  return value;
}

function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

function interactionOf(word: string): Interaction {
  if (word === 'create' || word === 'update' || word === 'delete') return word;
  throw new TypeError('An unknown interaction is stored.');
}

function kindOf(word: string): Delivery['kind'] {
  if (word === 'event' || word === 'handshake' || word === 'heartbeat') return word;
  throw new TypeError('An unknown kind of delivery is stored.');
}

function toVersion(row: Row): StoredVersion {
  const content = optionalText(row, 'content');
  return {
    sequence: integer(row, 'sequence'),
    type: text(row, 'type'),
    id: text(row, 'id'),
    versionId: text(row, 'version_id'),
    interaction: interactionOf(text(row, 'interaction')),
    lastUpdated: text(row, 'last_updated'),
    resource: content === undefined ? undefined : JSON.parse(content),
  };
}

function toDelivery(row: Row): Delivery {
  return {
    id: integer(row, 'id'),
    subscription: text(row, 'subscription'),
    kind: kindOf(text(row, 'kind')),
    eventNumber: integer(row, 'event_number'),
    sequence: integer(row, 'sequence'),
    at: text(row, 'at'),
  };
}

/**
 * Everything the stand-in must not forget: each version of each resource, what its subscriptions owe, spent assertions.
 * A write that has returned survives a kill -9 (WAL, `synchronous=NORMAL`: the operating system has it); a power cut may take the last ones.
 */
export class ChartDatabase {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  #depth = 0;

  constructor(file: string | undefined) {
    this.#db = new DatabaseSync(file ?? ':memory:');
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;');
    this.#db.exec(SCHEMA);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  /** Runs the work as one: all of it is stored, or nothing. Nested calls belong to the outermost. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      const result = await work();
      this.commit();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  begin(): void {
    if (this.#depth === 0) this.#statement('begin immediate').run();
    this.#depth += 1;
  }

  commit(): void {
    this.#depth -= 1;
    if (this.#depth === 0) this.#statement('commit').run();
  }

  rollback(): void {
    if (this.#depth > 0) this.#statement('rollback').run();
    this.#depth = 0;
  }

  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  addVersion(version: Omit<StoredVersion, 'sequence'>): number {
    const { lastInsertRowid } = this.#statement(
      'insert into version (type, id, version_id, interaction, last_updated, content) values (?, ?, ?, ?, ?, ?)',
    ).run(
      version.type,
      version.id,
      version.versionId,
      version.interaction,
      version.lastUpdated,
      version.resource === undefined ? null : JSON.stringify(version.resource),
    );
    const sequence = Number(lastInsertRowid);
    if (version.resource === undefined) {
      this.#statement('delete from current where type = ? and id = ?').run(version.type, version.id);
    } else {
      this.#statement(
        'insert into current (type, id, sequence) values (?, ?, ?) on conflict (type, id) do update set sequence = excluded.sequence',
      ).run(version.type, version.id, sequence);
    }
    return sequence;
  }

  /** Every resource as it is now, in the order in which the resources were first stored. */
  *current(): Generator<Resource> {
    const rows = this.#statement(
      `select v.*, (select min(sequence) from version f where f.type = v.type and f.id = v.id) as first
       from current c join version v on v.sequence = c.sequence order by first`,
    ).iterate();
    for (const row of rows) {
      const { resource } = toVersion(row);
      if (resource !== undefined) yield resource;
    }
  }

  hasAny(): boolean {
    return this.#statement('select 1 from version limit 1').get() !== undefined;
  }

  /** Newest first. */
  history(type: string, id: string): StoredVersion[] {
    return this.#statement('select * from version where type = ? and id = ? order by sequence desc')
      .all(type, id)
      .map(toVersion);
  }

  version(type: string, id: string, versionId: string): StoredVersion | undefined {
    const row = this.#statement('select * from version where type = ? and id = ? and version_id = ?').get(
      type,
      id,
      versionId,
    );
    return row === undefined ? undefined : toVersion(row);
  }

  latest(type: string, id: string): StoredVersion | undefined {
    const row = this.#statement('select * from version where type = ? and id = ? order by sequence desc limit 1').get(
      type,
      id,
    );
    return row === undefined ? undefined : toVersion(row);
  }

  bySequence(sequence: number): StoredVersion | undefined {
    const row = this.#statement('select * from version where sequence = ?').get(sequence);
    return row === undefined ? undefined : toVersion(row);
  }

  progress(subscription: string): SubscriptionProgress {
    const row = this.#statement('select * from progress where subscription = ?').get(subscription);
    if (row === undefined) {
      return { events: 0, failures: 0, retryAt: undefined, heartbeatAt: undefined, error: undefined };
    }
    return {
      events: integer(row, 'events'),
      failures: integer(row, 'failures'),
      retryAt: optionalText(row, 'retry_at'),
      heartbeatAt: optionalText(row, 'heartbeat_at'),
      error: optionalText(row, 'error'),
    };
  }

  setProgress(subscription: string, progress: SubscriptionProgress): void {
    this.#statement(
      `insert into progress (subscription, events, failures, retry_at, heartbeat_at, error) values (?, ?, ?, ?, ?, ?)
       on conflict (subscription) do update set events = excluded.events, failures = excluded.failures, retry_at = excluded.retry_at,
       heartbeat_at = excluded.heartbeat_at, error = excluded.error`,
    ).run(
      subscription,
      progress.events,
      progress.failures,
      progress.retryAt ?? null,
      progress.heartbeatAt ?? null,
      progress.error ?? null,
    );
  }

  addDelivery(delivery: Omit<Delivery, 'id'>): void {
    this.#statement('insert into delivery (subscription, kind, event_number, sequence, at) values (?, ?, ?, ?, ?)').run(
      delivery.subscription,
      delivery.kind,
      delivery.eventNumber,
      delivery.sequence,
      delivery.at,
    );
    if (delivery.kind === 'event') {
      this.#statement('insert or ignore into event (subscription, event_number, sequence, at) values (?, ?, ?, ?)').run(
        delivery.subscription,
        delivery.eventNumber,
        delivery.sequence,
        delivery.at,
      );
    }
  }

  deliveries(subscription: string, limit: number): Delivery[] {
    return this.#statement('select * from delivery where subscription = ? order by id limit ?')
      .all(subscription, limit)
      .map(toDelivery);
  }

  owes(subscription: string): boolean {
    return this.#statement('select 1 from delivery where subscription = ? limit 1').get(subscription) !== undefined;
  }

  removeDelivery(id: number): void {
    this.#statement('delete from delivery where id = ?').run(id);
  }

  removeDeliveries(subscription: string): void {
    this.#statement('delete from delivery where subscription = ?').run(subscription);
  }

  events(subscription: string, from: number, to: number): { eventNumber: number; sequence: number; at: string }[] {
    return this.#statement(
      'select * from event where subscription = ? and event_number between ? and ? order by event_number limit 1000',
    )
      .all(subscription, from, to)
      .map((row) => ({
        eventNumber: integer(row, 'event_number'),
        sequence: integer(row, 'sequence'),
        at: text(row, 'at'),
      }));
  }

  /** False if the client has used this assertion before. */
  spendAssertion(client: string, jti: string, until: number, now: number): boolean {
    this.#statement('delete from assertion where until < ?').run(now);
    const { changes } = this.#statement('insert or ignore into assertion (client, jti, until) values (?, ?, ?)').run(
      client,
      jti,
      until,
    );
    return Number(changes) === 1;
  }

  setting(name: string): string | undefined {
    const row = this.#statement('select value from setting where name = ?').get(name);
    return row === undefined ? undefined : text(row, 'value');
  }

  setSetting(name: string, value: string): void {
    this.#statement(
      'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
    ).run(name, value);
  }

  close(): void {
    this.#db.close();
  }
}
