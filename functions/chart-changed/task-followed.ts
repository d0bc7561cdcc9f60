import type { Appointment, Patient, Task } from 'fhir/r4.js';
import type { Visit } from '../../domain/story/story.ts';
import { readAppointment, visitIsAhead } from '../../fhir-mappings/appointment.ts';
import { withInitialValues } from '../../fhir-mappings/initial-values.ts';
import { idOf } from '../../fhir-mappings/reference.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import { readIntakeTask, taskUpdate } from '../../fhir-mappings/task.ts';
import { beginConversation, endConversation, resumeConversations } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { storyOf } from './person-followed.ts';
import { intakeFor } from './questionnaire-published.ts';

/** An intake is asked for, taken back, or a Task of ours was done by staff. */
export async function followTask(deps: ChartChangedDeps, id: string, task: Task | undefined): Promise<void> {
  // A cause commits once, and the notification of this version was kept under `ehr/Task/…`: what follows from it is another commit.
  const cause = `followed/Task/${id}/${task?.meta?.versionId ?? 'gone'}`;
  if (task === undefined) {
    const link = await deps.records.get('chart-link', `task/${id}`);
    if (link?.value.story !== undefined)
      await endConversation(deps, link.value.story, `task/${id}`, 'task-cancelled', cause);
    return;
  }
  if (isStaffTask(task)) {
    const patient = idOf(task.for?.reference, 'Patient');
    if (patient !== undefined && (task.status === 'completed' || task.status === 'cancelled'))
      await resumeConversations(deps, patient, task.authoredOn, cause);
    return;
  }
  const read = readIntakeTask(task, deps.us);
  switch (read.kind) {
    case 'start':
      return start(deps, task, read, cause);
    case 'cancelled': {
      const patient = idOf(task.for?.reference, 'Patient');
      return patient === undefined ? undefined : endConversation(deps, patient, `task/${id}`, 'task-cancelled', cause);
    }
    case 'refused':
      return reject(deps, task, read.reason);
    case 'under-way':
    case 'done':
    case 'not-ours':
      return undefined;
  }
}

function isStaffTask(task: Task): boolean {
  return (task.identifier ?? []).some((identifier) => identifier.system === systems.staffTask);
}

async function start(
  deps: ChartChangedDeps,
  task: Task,
  read: Extract<ReturnType<typeof readIntakeTask>, { kind: 'start' }>,
  cause: string,
): Promise<void> {
  const found = await storyOf(deps, read.patient);
  if (found === undefined) return reject(deps, task, 'The patient named in this task is not in the chart.');
  const intake = await intakeFor(deps, read.questionnaire);
  if (!intake.ok) return reject(deps, task, intake.reason);
  const visit = read.visit.appointment === undefined ? undefined : await visitOf(deps, read.visit.appointment);
  if (visit === 'over') return reject(deps, task, 'The visit that this task is for has passed or was called off.');
  await deps.records.put({
    kind: 'chart-link',
    id: `task/${read.task}`,
    expect: 'any',
    value: { reference: `Task/${read.task}`, story: read.patient, writtenAt: deps.clock.now().toISOString(), upTo: 0 },
  });
  await beginConversation(deps, found.view, {
    cause,
    conversation: { id: `task/${read.task}`, task: read.task, ...(visit === undefined ? {} : { visit }) },
    intake: withInitialValues(
      intake.intake,
      { patient: found.patient satisfies Patient },
      deps.clock.now().toISOString(),
    ),
  });
}

async function visitOf(deps: ChartChangedDeps, id: string): Promise<Visit | 'over' | undefined> {
  const read = await deps.chart.read('Appointment', id);
  if (read.is !== 'found') return undefined;
  const { state, start, end } = readAppointment(read.resource as Appointment);
  if (!visitIsAhead[state]) return 'over';
  return { appointment: id, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

/** The Task says why it was not taken, in words for the person who made it. Somebody else's change in between wins; the next notification decides again. */
async function reject(deps: ChartChangedDeps, task: Task, reason: string): Promise<void> {
  if (task.id === undefined) return;
  deps.log.info('INTAKE_REFUSED', { task: task.id });
  const changed = taskUpdate(task, { to: 'rejected', at: deps.clock.now().toISOString(), reason });
  await deps.chart.update({ ...changed, id: task.id }, task.meta?.versionId);
}
