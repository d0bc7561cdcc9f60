import type { Task } from 'fhir/r4.js';
import { requirementNames } from '../domain/requirements/names.ts';
import type { Requirement, RequirementState } from '../domain/requirements/requirement.ts';
import { present } from './present.ts';
import { idOf, parseReference } from './reference.ts';
import { ourselves, systems } from './systems.ts';

/** How a requirement stands for staff: its own state, or why nobody has to see to it any more. */
export type RequirementStanding = RequirementState | 'not-needed' | 'visit-off' | 'visit-over';

/** @see https://hl7.org/fhir/R4/valueset-task-status.html */
const standings: Record<RequirementStanding, { readonly status: Task['status']; readonly display: string }> = {
  open: { status: 'requested', display: 'To do' },
  waiting: { status: 'in-progress', display: 'Under way' },
  met: { status: 'completed', display: 'Done' },
  waived: { status: 'cancelled', display: 'Not needed for this visit' },
  missed: { status: 'failed', display: 'Not done in time' },
  'not-needed': { status: 'cancelled', display: 'Not needed any more' },
  'visit-off': { status: 'cancelled', display: 'The visit is off' },
  'visit-over': { status: 'failed', display: 'The visit is over' },
};

/** An owner as FHIR names it: by reference, or by words alone where the EHR holds no such resource. */
export interface RequirementTaskOwner {
  readonly reference?: string;
  readonly display?: string;
}

export interface RequirementTaskInput {
  /** `Patient/{id}`. */
  readonly patient: string;
  /** The Appointment's id. */
  readonly appointment: string;
  readonly requirement: Requirement;
  readonly standing: RequirementStanding;
  readonly owner: RequirementTaskOwner;
  /** The visit's day and time as staff read it; absent while it waits for one. */
  readonly visit?: string;
  /** An instant as staff read it, for the blanks of what the patient was told. */
  readonly when: (instant: string) => string;
  /** ISO instants: when it was first written, and now. */
  readonly authoredOn: string;
  readonly at: string;
}

/** `{appointment}/{requirement}`: one Task for each requirement of a visit, however often it is written. */
export function requirementIdentifier(appointment: string, requirement: string): string {
  return `${appointment}/${requirement}`;
}

/**
 * One requirement of a visit as work for its owner, in the inbox of the EHR. `businessStatus` says what we last wrote: where `status`
 * says otherwise, somebody else has moved it.
 * @see https://hl7.org/fhir/R4/task.html
 */
export function toRequirementTask(input: RequirementTaskInput): Task {
  const { requirement, appointment, standing, owner, patient } = input;
  const { kind, due, tooLate, evidence } = requirement;
  const reason = reasonFor(requirement, standing);
  const shownBy = parseReference(evidence);
  return {
    resourceType: 'Task',
    identifier: [{ system: systems.requirement, value: requirementIdentifier(appointment, requirement.id) }],
    status: standings[standing].status,
    ...(reason === undefined ? {} : { statusReason: { text: reason } }),
    businessStatus: standingConcept(standing),
    intent: 'order',
    priority: tooLate === true ? 'urgent' : 'routine',
    code: {
      coding: [{ system: systems.requirementCode, code: kind, display: requirementNames[kind] }],
      text: requirementNames[kind],
    },
    description: descriptionOf(input),
    focus: { reference: `Appointment/${appointment}` },
    for: { reference: patient },
    authoredOn: input.authoredOn,
    lastModified: input.at < input.authoredOn ? input.authoredOn : input.at,
    requester: { ...ourselves },
    owner: { ...owner },
    ...(shownBy?.kind === 'resource' ? { reasonReference: { reference: shownBy.local } } : {}),
    restriction: { period: { end: due } },
  };
}

/** The Task of a requirement that nobody has to see to any more; everything else about it stays. One that is settled already is left. */
export function endedRequirementTask(task: Task, standing: RequirementStanding, at: string): Task | undefined {
  if (isSettledStatus[task.status] !== false) return undefined;
  return {
    ...task,
    status: standings[standing].status,
    statusReason: { text: standings[standing].display },
    businessStatus: standingConcept(standing),
    lastModified: task.authoredOn !== undefined && at < task.authoredOn ? task.authoredOn : at,
  };
}

/**
 * What we mean to write, over what somebody else has written in between: who they gave it to, and what they added, stays. `theirs` keeps
 * the status that they set, too.
 */
export function overTheirs(wanted: Task, current: Task, keeps: 'their-status' | 'our-status'): Task {
  const { statusReason, businessStatus, ...ours } = wanted;
  const { statusReason: theirReason, businessStatus: before, ...theirs } = current;
  const merged: Task = {
    ...theirs,
    ...ours,
    ...(current.owner === undefined ? {} : { owner: current.owner }),
    ...(current.priority === undefined || current.priority === 'routine' ? {} : { priority: current.priority }),
  };
  if (keeps === 'our-status')
    return {
      ...merged,
      ...(statusReason === undefined ? {} : { statusReason }),
      ...(businessStatus === undefined ? {} : { businessStatus }),
    };
  return {
    ...merged,
    status: current.status,
    ...(theirReason === undefined ? {} : { statusReason: theirReason }),
    ...(before === undefined ? {} : { businessStatus: before }),
  };
}

/** Whether a Task shows what we mean to write already, whenever it was written. */
export function showsAlready(current: Task, wanted: Task): boolean {
  return ourFields.every((field) => JSON.stringify(current[field]) === JSON.stringify(wanted[field]));
}

const ourFields = [
  'status',
  'statusReason',
  'businessStatus',
  'priority',
  'code',
  'description',
  'focus',
  'for',
  'owner',
  'reasonReference',
  'restriction',
] as const satisfies readonly (keyof Task)[];

function standingConcept(standing: RequirementStanding): NonNullable<Task['businessStatus']> {
  const { display } = standings[standing];
  return { coding: [{ system: systems.requirementStanding, code: standing, display }], text: display };
}

function reasonFor({ waivedBecause }: Requirement, standing: RequirementStanding): string | undefined {
  if (standing === 'waived' && waivedBecause !== undefined && waivedBecause.trim() !== '') return waivedBecause;
  return standings[standing].status === 'cancelled' || standings[standing].status === 'failed'
    ? standings[standing].display
    : undefined;
}

/** What, for which visit, why, who said so: each its own sentence. */
function descriptionOf({ requirement, visit, when }: RequirementTaskInput): string {
  const { kind, because, says, from, due, tooLate, setBy, evidence, state } = requirement;
  const blanks: Readonly<Record<string, string>> = { due: when(due), from: from === undefined ? '' : when(from) };
  const told = says.default.replace(/\{(from|due)\}/g, (blank, name: string) => blanks[name] ?? blank).trim();
  const shownBy = parseReference(evidence);
  const settled = state === 'met' || state === 'waived';
  return [
    `${requirementNames[kind]} for the visit${visit === undefined ? '' : ` on ${visit}`}.`,
    ...(because.trim() === '' ? [] : [`Why: ${sentence(because)}`]),
    ...(told === '' ? [] : [`What the patient hears: “${told}”`]),
    ...(tooLate === true ? ['It cannot be done in time any more unless the visit moves.'] : []),
    ...(settled && (setBy === 'staff' || evidence === 'staff') ? ['Staff said so.'] : []),
    ...(settled && (setBy === 'patient' || evidence === 'patient') ? ['The patient said so.'] : []),
    ...(state === 'met' && shownBy?.kind === 'resource' ? [`Shown by ${shownBy.local}.`] : []),
  ].join(' ');
}

function sentence(words: string): string {
  const trimmed = words.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** What staff mean by the status that they give a Task; undefined where it says nothing about the requirement. */
const meanings: Record<Task['status'], SetByTask | undefined> = {
  draft: undefined,
  requested: 'open',
  received: 'open',
  ready: 'open',
  accepted: 'waiting',
  'in-progress': 'waiting',
  'on-hold': 'waiting',
  completed: 'met',
  cancelled: 'waived',
  // Whoever was asked will not or could not, or their Task is gone from their inbox: it is still to be done, by somebody.
  rejected: 'given-back',
  failed: 'given-back',
  'entered-in-error': 'given-back',
};

const isSettledStatus: Record<Task['status'], boolean> = {
  draft: false,
  requested: false,
  received: false,
  ready: false,
  accepted: false,
  'in-progress': false,
  'on-hold': false,
  completed: true,
  cancelled: true,
  rejected: true,
  failed: true,
  'entered-in-error': true,
};

type SetByTask = 'open' | 'waiting' | 'met' | 'waived' | 'given-back';

export interface ReadRequirementTask {
  readonly appointment: string;
  readonly requirement: string;
  /** The Patient's id. */
  readonly patient?: string;
  readonly versionId?: string;
  readonly lastUpdated?: string;
  /** What its status means; undefined where it means nothing for the requirement. */
  readonly state?: SetByTask;
  /** Somebody else moved it since we wrote it. False for our own words coming back. */
  readonly moved: boolean;
  /** Their reason, in their words. */
  readonly because?: string;
}

/** A requirement's Task as it comes back from the EHR; undefined for every other Task. Never throws. */
export function readRequirementTask(task: Task): ReadRequirementTask | undefined {
  const value = (task.identifier ?? []).find(({ system }) => system === systems.requirement)?.value ?? '';
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) return undefined;
  const wrote = (task.businessStatus?.coding ?? []).find(({ system }) => system === systems.requirementStanding)?.code;
  const expected = isStanding(wrote) ? standings[wrote].status : undefined;
  const state = Object.hasOwn(meanings, task.status) ? meanings[task.status] : undefined;
  return {
    appointment: value.slice(0, slash),
    requirement: value.slice(slash + 1),
    moved: task.status !== expected,
    ...present({
      patient: idOf(task.for?.reference, 'Patient'),
      versionId: task.meta?.versionId,
      lastUpdated: task.meta?.lastUpdated,
      state,
      because: task.statusReason?.text?.trim() || task.statusReason?.coding?.[0]?.display?.trim() || undefined,
    }),
  };
}

function isStanding(code: string | undefined): code is RequirementStanding {
  return code !== undefined && Object.hasOwn(standings, code);
}
