import type { Appointment, Task } from 'fhir/r4.js';
import type { Visit } from '../../domain/story/story.ts';
import { readAppointment, visitIsAhead } from '../../fhir-mappings/appointment.ts';
import { idOf } from '../../fhir-mappings/reference.ts';
import { readRequirementTask } from '../../fhir-mappings/requirement-task.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import { readIntakeTask, taskUpdate } from '../../fhir-mappings/task.ts';
import { beginConversation, endConversation, resumeConversations } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { storyOf } from './person-followed.ts';
import { intakeFor, withChart } from './questionnaire-published.ts';
import { followRequirement } from './requirement-followed.ts';
import { type Change, keepSeen } from './what-changed.ts';

/** An intake is asked for or taken back, or a Task of ours was done by staff. What a visit needs never starts an intake. */
export async function followTask(deps: ChartChangedDeps, change: Change): Promise<void> {
  const { id, cause } = change;
  const task = change.resource as Task | undefined;
  if (task === undefined) {
    const patient = change.before?.story ?? (await deps.records.get('chart-link', `task/${id}`))?.value.story;
    if (patient !== undefined) await endConversation(deps, patient, `task/${id}`, 'task-cancelled', cause);
    return keepSeen(deps, change);
  }
  const need = readRequirementTask(task);
  if (need !== undefined) return followRequirement(deps, change, need);
  const patient = idOf(task.for?.reference, 'Patient');
  if (isStaffTask(task)) {
    if (patient !== undefined && (task.status === 'completed' || task.status === 'cancelled'))
      await resumeConversations(deps, patient, task.authoredOn, cause);
    return keepSeen(deps, change);
  }
  const read = readIntakeTask(task, deps.us);
  if (read.kind === 'start') return start(deps, change, task, read);
  if (read.kind === 'cancelled' && patient !== undefined)
    await endConversation(deps, patient, `task/${id}`, 'task-cancelled', cause);
  if (read.kind === 'refused') await reject(deps, task, read.reason);
  await keepSeen(deps, change, patient === undefined ? {} : { story: patient });
}

function isStaffTask(task: Task): boolean {
  return (task.identifier ?? []).some((identifier) => identifier.system === systems.staffTask);
}

async function start(
  deps: ChartChangedDeps,
  change: Change,
  task: Task,
  read: Extract<ReturnType<typeof readIntakeTask>, { kind: 'start' }>,
): Promise<void> {
  const { patient } = read;
  const refuse = async (reason: string) => {
    await reject(deps, task, reason);
    await keepSeen(deps, change, { story: patient });
  };
  const view = await storyOf(deps, patient);
  if (view === undefined) return refuse('The patient named in this task is not in the chart.');
  const intake = await intakeFor(deps, read.questionnaire);
  if (!intake.ok) return refuse(intake.reason);
  const visit = read.visit.appointment === undefined ? undefined : await visitOf(deps, read.visit.appointment);
  if (visit === 'over') return refuse('The visit that this task is for has passed or was called off.');
  await deps.records.put({
    kind: 'chart-link',
    id: `task/${read.task}`,
    expect: 'any',
    value: { reference: `Task/${read.task}`, story: patient, writtenAt: deps.clock.now().toISOString(), upTo: 0 },
  });
  await beginConversation(deps, view, {
    cause: change.cause,
    conversation: { id: `task/${read.task}`, task: read.task, ...(visit === undefined ? {} : { visit }) },
    intake: await withChart(deps, intake.intake, patient),
    news: { change, patient },
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
