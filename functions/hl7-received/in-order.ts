import { Fault } from '../../domain/errors/errors.ts';
import type { ChartBody, ChartResource, ChartWrite } from '../../domain/ports/chart.ts';
import type { Hl7Latest, Stored } from '../../domain/ports/records.ts';
import { digest } from '../../edge/ehr/changed-events.ts';
import type { Hl7ReceivedDeps } from './dependencies.ts';
import { isOlder, type MessageMoment } from './moments.ts';

/** A record of the EHR that a message is about. */
export interface Target<R extends ChartBody> {
  readonly type: R['resourceType'];
  /** Its numbers, as `system|value`, the one it is made under first. */
  readonly numbers: readonly [string, ...string[]];
  /** What the message speaks of. */
  readonly parts: readonly string[];
  /** The parts belong together: all or none. */
  readonly whole?: boolean;
  /** The record as this message alone would have it; a reason where it can't be made of it. */
  make(): Made<R>;
  /** The record with these parts of what the message says. */
  change(current: R, parts: readonly string[], changedByOthers: boolean): Made<R> | Promise<Made<R>>;
}

export type Made<R> = { readonly is: 'made'; readonly resource: R } | Refused;
export interface Refused {
  readonly is: 'refused';
  /** For an operator; nothing of the patient. */
  readonly why: string;
  /** The record is not there yet, and this message alone can't make it: it is followed once another one has. */
  readonly waits?: true;
}
export type Written<R> =
  | Refused
  | {
      /** `superseded`: everything it says was said anew since, by a later message or in the EHR itself. */
      readonly is: 'written' | 'unchanged' | 'superseded';
      readonly id: string;
      readonly versionId: string;
      readonly resource: R;
      /** Messages that waited for this record. */
      readonly waiting: readonly string[];
    };

const mostTries = 20;
const remembered = 6;

/**
 * Brings one message into one record so that any number of messages, in any order, twice, and side by side, end in the same: each part of
 * the record is what the newest message that spoke of it said, unless somebody changed the record in the EHR after that message was made.
 *
 * The record is read before our notes are, and the notes are claimed (conditionally) before it is written (If-Match). So whoever writes with an
 * older message either finds the newer one's claim, or is found out by If-Match and looks again. Our own writes are told from others'
 * by their content and version: an EHR knows only when it was changed, which for our writes is later than the message was made.
 */
export async function writeInOrder<R extends ChartBody & { readonly id?: string | undefined }>(
  deps: Hl7ReceivedDeps,
  moment: MessageMoment,
  target: Target<R>,
  is: (resource: ChartResource) => resource is ChartResource & R,
): Promise<Written<R>> {
  let made: string | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const noted = await notesOf(deps, target);
    const found = await find(deps, target, made ?? noted.latest?.value.reference, is);
    if (found.is === 'refused') return found;
    const latest = await deps.records.get('hl7-latest', noted.id);
    const notes: Notes = { id: noted.id, latest };
    if (found.is === 'none') {
      const { reference } = latest?.value ?? {};
      // Made by somebody else while a search, which may be behind, was asked.
      if (reference !== undefined && reference !== noted.latest?.value.reference) continue;
      const fresh = target.make();
      if (fresh.is === 'refused') {
        if (fresh.waits === true && !(await noteWaiting(deps, notes, moment.message))) continue;
        return fresh;
      }
      const { resource } = fresh;
      if (!(await claim(deps, notes, moment, target.parts, resource))) continue;
      const written = await deps.chart.create(resource, `identifier=${encodeURIComponent(token(target.numbers[0]))}`);
      if (written.is === 'refused') return refusedBy(deps, target.type, written);
      // Somebody may have made it at the same moment, with other content: looked at as any that is there.
      if (written.is === 'written') made = `${target.type}/${written.id}`;
      continue;
    }
    const current = found.resource;
    const versionId = current.meta?.versionId ?? '';
    // What was made a moment ago is ours, in whatever way the EHR writes it down.
    const isOurs =
      made !== undefined ||
      latest?.value.versions.includes(versionId) === true ||
      latest?.value.wrote.includes(contentDigest(current)) === true;
    const newer = target.parts.filter((part) => {
      const said = latest?.value.parts[part];
      return said === undefined || !isOlder(moment, said);
    });
    const parts = target.whole === true && newer.length < target.parts.length ? [] : newer;
    const changed = await target.change(current, parts, !isOurs);
    if (changed.is === 'refused') return changed;
    const next = changed.resource;
    const id = current.id ?? '';
    const waiting = latest?.value.waiting ?? [];
    const isSame = contentDigest(next) === contentDigest(current);
    if (parts.length === 0 && isSame) return { is: 'superseded', id, versionId, resource: current, waiting };
    if (!isSame && !isOurs && changedAfter(current, moment)) {
      // Of a visit that is off or moved nobody may stay in the dark, whoever wrote it since: our own note that the patient comes, perhaps.
      if (target.type === 'Appointment' && parts.some((part) => part === 'status' || part === 'time'))
        return { is: 'refused', why: changedSince };
      return { is: 'superseded', id, versionId, resource: current, waiting };
    }
    if (!(await claim(deps, notes, moment, parts, next, `${target.type}/${id}`))) continue;
    if (isSame) return { is: made === undefined ? 'unchanged' : 'written', id, versionId, resource: current, waiting };
    const written = await deps.chart.update({ ...next, id }, versionId);
    if (written.is === 'refused') return refusedBy(deps, target.type, written);
    if (written.is === 'conflict') continue;
    await noteVersion(deps, noted.id, written.versionId);
    return { is: 'written', id, versionId: written.versionId, resource: next, waiting };
  }
  throw new Fault('CHANGED_MEANWHILE', 'A record of the EHR was changed by others at each try');
}

const changedSince =
  'The Appointment was changed in the EHR after this message was made. See which of the two is right; replay it with a newer MSH-7, or dismiss it.';

interface Notes {
  readonly id: string;
  readonly latest: Stored<'hl7-latest'> | undefined;
}

/** Our notes on a record lie under the first of its numbers that has any: a placer may speak of a visit before the filler numbers it. */
async function notesOf(
  deps: Pick<Hl7ReceivedDeps, 'records'>,
  { type, numbers }: Pick<Target<ChartBody>, 'type' | 'numbers'>,
): Promise<Notes> {
  for (const number of numbers) {
    const id = notesId(type, number);
    const latest = await deps.records.get('hl7-latest', id);
    if (latest !== undefined) return { id, latest };
  }
  return { id: notesId(type, numbers[0]), latest: undefined };
}

function notesId(type: string, number: string): string {
  return `${type}/${digest(number)}`;
}

type Found<R> = { readonly is: 'found'; readonly resource: ChartResource & R } | { readonly is: 'none' } | Refused;

/** By the reference that we know, which is never behind; else by its numbers. */
async function find<R extends ChartBody>(
  deps: Hl7ReceivedDeps,
  { type, numbers }: Pick<Target<R>, 'type' | 'numbers'>,
  reference: string | undefined,
  is: (resource: ChartResource) => resource is ChartResource & R,
): Promise<Found<R>> {
  if (reference !== undefined) {
    const read = await deps.chart.read(type, reference.slice(type.length + 1));
    if (read.is === 'found' && is(read.resource)) return { is: 'found', resource: read.resource };
    if (read.is === 'forbidden') return { is: 'refused', why: `The EHR does not let us read ${type} (403).` };
  }
  for (const number of numbers) {
    const resources = (await deps.chart.search(type, { identifier: token(number) }, 5)).filter(is);
    const [resource, other] = inUse(resources);
    if (other !== undefined) return { is: 'refused', why: `Several records of ${type} carry this number in the EHR.` };
    if (resource !== undefined) return { is: 'found', resource };
  }
  return { is: 'none' };
}

/** A record that was merged into another may carry the same number: the other one is meant. */
function inUse<R extends ChartResource>(resources: readonly R[]): readonly R[] {
  const used = resources.filter(
    (resource) => !('link' in resource) || !JSON.stringify(resource.link).includes('"replaced-by"'),
  );
  return used.length === 0 ? resources : used;
}

/** @see https://hl7.org/fhir/R4/search.html#escaping */
function token(number: string): string {
  const bar = number.indexOf('|');
  const escaped = (text: string) => text.replaceAll(/[\\$,|]/g, (mark) => `\\${mark}`);
  return `${escaped(number.slice(0, bar))}|${escaped(number.slice(bar + 1))}`;
}

/** Says in our notes that this message speaks last of these parts, and what is about to be written. False where others wrote notes meanwhile. */
async function claim(
  { records }: Hl7ReceivedDeps,
  { id, latest }: Notes,
  { time, at, control }: MessageMoment,
  parts: readonly string[],
  content: ChartBody,
  reference = latest?.value.reference,
): Promise<boolean> {
  const said = Object.fromEntries(parts.map((part) => [part, { time, at, control }]));
  const value: Hl7Latest = {
    ...(reference === undefined ? {} : { reference }),
    parts: { ...latest?.value.parts, ...said },
    wrote: [...new Set([...(latest?.value.wrote ?? []), contentDigest(content)])].slice(-remembered),
    versions: latest?.value.versions ?? [],
    ...(latest?.value.waiting === undefined ? {} : { waiting: latest.value.waiting }),
  };
  if (latest !== undefined && JSON.stringify(value) === JSON.stringify(latest.value)) return true;
  return (await records.put({ kind: 'hl7-latest', id, value, expect: latest?.version ?? 'absent' })) === 'saved';
}

async function noteWaiting({ records }: Hl7ReceivedDeps, { id, latest }: Notes, message: string): Promise<boolean> {
  const { waiting = [], ...value }: Hl7Latest = latest?.value ?? { parts: {}, wrote: [], versions: [] };
  if (waiting.includes(message)) return true;
  const next = { ...value, waiting: [...waiting, message] };
  return (await records.put({ kind: 'hl7-latest', id, value: next, expect: latest?.version ?? 'absent' })) === 'saved';
}

/** Those that waited have been told that they may go on. Where others write notes meanwhile, they are told again, which changes nothing. */
export async function waitNoMore(
  { records }: Hl7ReceivedDeps,
  target: Pick<Target<ChartBody>, 'type' | 'numbers'>,
  told: readonly string[],
): Promise<void> {
  const { id, latest } = await notesOf({ records }, target);
  if (latest === undefined) return;
  const { waiting = [], ...value } = latest.value;
  const rest = waiting.filter((message) => !told.includes(message));
  const next = rest.length === 0 ? value : { ...value, waiting: rest };
  await records.put({ kind: 'hl7-latest', id, value: next, expect: latest.version });
}

/** Where it fails, the content tells that the version is ours, unless the EHR writes things in its own way. */
async function noteVersion({ records }: Hl7ReceivedDeps, id: string, versionId: string): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const latest = await records.get('hl7-latest', id);
    if (latest === undefined || versionId === '') return;
    const value = { ...latest.value, versions: [...latest.value.versions, versionId].slice(-remembered) };
    if ((await records.put({ kind: 'hl7-latest', id, value, expect: latest.version })) === 'saved') return;
  }
}

function changedAfter({ meta }: ChartResource, { until }: MessageMoment): boolean {
  return Date.parse(meta?.lastUpdated ?? '') > until;
}

function refusedBy({ log }: Hl7ReceivedDeps, type: string, write: Extract<ChartWrite, { is: 'refused' }>): Refused {
  log.error('CHART_REFUSED', { resourceType: type, status: write.status, reason: write.reason });
  return { is: 'refused', why: `The EHR refused ${type} (${write.status}): ${write.reason}.` };
}

/** What a record says, whatever the order of its fields, without what the server adds. */
function contentDigest(resource: ChartBody): string {
  const { meta: _meta, text: _text, id: _id, ...content }: Record<string, unknown> = { ...resource };
  return digest(JSON.stringify(content, inOneOrder));
}

function inOneOrder(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
