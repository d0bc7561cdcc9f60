import { Fault } from '../../domain/errors/errors.ts';
import type { ChartResource } from '../../domain/ports/chart.ts';
import type { ChartSeen, RecordPut, Stored } from '../../domain/ports/records.ts';
import { shortened } from '../../edge/ehr/changed-events.ts';
import { settleOpen } from '../../edge/ehr/quarantine-settled.ts';
import { patientOf } from '../../fhir-mappings/patient-of.ts';
import type { ChartChangedDeps } from './dependencies.ts';

/** What the EHR told of a resource: the resource itself where it came along. */
export interface Told {
  readonly resourceType: string;
  readonly id: string;
  readonly versionId?: string | undefined;
  readonly resource?: Readonly<Record<string, unknown>> | undefined;
  readonly deleted?: boolean | undefined;
  readonly swept?: boolean | undefined;
}

/** A resource as it is to be followed now: newer than what was followed before. */
export interface Change {
  readonly type: string;
  readonly id: string;
  /** Undefined where the EHR has it no more. */
  readonly resource: ChartResource | undefined;
  /** ISO instant; undefined where the EHR does not say. */
  readonly lastUpdated?: string;
  readonly before: ChartSeen | undefined;
  /** Patients into whose stories another version of it went, or may have gone: it may be about somebody else now. */
  readonly formerly: readonly string[];
  /** What follows from it is committed under this, and what beside that under parts of it. */
  readonly cause: string;
  readonly swept: boolean;
  /** Of the record that says so. */
  readonly version: number | 'absent';
  /** Keeps that it was followed. In the last commit of what follows from it; a conflict means that somebody else was faster. */
  readonly seen: (more?: Pick<ChartSeen, 'story' | 'says' | 'undone'>) => RecordPut<'chart-seen'>;
}

/** A clock that is ahead of ours would hide all that is told later: what it says decides nothing. */
const mostAhead = 10 * 60_000;
/** By then nobody sends the old version again. */
const keptFor = 400 * 86_400_000;

/**
 * Whether what was told is news, and the resource to follow. `lastUpdated` decides, since versions are opaque: what came along is used if it
 * is newer than what was followed before, and ignored if it is older. Where that cannot decide (nothing came along, no time or the same
 * time with another version, gone before), the resource is read: whatever the order, the EHR as it is now is right. Undefined where there
 * is nothing to follow. `anew`: as the EHR has it now, though that was followed before.
 */
export async function whatChanged(
  deps: ChartChangedDeps,
  told: Told,
  how: { readonly anew?: boolean } = {},
): Promise<Change | undefined> {
  const { resourceType: type, id } = told;
  const stored = await deps.records.get('chart-seen', `${type}/${id}`);
  const before = stored?.value;
  const carried = carriedBy(told);
  const change = (resource: ChartResource | undefined) => changeTo(deps, told, stored, resource);
  if (how.anew !== true && told.deleted !== true && before?.gone !== true) {
    const news = carried === undefined ? undefined : compare(deps, carried, before);
    if (news === 'newer') return change(carried);
    if (news === 'older' || news === 'same') return undefined;
    const isKnown = told.versionId !== undefined && told.versionId === before?.versionId && before.undone !== true;
    if (carried === undefined && isKnown) return undefined;
  }
  const read = await deps.chart.read(type, id);
  switch (read.is) {
    case 'found': {
      const news = before?.gone === true ? 'newer' : compare(deps, read.resource, before);
      return news === 'older' || (news === 'same' && how.anew !== true) ? undefined : change(read.resource);
    }
    case 'gone':
      return before?.gone === true && how.anew !== true ? undefined : change(undefined);
    case 'missing':
      if (before?.gone === true && how.anew !== true) return undefined;
      if (await isReallyGone(deps, told, stored)) return change(undefined);
      await keepForOperators(deps, type, id, 'The EHR told of it and does not show it');
      return undefined;
    case 'forbidden':
      await keepForOperators(deps, type, id, 'The EHR does not let us read it');
      deps.log.warn('CHART_REFUSED', { resourceType: type, status: 403 });
      return undefined;
  }
}

type News = 'newer' | 'older' | 'same' | 'undecided';

function compare(deps: ChartChangedDeps, resource: ChartResource, before: ChartSeen | undefined): News {
  const { versionId } = resource.meta ?? {};
  const at = instantOf(deps, resource);
  const known = before?.lastUpdated === undefined ? undefined : Date.parse(before.lastUpdated);
  const isSame = versionId !== undefined && versionId === before?.versionId && (at === undefined || at === known);
  if (isSame && before?.undone !== true) return 'same';
  if (at === undefined) return 'undecided';
  if (known === undefined || at > known) return 'newer';
  return at < known ? 'older' : 'undecided';
}

/** Epoch milliseconds. */
function instantOf({ clock }: ChartChangedDeps, { meta }: ChartResource): number | undefined {
  const at = meta?.lastUpdated === undefined ? Number.NaN : Date.parse(meta.lastUpdated);
  return Number.isNaN(at) || at > clock.now().getTime() + mostAhead ? undefined : at;
}

/** Only what is what it is said to be. */
function carriedBy({ resource, resourceType, id }: Told): ChartResource | undefined {
  if (resource === undefined || resource.resourceType !== resourceType || (resource.id ?? id) !== id) return undefined;
  return { ...resource, resourceType, id };
}

/**
 * An EHR, or what stands before it, may answer 404 for a while for what it has. What we knew is given up only where the EHR said that it was
 * deleted, or a search, which is answered otherwise, does not find it either.
 */
async function isReallyGone(
  deps: ChartChangedDeps,
  { resourceType, id, deleted }: Told,
  stored: Stored<'chart-seen'> | undefined,
): Promise<boolean> {
  if (deleted === true) return true;
  if (stored === undefined) return false;
  const found = await deps.chart.search(resourceType, { _id: id }, 10);
  if (found.some((each) => each.resourceType === resourceType && each.id === id))
    throw new Fault('CHART_UNAVAILABLE', 'The EHR does not agree with itself whether it has a resource');
  return true;
}

function changeTo(
  deps: ChartChangedDeps,
  told: Told,
  stored: Stored<'chart-seen'> | undefined,
  resource: ChartResource | undefined,
): Change {
  const { resourceType: type, id, swept } = told;
  const { versionId, lastUpdated: said } = resource?.meta ?? {};
  const lastUpdated = resource !== undefined && instantOf(deps, resource) !== undefined ? said : undefined;
  const expect = stored?.version ?? 'absent';
  const version = resource === undefined ? 'gone' : shortened(versionId ?? said ?? 'unversioned');
  const before = stored?.value;
  return {
    type,
    id,
    resource,
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
    before,
    formerly: [...new Set([before?.story, patientOf(told.resource)])].filter((story) => story !== undefined),
    // Not the cause under which the notification was kept, and another one each time it is followed: a cause commits once.
    cause: `followed/${type}/${id}/${version}/${expect}`,
    swept: swept === true,
    version: expect,
    seen: (more = {}) => ({
      kind: 'chart-seen',
      id: `${type}/${id}`,
      expect,
      expires: new Date(deps.clock.now().getTime() + keptFor),
      value: {
        ...(before?.story === undefined ? {} : { story: before.story }),
        // What is gone may be there again with an older time than it had.
        ...(lastUpdated === undefined ? {} : { lastUpdated }),
        ...(versionId === undefined ? {} : { versionId }),
        ...(resource === undefined ? { gone: true as const } : {}),
        ...more,
      },
    }),
  };
}

/** Keeps that it was followed, where nothing else is committed. */
export async function keepSeen(
  deps: ChartChangedDeps,
  change: Change,
  more?: Pick<ChartSeen, 'story' | 'says' | 'undone'>,
): Promise<void> {
  if ((await deps.records.put(change.seen(more))) === 'conflict') throw new FollowedElsewhere();
}

/** Throws where the same resource was followed by somebody else since. */
export async function checkStillFirst({ records }: ChartChangedDeps, { type, id, version }: Change): Promise<void> {
  const stored = await records.get('chart-seen', `${type}/${id}`);
  if ((stored?.version ?? 'absent') !== version) throw new FollowedElsewhere();
}

/** Somebody else has followed the same resource in the meantime: it is looked at anew, so that the newer one is what stays. */
export class FollowedElsewhere extends Error {}

/** Kept where operators look, by its name only: the resource itself is in the EHR, and is read again where they replay it. */
export async function keepForOperators(deps: ChartChangedDeps, type: string, id: string, why: string): Promise<void> {
  await deps.records.put({
    kind: 'quarantine',
    id: quarantineId(`${type}/${id}`),
    expect: 'any',
    value: { at: deps.clock.now().toISOString(), from: 'chart-changed', why, body: `${type}/${id}` },
  });
  deps.log.warn('NOTIFICATION_QUARANTINED', { resourceType: type, why });
}

/** What operators have of it is done after all: it stays for a while, and says so. */
export async function settleForOperators(deps: ChartChangedDeps, reference: string): Promise<void> {
  const id = quarantineId(reference);
  await settleOpen(deps, id, [id], 'It was followed after all.');
}

function quarantineId(reference: string): string {
  return `followed/${reference}`;
}
