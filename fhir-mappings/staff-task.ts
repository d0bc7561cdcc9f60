import type { Task } from 'fhir/r4.js';
import { ourselves, systems } from './systems.ts';

export type StaffTaskCode =
  | 'concern'
  | 'person-requested'
  | 'message-to-staff'
  | 'not-delivered'
  | 'unknown-number'
  | 'intake-refused'
  | 'conversation-closed'
  | 'running-late'
  | 'cannot-be-met'
  | 'no-reply'
  | 'not-moved'
  | 'needs-missed'
  | 'need-given-back';

/** What staff read in their inbox, and how soon it must be looked at. @see https://hl7.org/fhir/R4/valueset-request-priority.html */
const codes: Record<StaffTaskCode, { readonly display: string; readonly priority: NonNullable<Task['priority']> }> = {
  concern: { display: 'Something that may be wrong was said', priority: 'stat' },
  'person-requested': { display: 'The patient asked for a person', priority: 'urgent' },
  'message-to-staff': { display: 'The patient wrote something for the team', priority: 'routine' },
  'not-delivered': { display: 'A message did not arrive', priority: 'routine' },
  'unknown-number': { display: 'Someone whose number is not in the chart wrote or called', priority: 'routine' },
  'intake-refused': { display: 'A questionnaire could not be asked', priority: 'routine' },
  'conversation-closed': { display: 'An intake was closed before its end', priority: 'routine' },
  'running-late': { display: 'The patient is running late', priority: 'urgent' },
  'cannot-be-met': { display: 'Something a visit needs cannot be there in time', priority: 'urgent' },
  'no-reply': { display: 'Nobody has said whether the patient comes', priority: 'routine' },
  'not-moved': { display: 'The patient wants another time', priority: 'routine' },
  'needs-missed': { display: 'Something a visit needs is not there', priority: 'urgent' },
  'need-given-back': { display: 'Nobody sees to something a visit needs', priority: 'urgent' },
};

export interface StaffTaskInput {
  /** Derived from its cause; the Task is created once by it. */
  readonly identifier: string;
  readonly code: StaffTaskCode;
  /** Plain words for the person who opens it. */
  readonly description: string;
  /** ISO instant. */
  readonly at: string;
  /** `Patient/{id}`; absent for a number that nobody knows. */
  readonly patient?: string;
  /** What to look at: the QuestionnaireResponse, the Communication, the Questionnaire. */
  readonly focus?: string;
  readonly encounter?: string;
  /** Practitioner, Group or Organization reference. */
  readonly owner?: string;
  readonly priority?: NonNullable<Task['priority']>;
  /** ISO instant by which somebody must have looked. */
  readonly dueBy?: string;
}

/** Work for staff in the inbox of the EHR. @see https://hl7.org/fhir/R4/task.html */
export function toStaffTask(input: StaffTaskInput): Task {
  const { code, patient, focus, encounter, owner, dueBy } = input;
  const { display, priority } = codes[code];
  return {
    resourceType: 'Task',
    identifier: [{ system: systems.staffTask, value: input.identifier }],
    status: 'requested',
    intent: 'order',
    priority: input.priority ?? priority,
    code: { coding: [{ system: systems.staffTaskCode, code, display }], text: display },
    description: input.description,
    ...(focus === undefined ? {} : { focus: { reference: focus } }),
    ...(patient === undefined ? {} : { for: { reference: patient } }),
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    authoredOn: input.at,
    lastModified: input.at,
    requester: { ...ourselves },
    ...(owner === undefined ? {} : { owner: { reference: owner } }),
    ...(dueBy === undefined ? {} : { restriction: { period: { end: dueBy } } }),
  };
}
