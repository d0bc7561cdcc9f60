import { createHash } from 'node:crypto';
import type { Task } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import { sayDay } from '../../domain/handoff/when.ts';
import type { ChartEntry, ChartWrite } from '../../domain/ports/chart.ts';
import type { VisitTasks, WrittenTask } from '../../domain/ports/records.ts';
import { isSettled, type Requirement } from '../../domain/requirements/requirement.ts';
import type { Story, StoryView } from '../../domain/story/story.ts';
import type { VisitOverBecause } from '../../domain/visit/known-visit.ts';
import type { PlannedVisit, VisitStanding } from '../../domain/visit/visit.ts';
import {
  endedRequirementTask,
  overTheirs,
  type RequirementStanding,
  readRequirementTask,
  requirementIdentifier,
  showsAlready,
  toRequirementTask,
} from '../../fhir-mappings/requirement-task.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import type { ChartDueDeps } from './dependencies.ts';

const halfAYear = 180 * 86_400_000;

/** How what is open stands once the visit itself is over; undefined while it is ahead. */
const overStandings: Record<VisitStanding, 'visit-off' | 'visit-over' | undefined> = {
  wished: undefined,
  booked: undefined,
  arrived: undefined,
  passed: 'visit-over',
  missed: 'visit-over',
  cancelled: 'visit-off',
};
const becauseStandings: Record<VisitOverBecause, 'visit-off' | 'visit-over'> = {
  passed: 'visit-over',
  missed: 'visit-over',
  cancelled: 'visit-off',
  'never-was': 'visit-off',
};

interface Wanted {
  readonly id: string;
  readonly standing: RequirementStanding;
  readonly shows: string;
  /** Its owner gave it back: the Task stays as they left it. */
  readonly givenBack: boolean;
  task(authoredOn: string): Task;
}

/**
 * Brings the Tasks of a visit's requirements to where the story stands: one each, created once, written only where something differs,
 * and over the version that we know. A status that staff set stays until the requirement itself changes. `over`: why the visit ended,
 * where the story has let it go.
 */
export async function writeRequirementTasks(
  deps: ChartDueDeps,
  { story }: StoryView,
  appointment: string,
  over?: VisitOverBecause,
): Promise<void> {
  const kept = await deps.records.get('visit-tasks', appointment);
  // Somebody has written a newer story already.
  if (kept !== undefined && kept.value.story === story.id && kept.value.upTo > story.version) return;
  const visit = story.visits.find((each) => each.appointment === appointment);
  if (visit === undefined && over === undefined) return;
  const wanted = visit === undefined ? [] : wantedOf(deps, story, visit);
  const writing = new Writing(deps, story, appointment, kept);
  const due = wanted.filter((each) => writing.tasks[each.id]?.shows !== each.shows);
  const vanished = Object.entries(writing.tasks).flatMap(([id, { standing }]) =>
    isUnderWay(standing) && wanted.every((each) => each.id !== id) ? [id] : [],
  );
  if (due.length === 0 && vanished.length === 0) return;
  const ending = visit === undefined ? over && becauseStandings[over] : overStandings[visit.state];
  await writing.write(due, vanished, ending);
}

function wantedOf(deps: ChartDueDeps, story: Story, visit: PlannedVisit): readonly Wanted[] {
  const { timeZone } = deps.clinic;
  const at = deps.clock.now().toISOString();
  const when = (instant: string) => sayDay(instant, timeZone);
  const ending = overStandings[visit.state];
  return visit.requirements.map((requirement): Wanted => {
    const standing: RequirementStanding =
      ending !== undefined && !isSettled[requirement.state] ? ending : requirement.state;
    const task = (authoredOn: string) =>
      toRequirementTask({
        patient: `Patient/${story.id}`,
        appointment: visit.appointment,
        requirement,
        standing,
        owner: ownerOf(deps, story, visit, requirement),
        ...(visit.start === undefined ? {} : { visit: when(visit.start) }),
        when,
        authoredOn,
        at,
      });
    const givenBack = standing === requirement.state && requirement.givenBack !== undefined;
    const shows = `${digestOf(task(''))}${givenBack ? '/given-back' : ''}`;
    return { id: requirement.id, standing, shows, givenBack, task };
  });
}

function ownerOf(deps: ChartDueDeps, story: Story, visit: PlannedVisit, { owner }: Requirement) {
  const referrals = story.evidence.filter(({ kind, state, requester }) => {
    return kind === 'referral' && state !== 'gone' && requester !== undefined;
  });
  const referral =
    referrals.find(
      ({ reference, about }) =>
        visit.about?.includes(reference) === true || about.includes(`Appointment/${visit.appointment}`),
    ) ?? referrals.find(({ codes }) => codes.some((code) => visit.codes.includes(code)));
  return deps.ownerReference(owner, {
    patient: `Patient/${story.id}`,
    ...(referral?.requester === undefined ? {} : { requester: referral.requester }),
  });
}

function digestOf({ authoredOn: _, lastModified: __, ...content }: Task): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
}

function isUnderWay(standing: string): boolean {
  return standing === 'open' || standing === 'waiting';
}

/** One pass over the Tasks of a visit. What was done is kept even where the EHR goes away in the middle. */
class Writing {
  readonly tasks: Record<string, WrittenTask>;
  readonly #deps: ChartDueDeps;
  readonly #story: Story;
  readonly #appointment: string;
  readonly #at: string;
  #version: number | undefined;
  #refused = false;

  constructor(
    deps: ChartDueDeps,
    story: Story,
    appointment: string,
    kept: { readonly value: VisitTasks; readonly version: number } | undefined,
  ) {
    this.#deps = deps;
    this.#story = story;
    this.#appointment = appointment;
    this.#at = deps.clock.now().toISOString();
    this.#version = kept?.version;
    this.tasks = { ...kept?.value.tasks };
  }

  async write(
    due: readonly Wanted[],
    vanished: readonly string[],
    ending: 'visit-off' | 'visit-over' | undefined,
  ): Promise<void> {
    const fresh = due.filter(({ id }) => this.tasks[id] === undefined);
    if (fresh.length > 0) {
      // Kept before the first attempt: whoever finds this without an id knows that the EHR may have the Task already.
      for (const { id, standing } of fresh) this.tasks[id] = { authoredOn: this.#at, standing, shows: '' };
      await this.#keep(0, ending);
    }
    let upTo = 0;
    try {
      for (const { wanted, isFirst } of await this.#together(due, fresh)) await this.#bring(wanted, isFirst);
      for (const id of vanished) await this.#end(id, ending ?? 'not-needed');
      upTo = this.#story.version;
    } finally {
      await this.#keep(this.#refused ? 0 : upTo, ending);
    }
    if (this.#refused) throw new Fault('CHART_UNAVAILABLE', 'The EHR did not take the Task of a requirement');
  }

  /**
   * What nobody else has written goes in one transaction. What remains is to be brought one by one: all of it where the EHR does not take
   * it so, or knows no transactions.
   */
  async #together(
    due: readonly Wanted[],
    fresh: readonly Wanted[],
  ): Promise<readonly { readonly wanted: Wanted; readonly isFirst: boolean }[]> {
    const plain = due.flatMap((wanted) => {
      const entry = this.#entryFor(wanted, fresh.includes(wanted));
      return entry === undefined ? [] : [{ wanted, entry }];
    });
    if (plain.length < 2) return due.map((wanted) => ({ wanted, isFirst: fresh.includes(wanted) }));
    let written: readonly ChartWrite[];
    try {
      written = await this.#deps.chart.transaction(plain.map(({ entry }) => entry));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // It may have been taken nonetheless, and read by somebody since.
      return due.map((wanted) => ({ wanted, isFirst: false }));
    }
    const taken = plain.flatMap(({ wanted }, index) => {
      const one = written[index];
      if (one?.is !== 'written') return [];
      this.#note(wanted, one);
      return [wanted];
    });
    // One that met somebody else's write may have been taken in an attempt before that.
    const met = written.some(({ is }) => is === 'conflict');
    return due
      .filter((wanted) => !taken.includes(wanted))
      .map((wanted) => ({ wanted, isFirst: !met && fresh.includes(wanted) }));
  }

  #entryFor(wanted: Wanted, isFirst: boolean): ChartEntry | undefined {
    const { id, versionId, shared, authoredOn = this.#at } = this.tasks[wanted.id] ?? {};
    const task = wanted.task(authoredOn);
    if (isFirst) return { method: 'POST', url: 'Task', resource: task, ifNoneExist: this.#only(wanted.id) };
    if (id === undefined || shared === true || !versionId) return undefined;
    const resource = { ...task, id };
    return { method: 'PUT', url: `Task/${id}`, resource, ifMatch: versionId };
  }

  #only(requirement: string): string {
    const identifier = requirementIdentifier(this.#appointment, requirement);
    return `identifier=${systems.requirement}|${encodeURIComponent(identifier)}`;
  }

  async #bring(wanted: Wanted, isFirst: boolean): Promise<void> {
    const { chart } = this.#deps;
    const { id } = wanted;
    const before = this.tasks[id];
    const task = wanted.task(before?.authoredOn ?? this.#at);
    if (before?.id === undefined) {
      const created = await chart.create(task, this.#only(id));
      if (isFirst || created.is !== 'written') this.#note(wanted, created);
      else await this.#overCurrent(wanted, task, created.id);
      return;
    }
    if (before.shared === true || !before.versionId) return this.#overCurrent(wanted, task, before.id);
    const updated = await chart.update({ ...task, id: before.id }, before.versionId);
    if (updated.is === 'conflict') await this.#overCurrent(wanted, task, before.id);
    else this.#note(wanted, updated);
  }

  /** Somebody else may have written it: what they said stays, what is ours is brought up to date. */
  async #overCurrent(wanted: Wanted, task: Task, id: string): Promise<void> {
    const { chart } = this.#deps;
    const before = this.tasks[wanted.id];
    const read = await chart.read('Task', id);
    if (read.is !== 'found') {
      this.#note(wanted, { is: 'refused', status: 410, reason: '' });
      return;
    }
    const current = read.resource as Task;
    const versionId = current.meta?.versionId;
    const stands = before?.standing === wanted.standing || wanted.givenBack;
    const movedByThem = readRequirementTask(current)?.moved === true && current.status !== task.status && stands;
    const merged = overTheirs(task, current, movedByThem ? 'their-status' : 'our-status');
    const shared = before?.shared === true || (before?.id !== undefined && before.versionId !== versionId);
    const written: ChartWrite = showsAlready(current, merged)
      ? { is: 'written', id, versionId: versionId ?? '' }
      : await chart.update({ ...merged, id }, versionId);
    this.#note(wanted, written, shared);
  }

  /** Nobody has to see to it any more. */
  async #end(requirement: string, standing: RequirementStanding): Promise<void> {
    const { chart } = this.#deps;
    const before = this.tasks[requirement];
    if (before === undefined) return;
    const identifier = `${systems.requirement}|${requirementIdentifier(this.#appointment, requirement)}`;
    const id = before.id ?? (await chart.search('Task', { identifier }, 1))[0]?.id;
    const read = id === undefined ? undefined : await chart.read('Task', id);
    const current = read?.is === 'found' ? (read.resource as Task) : undefined;
    const ended = current === undefined ? undefined : endedRequirementTask(current, standing, this.#at);
    const done: WrittenTask = { ...before, ...(id === undefined ? {} : { id }), standing, shows: '' };
    if (ended === undefined || current?.id === undefined) {
      this.tasks[requirement] = { ...done, shared: true };
      return;
    }
    const written = await chart.update({ ...ended, id: current.id }, current.meta?.versionId);
    if (written.is === 'written') this.tasks[requirement] = { ...done, versionId: written.versionId, shared: true };
    else this.#refuse(written);
  }

  #note({ id, standing, shows }: Wanted, written: ChartWrite, shared = false): void {
    const authoredOn = this.tasks[id]?.authoredOn ?? this.#at;
    if (written.is === 'written') {
      const { id: task, versionId } = written;
      this.tasks[id] = { id: task, versionId, authoredOn, standing, shows, ...(shared ? { shared } : {}) };
    } else if (written.is === 'refused' && (written.status === 404 || written.status === 410)) {
      // Somebody deleted it. It comes back only with news of its own.
      this.tasks[id] = { authoredOn, standing, shows };
    } else this.#refuse(written);
  }

  #refuse(written: ChartWrite): void {
    this.#refused = true;
    if (written.is === 'refused')
      this.#deps.log.error('CHART_REFUSED', {
        resourceType: 'Task',
        status: written.status,
        reason: written.reason,
      });
  }

  async #keep(upTo: number, ending: 'visit-off' | 'visit-over' | undefined): Promise<void> {
    const saved = await this.#deps.records.put({
      kind: 'visit-tasks',
      id: this.#appointment,
      expect: this.#version ?? 'absent',
      value: { story: this.#story.id, upTo, writtenAt: this.#at, tasks: this.tasks },
      ...(ending === undefined ? {} : { expires: new Date(Date.parse(this.#at) + halfAYear) }),
    });
    if (saved === 'conflict')
      throw new Fault('CHANGED_MEANWHILE', 'The Tasks of a visit are being written by somebody else, too');
    this.#version = (this.#version ?? 0) + 1;
  }
}
