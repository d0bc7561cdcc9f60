import type { WithId } from '@medplum/core';
import type { Resource, Subscription } from '@medplum/fhirtypes';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Settling } from '../settling.ts';
import type { ChartDatabase, Delivery, StoredVersion, SubscriptionProgress } from './chart-database.ts';
import type { ChartListener, ChartRepository } from './chart-repository.ts';
import type { Faults } from './faults.ts';
import {
  type Notification,
  type NotificationType,
  type NotifiedEvent,
  notificationBundle,
} from './notification-bundle.ts';
import { concerns, readSubscription, type Subscribed } from './topics.ts';

const FAILURES_BEFORE_ERROR = 5;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
const LONGEST_TIMER_MS = 60_000;
/** How long a lone notification waits for a second one to change places with. */
const REORDER_WAIT_MS = 40;

interface SubscriptionOptions {
  readonly database: ChartDatabase;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly base: () => string;
  readonly isType: (name: string) => boolean;
  /** Sent with each notification unless the Subscription's own channel.header has a line of that name. */
  readonly notification: { readonly header: string; readonly secret: string };
}

function isSubscription(resource: Resource | undefined): resource is Subscription {
  return resource?.resourceType === 'Subscription';
}

const later = (now: Date, milliseconds: number): string => new Date(now.getTime() + milliseconds).toISOString();

/**
 * Keeps Subscriptions and delivers what they ask for: stored with the write that caused it, in order per subscription, at least once,
 * tried again until it is taken, also after a restart.
 */
export class SubscriptionEngine implements ChartListener, Settling {
  readonly name = 'ehr notifications';
  readonly #options: SubscriptionOptions;
  readonly #known = new Map<string, Subscribed>();
  readonly #running = new Set<string>();
  readonly #aborts = new Set<AbortController>();
  #repository: ChartRepository | undefined;
  #exclusively: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
  #ownWrite = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  /** Lets it write the status of Subscriptions, and starts what a former life still owed. */
  start(repository: ChartRepository, exclusively: <T>(work: () => Promise<T>) => Promise<T>): void {
    this.#repository = repository;
    this.#exclusively = exclusively;
    // Whoever did not answer the former life may answer this one: no waiting for the rest of a long pause.
    for (const id of this.#known.keys()) {
      const progress = this.#options.database.progress(id);
      if (progress.retryAt !== undefined) {
        this.#options.database.setProgress(id, { ...progress, failures: 0, retryAt: undefined });
      }
    }
    this.wake();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const abort of this.#aborts) abort.abort();
  }

  accept<T extends Resource>(resource: T): T {
    if (!isSubscription(resource) || typeof resource.channel !== 'object' || typeof resource.criteria !== 'string')
      return resource;
    readSubscription(resource, this.#options.isType);
    // The server, not the client, says that a subscription is active. @see https://hl7.org/fhir/R4/subscription.html#2.46.5
    const accepted = { ...resource, status: resource.status === 'off' ? 'off' : 'requested' };
    delete accepted.error;
    return accepted;
  }

  changed(type: string, id: string, resource: Resource | undefined): void {
    if (type !== 'Subscription') return;
    if (isSubscription(resource)) this.#known.set(id, readSubscription(resource, this.#options.isType));
    else this.#known.delete(id);
  }

  stored(version: StoredVersion, resource: Resource | undefined): void {
    const { database } = this.#options;
    if (version.type === 'Subscription') {
      if (this.#ownWrite) return;
      if (version.interaction === 'delete') database.removeDeliveries(version.id);
      else if (isSubscription(resource) && resource.status === 'requested') {
        const { sequence, lastUpdated: at } = version;
        database.setProgress(version.id, {
          ...database.progress(version.id),
          failures: 0,
          retryAt: undefined,
          error: undefined,
        });
        database.addDelivery({ subscription: version.id, kind: 'handshake', eventNumber: 0, sequence, at });
      }
      return;
    }
    if (resource === undefined) return;
    for (const subscribed of this.#known.values()) {
      if (subscribed.status === 'off' || this.#hasEnded(subscribed)) continue;
      // R4's own subscriptions are about what matches; something deleted matches nothing.
      if (version.interaction === 'delete' && subscribed.topic === undefined) continue;
      if (!concerns(subscribed, resource)) continue;
      const progress = database.progress(subscribed.id);
      const eventNumber = progress.events + 1;
      database.setProgress(subscribed.id, { ...progress, events: eventNumber });
      const { sequence, lastUpdated: at } = version;
      database.addDelivery({ subscription: subscribed.id, kind: 'event', eventNumber, sequence, at });
    }
  }

  busy(): boolean {
    if (this.#closed) return false;
    return this.#running.size > 0 || [...this.#known.values()].some((subscribed) => this.#isDue(subscribed));
  }

  nextDue(): Date | undefined {
    let next: number | undefined;
    for (const subscribed of this.#known.values()) {
      const due = this.#dueAt(subscribed);
      if (due !== undefined && (next === undefined || due < next)) next = due;
    }
    return next === undefined ? undefined : new Date(next);
  }

  wake(): void {
    if (this.#closed || this.#repository === undefined) return;
    for (const subscribed of this.#known.values()) {
      if (this.#isDue(subscribed) && !this.#running.has(subscribed.id)) void this.#run(subscribed.id);
    }
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.nextDue();
    if (next === undefined || this.#closed) return;
    const wait = Math.max(next.getTime() - this.#options.clock.now().getTime(), 1);
    this.#timer = setTimeout(() => this.wake(), Math.min(wait, LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #hasEnded(subscribed: Subscribed): boolean {
    return subscribed.end !== undefined && Date.parse(subscribed.end) <= this.#options.clock.now().getTime();
  }

  #dueAt(subscribed: Subscribed): number | undefined {
    if (subscribed.status === 'off') return undefined;
    const { database } = this.#options;
    const progress = database.progress(subscribed.id);
    const times: number[] = [];
    if (subscribed.end !== undefined) times.push(Date.parse(subscribed.end));
    if (database.owes(subscribed.id)) times.push(progress.retryAt === undefined ? 0 : Date.parse(progress.retryAt));
    else if (progress.heartbeatAt !== undefined && subscribed.status === 'active')
      times.push(Date.parse(progress.heartbeatAt));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #isDue(subscribed: Subscribed): boolean {
    const due = this.#dueAt(subscribed);
    return due !== undefined && due <= this.#options.clock.now().getTime();
  }

  async #run(id: string): Promise<void> {
    this.#running.add(id);
    try {
      for (;;) {
        const subscribed = this.#known.get(id);
        if (this.#closed || subscribed === undefined || !this.#isDue(subscribed)) break;
        if (this.#hasEnded(subscribed)) await this.#end(subscribed);
        else await this.#deliverNext(subscribed);
      }
    } finally {
      this.#running.delete(id);
      this.#arm();
    }
  }

  async #end(subscribed: Subscribed): Promise<void> {
    this.#options.database.removeDeliveries(subscribed.id);
    await this.#setStatus(subscribed.id, 'off', undefined);
  }

  async #deliverNext(subscribed: Subscribed): Promise<void> {
    const { database, faults, clock } = this.#options;
    if (!database.owes(subscribed.id)) {
      const sent = await this.#attempt(subscribed, () => this.#postBundle(subscribed, 'heartbeat', []));
      // A lost heartbeat is not sent again; the next one says the same.
      if (!sent) this.#beat(subscribed, clock.now());
      return;
    }
    const [first, ...rest] = await this.#nextDeliveries(subscribed);
    if (first === undefined) return;
    if (first.kind === 'handshake') {
      const greeted =
        subscribed.topic === undefined ||
        (await this.#attempt(subscribed, () => this.#postBundle(subscribed, 'handshake', [])));
      if (!greeted) return;
      database.removeDelivery(first.id);
      this.#beat(subscribed, clock.now());
      await this.#setStatus(subscribed.id, 'active', undefined);
      return;
    }
    const batch = subscribed.topic === undefined ? [first] : [first, ...rest];
    const dropped = faults.drops();
    if (!dropped) {
      const send = (): Promise<void> => this.#postEvents(subscribed, batch);
      if (!(await this.#attempt(subscribed, send))) return;
      if (faults.duplicates()) await send().catch(() => undefined);
    }
    if (this.#closed) return;
    for (const delivery of batch) database.removeDelivery(delivery.id);
  }

  /** What goes into the next notification: one event, or several up to the subscriber's maximum; a handshake goes alone. */
  async #nextDeliveries(subscribed: Subscribed): Promise<Delivery[]> {
    const { database, faults } = this.#options;
    const limit = Math.max(subscribed.maxCount, 1);
    if (!faults.reorders) {
      const waiting = database.deliveries(subscribed.id, limit);
      const handshake = waiting.findIndex((delivery) => delivery.kind === 'handshake');
      return handshake < 0 ? waiting : waiting.slice(0, Math.max(handshake, 1));
    }
    let waiting = database.deliveries(subscribed.id, 2);
    if (waiting.length < 2 && waiting[0]?.kind === 'event') {
      await new Promise((resolve) => setTimeout(resolve, REORDER_WAIT_MS));
      if (this.#closed) return [];
      waiting = database.deliveries(subscribed.id, 2);
    }
    const [first, second] = waiting;
    return first?.kind === 'event' && second?.kind === 'event' ? [second] : waiting.slice(0, 1);
  }

  #beat(subscribed: Subscribed, now: Date): void {
    if (subscribed.heartbeatSeconds === undefined) return;
    const { database } = this.#options;
    const progress = database.progress(subscribed.id);
    database.setProgress(subscribed.id, { ...progress, heartbeatAt: later(now, subscribed.heartbeatSeconds * 1000) });
  }

  /** Sends once; on failure it notes when to try again, and that the subscription is in trouble when it has failed too often. */
  async #attempt(subscribed: Subscribed, send: () => Promise<void>): Promise<boolean> {
    const { database, clock } = this.#options;
    try {
      await send();
    } catch (error) {
      if (this.#closed) return false;
      const text = error instanceof Error ? error.message : 'failed';
      const progress = database.progress(subscribed.id);
      const failures = progress.failures + 1;
      const wait = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
      const failed: SubscriptionProgress = { ...progress, failures, retryAt: later(clock.now(), wait), error: text };
      database.setProgress(subscribed.id, failed);
      if (failures === FAILURES_BEFORE_ERROR) {
        await this.#setStatus(subscribed.id, 'error', `The last ${failures} notifications failed: ${text}`);
      }
      return false;
    }
    if (this.#closed) return false;
    const progress = database.progress(subscribed.id);
    if (progress.failures > 0) {
      database.setProgress(subscribed.id, { ...progress, failures: 0, retryAt: undefined, error: undefined });
    }
    if (subscribed.status === 'error') {
      await this.#setStatus(subscribed.id, 'active', undefined);
    }
    this.#beat(subscribed, clock.now());
    return true;
  }

  async #setStatus(id: string, status: Subscription['status'], error: string | undefined): Promise<void> {
    const repository = this.#repository;
    await this.#exclusively?.(async () => {
      if (repository === undefined || this.#closed || !repository.has('Subscription', id)) return;
      const { error: _error, ...subscription } = await repository.readResource<WithId<Subscription>>(
        'Subscription',
        id,
      );
      this.#ownWrite = true;
      try {
        await repository.storeOwn({ ...subscription, status, ...(error === undefined ? {} : { error }) });
      } finally {
        this.#ownWrite = false;
      }
    });
  }

  #eventOf(delivery: { eventNumber: number; sequence: number; at: string }): NotifiedEvent | undefined {
    const version = this.#options.database.bySequence(delivery.sequence);
    return version === undefined ? undefined : { eventNumber: delivery.eventNumber, at: delivery.at, version };
  }

  #notification(subscribed: Subscribed, type: NotificationType, events: readonly NotifiedEvent[]): Notification {
    const { database, clock, base } = this.#options;
    const progress = database.progress(subscribed.id);
    const eventsSinceStart = events.at(-1)?.eventNumber ?? progress.events;
    const status = type === 'handshake' ? 'requested' : type.startsWith('query') ? subscribed.status : 'active';
    return {
      type,
      subscribed,
      status,
      eventsSinceStart,
      events,
      base: base(),
      now: clock.now().toISOString(),
      error: progress.error,
    };
  }

  async #postBundle(subscribed: Subscribed, type: NotificationType, events: readonly NotifiedEvent[]): Promise<void> {
    const notification = this.#notification(subscribed, type, events);
    const bundle = notificationBundle({ ...notification, error: undefined });
    await this.#post(subscribed, 'POST', subscribed.endpoint, JSON.stringify(bundle));
  }

  async #postEvents(subscribed: Subscribed, deliveries: readonly Delivery[]): Promise<void> {
    const events = deliveries.flatMap((delivery) => this.#eventOf(delivery) ?? []);
    if (subscribed.topic !== undefined) return this.#postBundle(subscribed, 'event-notification', events);
    for (const { version } of events) {
      if (subscribed.content === 'empty') await this.#post(subscribed, 'POST', subscribed.endpoint, undefined);
      else {
        const created = version.interaction === 'create';
        const url = `${subscribed.endpoint.replace(/\/$/, '')}/${version.type}${created ? '' : `/${version.id}`}`;
        await this.#post(subscribed, created ? 'POST' : 'PUT', url, JSON.stringify(version.resource));
      }
    }
  }

  async #post(subscribed: Subscribed, method: string, url: string, body: string | undefined): Promise<void> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    const timer = setTimeout(() => abort.abort(), subscribed.timeoutSeconds * 1000);
    try {
      const headers = new Headers();
      const { header, secret } = this.#options.notification;
      if (header !== '') headers.set(header, secret);
      for (const line of subscribed.header) {
        const colon = line.indexOf(':');
        if (colon > 0) headers.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
      }
      if (body !== undefined) headers.set('content-type', 'application/fhir+json; charset=utf-8');
      const response = await fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: abort.signal,
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`the endpoint answered ${response.status}`);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('the endpoint')) throw error;
      throw new Error(abort.signal.aborted ? 'the endpoint did not answer in time' : 'the endpoint cannot be reached', {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      this.#aborts.delete(abort);
    }
  }

  /** What `$status` says of a subscription. */
  status(id: string): Notification | undefined {
    const subscribed = this.#known.get(id);
    return subscribed === undefined ? undefined : this.#notification(subscribed, 'query-status', []);
  }

  /** What `$events` gives again, delivered or not. */
  events(id: string, from: number, to: number): Notification | undefined {
    const subscribed = this.#known.get(id);
    if (subscribed === undefined) return undefined;
    const events = this.#options.database.events(id, from, to).flatMap((event) => this.#eventOf(event) ?? []);
    const { events: total } = this.#options.database.progress(id);
    return { ...this.#notification(subscribed, 'query-event', events), eventsSinceStart: total };
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }
}
