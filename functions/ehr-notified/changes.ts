import { createHash } from 'node:crypto';
import { chartChanged, sweepAsked } from '../../events/chart-changed.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import type { About, Change } from '../../fhir-mappings/notification-change.ts';

/** A larger resource is read behind the bus. An event must fit the bus and its queues (256 KB), the envelope and JSON within JSON included. */
const largestCarried = 60_000;
/** All events of one commit are one item of the store (400 KB) and one call to the bus. */
const largestCommit = 180_000;
const mostInCommit = 100;
const longestVersion = 64;

/** What a notification is told apart by where the resource itself does not say which version it is. */
export interface Occurrence {
  readonly tenant: string;
  /** ISO instant of arrival. */
  readonly time: string;
  /**
   * The same for the same notification sent again, another for any other one. A notification Bundle has its own id, time and event
   * number, so its text tells; a bare resource may rightly come back to a state that it had before, so there only the arrival tells.
   */
  readonly mark: string;
}

export function markOf({ subscription }: About, body: string, time: string): string {
  return subscription === undefined ? `at-${time}` : `body-${digest(body)}`;
}

/** One event per change; its id derives from the resource and its version, so that the same change is the same event however often it comes. */
export function eventsFor(changes: readonly Change[], occurrence: Occurrence): readonly Envelope[] {
  return changes.map((change) => {
    const { type, id, versionId, deleted, resource } = change;
    const { tenant, time } = occurrence;
    const carried =
      resource !== undefined && Buffer.byteLength(JSON.stringify(resource)) < largestCarried ? { resource } : {};
    return eventOf(
      chartChanged,
      { cause: causeOf(change, occurrence), time, tenant },
      {
        resourceType: type,
        id,
        ...(versionId === undefined ? {} : { versionId }),
        ...carried,
        ...(deleted === true ? { deleted } : {}),
      },
    );
  });
}

function causeOf({ type, id, versionId, lastUpdated, deleted }: Change, { mark }: Occurrence): string {
  const said = versionId ?? lastUpdated ?? mark;
  // What an EHR calls a version may be anything; a key of the store may not be.
  const version = said.length > longestVersion ? digest(said) : said;
  return `ehr/${type}/${id}/${version}${deleted === true ? '/deleted' : ''}`;
}

/** Something changed and we do not know what: of one type, or of any. */
export function sweepEvent(
  type: string | undefined,
  since: string | undefined,
  { tenant, time, mark }: Occurrence,
): Envelope {
  const of = type ?? '*';
  return eventOf(
    chartChanged,
    { cause: `ehr/${sweepAsked}/${of}/${mark}`, time, tenant },
    { resourceType: sweepAsked, id: of, ...(since === undefined ? {} : { since }) },
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
