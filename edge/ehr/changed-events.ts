import { createHash } from 'node:crypto';
import { chartChanged, sweepAsked } from '../../events/chart-changed.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';

/** A larger resource is read behind the bus. An event must fit the bus and its queues (256 KB), the envelope and JSON within JSON included. */
const largestCarried = 60_000;
/** All events of one commit are one item of the store (400 KB) and one call to the bus. */
const largestCommit = 180_000;
const mostInCommit = 100;
const longestVersion = 64;

/** One thing in the EHR that has changed, or may have. */
export interface Changed {
  readonly type: string;
  readonly id: string;
  readonly versionId?: string;
  readonly lastUpdated?: string;
  /** As the EHR sent it along. */
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly deleted?: boolean;
  /** Whose it is, where that is easily told: changes of one patient are followed one after the other. */
  readonly patient?: string;
}

/** What a change is told apart by where the resource itself does not say which version it is. */
export interface Occurrence {
  readonly tenant: string;
  /** ISO instant of arrival. */
  readonly time: string;
  /**
   * The same for the same notification sent again, another for any other one. A notification Bundle has its own id, time and event
   * number, so its text tells; a bare resource may rightly come back to a state that it had before, so there only the arrival tells.
   */
  readonly mark: string;
  /** A sweep came upon it. */
  readonly swept?: true;
}

/** One event per change; its id derives from the resource and its version, so that the same change is the same event however often it comes. */
export function eventsFor(changes: readonly Changed[], occurrence: Occurrence): readonly Envelope[] {
  return changes.map((change) => {
    const { type, id, versionId, deleted, resource, patient } = change;
    const { tenant, time, swept } = occurrence;
    const carried =
      resource !== undefined && Buffer.byteLength(JSON.stringify(resource)) < largestCarried ? { resource } : {};
    return eventOf(
      chartChanged,
      { cause: causeOf(change, occurrence), time, tenant, ...(patient === undefined ? {} : { patient }) },
      {
        resourceType: type,
        id,
        ...(versionId === undefined ? {} : { versionId }),
        ...carried,
        ...(deleted === true ? { deleted } : {}),
        ...(swept === undefined ? {} : { swept }),
      },
    );
  });
}

function causeOf({ type, id, versionId, lastUpdated, deleted }: Changed, { mark, swept }: Occurrence): string {
  const version = shortened(versionId ?? lastUpdated ?? mark);
  // What a sweep finds is followed again, whatever became of the notification.
  return `${swept === undefined ? 'ehr' : mark}/${type}/${id}/${version}${deleted === true ? '/deleted' : ''}`;
}

/** What an EHR calls a version may be anything; a key of the store may not be. */
export function shortened(version: string): string {
  return version.length > longestVersion ? digest(version) : version;
}

/** Notifications of a Subscription that did not arrive, by their numbers, both included. */
export interface Missed {
  readonly subscription: string;
  readonly from: number;
  readonly to: number;
}

/** Something changed and we do not know what: of one type, or of any. */
export function sweepEvent(type: string | undefined, { tenant, time, mark }: Occurrence, missed?: Missed): Envelope {
  const of = type ?? '*';
  return eventOf(
    chartChanged,
    { cause: `ehr/${sweepAsked}/${of}/${mark}`, time, tenant },
    {
      resourceType: sweepAsked,
      id: of,
      ...(missed === undefined ? {} : { missed: { ...missed } }),
    },
  );
}

/** Events in the order in which they came, in groups that the store and the bus can take at once. */
export function inCommits(events: readonly Envelope[]): readonly (readonly Envelope[])[] {
  const groups: Envelope[][] = [];
  let size = 0;
  for (const event of events) {
    const bytes = Buffer.byteLength(JSON.stringify(event));
    const group = groups.at(-1);
    if (group === undefined || size + bytes > largestCommit || group.length >= mostInCommit) {
      groups.push([event]);
      size = bytes;
    } else {
      group.push(event);
      size += bytes;
    }
  }
  return groups;
}

/** What makes a commit this one: the change itself, or for several the changes together. */
export function causeOfCommit(events: readonly Envelope[]): string {
  const [first] = events;
  if (first !== undefined && events.length === 1) return first.cause;
  return `ehr/changes/${digest(JSON.stringify(events.map(({ cause }) => cause)))}`;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32);
}
