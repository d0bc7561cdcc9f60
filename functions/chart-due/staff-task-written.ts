import type { Task } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import { sayDay } from '../../domain/handoff/when.ts';
import type { ClosedBecause, StoryView } from '../../domain/story/story.ts';
import type { Envelope } from '../../events/envelope.ts';
import { type StaffTaskInput, toStaffTask } from '../../fhir-mappings/staff-task.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import type { ChartDueDeps } from './dependencies.ts';
import { isDeskReason, noteOf } from './visit-note.ts';

/** A description is read in a list; the whole of it is on file with us. */
const longestQuote = 2_000;

type Reason =
  | {
      readonly kind: 'person';
      readonly because: string;
      readonly urgency: 'routine' | 'urgent' | 'stat';
      readonly conversation?: string | undefined;
      readonly phone?: string | undefined;
      readonly appointment?: string | undefined;
      readonly minutes?: number | undefined;
    }
  | {
      readonly kind: 'concern';
      readonly concern: string;
      readonly flags: readonly string[];
      readonly conversation?: string | undefined;
      readonly phone?: string | undefined;
    }
  | { readonly kind: 'closed'; readonly conversation: string; readonly because: ClosedBecause };

type Input = StaffTaskInput & {
  /** The Appointment that it is about. */
  readonly visit?: string;
};

/** Work for staff, in the inbox they already use: once per cause, however often the event comes. */
export async function writeStaffTask(
  deps: ChartDueDeps,
  view: StoryView | undefined,
  envelope: Envelope,
  reason: Reason,
): Promise<void> {
  const input = inputFor(deps, view, envelope, reason);
  if (input === undefined) return;
  const key = `staff-task/${input.identifier}`;
  const link = (await deps.records.get('chart-link', key))?.value;
  if (link !== undefined) {
    if (link.writtenAt >= envelope.time) return;
    const open = await stillOpen(deps, link.reference);
    if (open !== undefined) {
      await bringUpToDate(deps, open, input);
      // An older event that comes once more must not bring back what was so before.
      if (input.visit !== undefined)
        await deps.records.put({
          kind: 'chart-link',
          id: key,
          expect: 'any',
          value: { ...link, writtenAt: envelope.time },
        });
      return;
    }
  }
  // What the note of the day stood for was seen to before this came: it needs a note of its own.
  const identifier = link === undefined ? input.identifier : `${input.identifier}/${envelope.cause}`;
  const response =
    reason.conversation === undefined
      ? undefined
      : (await deps.records.get('chart-link', `response/${reason.conversation}`))?.value.reference || undefined;
  const description = `${input.description}${await whoIsNotInTheChart(deps, envelope, reason)}`;
  const task = toStaffTask({
    ...input,
    identifier,
    description,
    ...(response === undefined ? {} : { focus: response }),
  });
  const written = await deps.chart.create(task, `identifier=${systems.staffTask}|${identifier}`);
  if (written.is !== 'written') {
    deps.log.error('CHART_REFUSED', {
      resourceType: 'Task',
      ...(written.is === 'refused' ? { status: written.status, reason: written.reason } : {}),
    });
    throw new Fault('CHART_UNAVAILABLE', 'The EHR did not take a Task for staff');
  }
  const story = view?.story.id;
  await deps.records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: { reference: `Task/${written.id}`, ...(story === undefined ? {} : { story }), writtenAt: input.at, upTo: 0 },
  });
}

async function stillOpen(deps: ChartDueDeps, reference: string): Promise<Task | undefined> {
  const read = await deps.chart.read('Task', reference.slice('Task/'.length));
  if (read.is !== 'found') return undefined;
  const task = read.resource as Task;
  return seenTo.has(task.status) ? undefined : task;
}

/** A visit that was moved has another time: whoever opens the note must not read the old one. */
async function bringUpToDate(deps: ChartDueDeps, task: Task, input: Input): Promise<void> {
  if (input.visit === undefined || task.id === undefined || task.description === input.description) return;
  const { description, restriction, lastModified } = toStaffTask(input);
  const changed = {
    ...task,
    id: task.id,
    ...(description === undefined ? {} : { description }),
    ...(restriction === undefined ? {} : { restriction }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
  const written = await deps.chart.update(changed, task.meta?.versionId);
  if (written.is === 'conflict')
    throw new Fault('CHANGED_MEANWHILE', 'A Task for staff was changed by somebody else; it is read again');
  if (written.is === 'refused')
    deps.log.error('CHART_REFUSED', { resourceType: 'Task', status: written.status, reason: written.reason });
}

const seenTo = new Set<Task['status']>(['completed', 'cancelled', 'rejected', 'failed', 'entered-in-error']);

/** Of a number that is in no chart, staff need the number itself and what was said: nothing else leads back to the person. */
async function whoIsNotInTheChart(deps: ChartDueDeps, envelope: Envelope, reason: Reason): Promise<string> {
  if (envelope.patient !== undefined || reason.kind === 'closed' || reason.phone === undefined) return '';
  const phone = await deps.store.phone(reason.phone);
  if (phone === undefined) return '';
  const said = phone.unknown?.said ?? phone.choosing?.said ?? [];
  const names = phone.members.map(({ firstName }) => firstName).join(', ');
  return ` The number is ${phone.number}${names === '' ? '' : ` (${names})`}.${
    said.length === 0 ? '' : ` They wrote: "${said.join(' / ')}"`
  }`.slice(0, longestQuote);
}

function inputFor(
  deps: ChartDueDeps,
  view: StoryView | undefined,
  envelope: Envelope,
  reason: Reason,
): Input | undefined {
  const at = envelope.time;
  const patient = envelope.patient === undefined ? {} : { patient: `Patient/${envelope.patient}` };
  const minutes = (count: number) => new Date(Date.parse(at) + count * 60_000).toISOString();
  switch (reason.kind) {
    case 'concern': {
      const concern = view?.story.concerns.find((each) => each.id === reason.concern);
      const words = concern === undefined ? reason.flags.join(', ') : `${concern.flag.label}: "${concern.words}"`;
      return {
        identifier: reason.concern,
        code: 'concern',
        description: words,
        at,
        ...patient,
        priority: 'stat',
        dueBy: minutes(15),
      };
    }
    case 'person': {
      if (isDeskReason(reason.because) && reason.appointment !== undefined) {
        const visit = view?.story.visits.find((each) => each.appointment === reason.appointment);
        const note = noteOf(reason.because, visit, { at, timeZone: deps.clinic.timeZone, minutes: reason.minutes });
        return {
          // One note for a visit and a reason: what comes again while it is open changes that one.
          identifier: `${reason.because}/${reason.appointment}`,
          code: reason.because,
          description: note.words,
          at,
          ...patient,
          visit: reason.appointment,
          focus: `Appointment/${reason.appointment}`,
          priority: reason.urgency,
          dueBy: note.dueBy,
        };
      }
      const start = view?.story.visits.find((each) => each.appointment === reason.appointment)?.start;
      const when = start === undefined ? '' : ` The visit is on ${sayDay(start, deps.clinic.timeZone)}.`;
      const described = personWords[reason.because] ?? personWords.asked;
      if (described === undefined) return undefined;
      // One note a day and reason for a patient: the tenth message of an evening is read in the same inbox entry.
      const who = envelope.patient ?? envelope.cause;
      const identifier =
        reason.because === 'not-told'
          ? // That they want none of our messages is said once, until somebody has seen to it.
            `${reason.because}/${who}`
          : reason.because === 'message' || reason.because === 'undeliverable'
            ? `${reason.because}/${who}/${at.slice(0, 10)}`
            : `person/${envelope.cause}`;
      return {
        identifier,
        code: described.code,
        description: `${described.words}${when}`,
        at,
        ...patient,
        ...(reason.appointment === undefined ? {} : { focus: `Appointment/${reason.appointment}` }),
        priority: reason.urgency,
        dueBy: minutes(reason.urgency === 'stat' ? 15 : reason.urgency === 'urgent' ? 60 : 24 * 60),
      };
    }
    case 'closed': {
      const conversation = view?.story.conversations.find((each) => each.id === reason.conversation);
      // Nothing was told and the visit or Task itself was taken back: whoever did so knows.
      const silent =
        reason.because === 'patient-died' ||
        ((conversation?.told.length ?? 0) === 0 && reason.because !== 'visit-passed');
      if (silent) return undefined;
      return {
        identifier: `closed/${reason.conversation}`,
        code: 'conversation-closed',
        description: closedWords[reason.because],
        at,
        ...patient,
      };
    }
  }
}

const personWords: Readonly<
  Record<string, { readonly code: StaffTaskInput['code']; readonly words: string } | undefined>
> = {
  asked: { code: 'person-requested', words: 'The patient asked for a person. Please call or write back.' },
  'not-answered': {
    code: 'person-requested',
    words: 'A caller was put through and nobody picked up. Please call back.',
  },
  misread: {
    code: 'person-requested',
    words: 'We could not read an answer three times. Please help the patient with it.',
  },
  message: {
    code: 'message-to-staff',
    words: 'The patient wrote something that fits no question. It is in the communications of the chart.',
  },
  'unknown-number': {
    code: 'unknown-number',
    words: 'Someone wrote or rang from a number that is in no chart. Please find out who it is.',
  },
  undeliverable: {
    code: 'not-delivered',
    words: 'A text could not be delivered, or a call was not heard. Please reach the patient another way.',
  },
  'no-time': {
    code: 'person-requested',
    words:
      'A visit is booked without a time, so the patient was told nothing of it. Please give it one, or call it off.',
  },
  declined: {
    code: 'person-requested',
    words: 'The patient declined a visit elsewhere. Please ask whether they want another time.',
  },
  'not-told': {
    code: 'not-delivered',
    words:
      'The patient stopped our texts and calls, so something about a visit was not sent. Please tell them another way.',
  },
  unread: {
    code: 'person-requested',
    words:
      'The visit is near, and nobody has confirmed reading what the patient told. Please open the card in the chart.',
  },
  'opted-out': { code: 'message-to-staff', words: 'A patient who stopped our texts wrote to us.' },
};

const closedWords: Record<ClosedBecause, string> = {
  'visit-passed': 'The visit has passed; the questions stopped before the end. What was told is in the response.',
  'visit-cancelled': 'The visit was called off while the patient was answering. What was told is in the response.',
  'task-cancelled': 'The questions were taken back while the patient was answering. What was told is in the response.',
  'patient-died': '',
  refused: 'The patient does not want to answer.',
};
