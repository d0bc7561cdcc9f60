import type { Reference, Task } from 'fhir/r4.js';
import { present } from './present.ts';
import { parseCanonical, parseReference } from './reference.ts';

/** The code and the roles of a Task that asks for a questionnaire. @see https://hl7.org/fhir/uv/sdc/workflow.html#task */
export const completeQuestionnaire = {
  system: 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp',
  code: 'complete-questionnaire',
  input: 'questionnaire',
  output: 'questionnaire-response',
} as const;

export type IntakeTask =
  | ({ readonly kind: 'start' } & Asked)
  /** Somebody took it back, or it rests: the conversation closes. */
  | ({ readonly kind: 'cancelled'; readonly status: Task['status'] } & Known)
  /** It has begun, by us; our own writes come back like this. */
  | ({ readonly kind: 'under-way' } & Known)
  | ({ readonly kind: 'done' } & Known)
  | ({ readonly kind: 'not-ours'; readonly because: NotOurs } & Known)
  | ({ readonly kind: 'refused'; readonly reason: string } & Known);

export type NotOurs = 'another-task' | 'another-owner' | 'draft' | 'unknown-status';

interface Known {
  readonly task?: string;
  readonly versionId?: string;
  readonly lastUpdated?: string;
}

interface Asked extends Known {
  readonly task: string;
  /** The Patient's id. */
  readonly patient: string;
  readonly questionnaire: { readonly url: string; readonly version?: string };
  readonly visit: VisitReferences;
  /** ISO instant by which it is wanted. */
  readonly dueBy?: string;
}

/** Ids of what leads to the visit, from basedOn, reasonReference, focus, encounter or an input. */
export interface VisitReferences {
  readonly appointment?: string;
  readonly serviceRequest?: string;
  readonly encounter?: string;
}

/** What a status asks of us. @see https://hl7.org/fhir/R4/valueset-task-status.html */
const statuses: Record<Task['status'], 'start' | 'cancelled' | 'under-way' | 'done' | 'draft'> = {
  draft: 'draft',
  requested: 'start',
  ready: 'start',
  received: 'under-way',
  accepted: 'under-way',
  'in-progress': 'under-way',
  // Whoever puts it on hold wants the patient left alone; `ready` starts it again, and nothing told is asked twice.
  'on-hold': 'cancelled',
  cancelled: 'cancelled',
  'entered-in-error': 'cancelled',
  rejected: 'done',
  failed: 'done',
  completed: 'done',
};

/**
 * What a Task means for us. `us` are the names under which work is given to us: a reference (`Organization/1`), an identifier's value, or
 * `system|value`. A Task with no owner is anybody's, so ours. Never throws.
 */
export function readIntakeTask(task: Task, us: readonly string[]): IntakeTask {
  const known: Known = present({
    task: task.id,
    versionId: task.meta?.versionId,
    lastUpdated: task.meta?.lastUpdated,
  });
  if (!asksForQuestionnaire(task)) return { kind: 'not-ours', because: 'another-task', ...known };
  if (!isOurs(task.owner, us)) return { kind: 'not-ours', because: 'another-owner', ...known };
  const meaning = Object.hasOwn(statuses, task.status) ? statuses[task.status] : undefined;
  if (meaning === undefined) return { kind: 'not-ours', because: 'unknown-status', ...known };
  if (meaning === 'draft') return { kind: 'not-ours', because: 'draft', ...known };
  if (meaning === 'cancelled') return { kind: 'cancelled', status: task.status, ...known };
  if (meaning !== 'start') return { kind: meaning, ...known };
  return started(task, known);
}

function started(task: Task, known: Known): IntakeTask {
  const refused = (reason: string): IntakeTask => ({ kind: 'refused', reason, ...known });
  if (task.id === undefined) return refused('The Task has no id.');
  if ((task.modifierExtension ?? []).length > 0) {
    return refused('The Task carries a modifier extension that we do not know.');
  }
  const subject = parseReference(task.for?.reference);
  if (subject?.kind !== 'resource') return refused('The Task does not say for which patient it is.');
  if (subject.type !== 'Patient') return refused(`The Task is for a ${subject.type}, not for a patient.`);
  const questionnaires = [...new Set(questionnairesOf(task))];
  const [canonical, ...others] = questionnaires;
  if (canonical === undefined) return refused('The Task does not name a questionnaire.');
  if (others.length > 0) return refused('The Task names several questionnaires; one Task asks for one.');
  const dueBy = task.restriction?.period?.end;
  return {
    kind: 'start',
    ...known,
    task: task.id,
    patient: subject.id,
    questionnaire: parseCanonical(canonical),
    visit: visitOf(task),
    ...present({ dueBy }),
  };
}

function asksForQuestionnaire(task: Task): boolean {
  return (task.code?.coding ?? []).some(
    ({ system, code }) =>
      code === completeQuestionnaire.code && (system === undefined || system.startsWith('http://hl7.org/fhir/uv/sdc/')),
  );
}

function isOurs(owner: Reference | undefined, us: readonly string[]): boolean {
  if (owner === undefined) return true;
  const parsed = parseReference(owner.reference);
  const { system, value } = owner.identifier ?? {};
  const names = [
    owner.reference,
    parsed?.kind === 'resource' ? parsed.local : undefined,
    value,
    system === undefined || value === undefined ? undefined : `${system}|${value}`,
  ];
  return names.some((name) => name !== undefined && us.includes(name));
}

/** Written as a canonical by the specification; as a uri or a reference in the wild. */
function questionnairesOf(task: Task): readonly string[] {
  return (task.input ?? [])
    .filter(
      ({ type }) =>
        (type?.coding ?? []).some(({ code }) => code === completeQuestionnaire.input) ||
        type?.text?.trim().toLowerCase() === completeQuestionnaire.input,
    )
    .flatMap((input) => {
      const named = input.valueCanonical ?? input.valueUri ?? input.valueUrl ?? localReference(input.valueReference);
      return named === undefined || named.trim() === '' ? [] : named.trim();
    });
}

function localReference(reference: Reference | undefined): string | undefined {
  const parsed = parseReference(reference?.reference);
  return parsed?.kind === 'resource' ? parsed.local : undefined;
}

function visitOf(task: Task): VisitReferences {
  const references = [
    ...(task.basedOn ?? []),
    task.reasonReference,
    task.focus,
    task.encounter,
    ...(task.input ?? []).map((input) => input.valueReference),
  ].map((reference) => parseReference(reference?.reference));
  const idOf = (type: string) => {
    const found = references.find((parsed) => parsed?.kind === 'resource' && parsed.type === type);
    return found?.kind === 'resource' ? found.id : undefined;
  };
  return present({
    appointment: idOf('Appointment'),
    serviceRequest: idOf('ServiceRequest'),
    encounter: idOf('Encounter'),
  });
}

export type TaskChange =
  | { readonly to: 'accepted' | 'in-progress'; readonly at: string }
  | { readonly to: 'completed'; readonly at: string /** `QuestionnaireResponse/{id}`. */; readonly response: string }
  | {
      readonly to: 'rejected' | 'failed';
      readonly at: string /** In words that a person understands. */;
      readonly reason: string;
    };

/** The Task as it reads after a change of ours; applying the same change twice gives the same Task. */
export function taskUpdate(task: Task, change: TaskChange): Task {
  const { statusReason: _, ...rest } = task;
  const start = task.executionPeriod?.start;
  const at = task.authoredOn !== undefined && task.authoredOn > change.at ? task.authoredOn : change.at;
  const changed: Task = { ...rest, status: change.to, lastModified: at };
  switch (change.to) {
    case 'accepted':
      return changed;
    case 'in-progress':
      return { ...changed, executionPeriod: { start: start ?? change.at } };
    case 'completed':
      return {
        ...changed,
        executionPeriod: { start: start ?? change.at, end: change.at },
        output: [...(task.output ?? []).filter((output) => !isResponse(output)), responseOutput(change.response)],
      };
    case 'rejected':
    case 'failed':
      return { ...changed, statusReason: { text: change.reason } };
  }
}

type Output = NonNullable<Task['output']>[number];

function isResponse(output: Output): boolean {
  return (output.type.coding ?? []).some(({ code }) => code === completeQuestionnaire.output);
}

function responseOutput(reference: string): Output {
  const { system, output } = completeQuestionnaire;
  return { type: { coding: [{ system, code: output }] }, valueReference: { reference } };
}
