import type { Task } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import type { ClosedBecause, Conversation, StoryView } from '../../domain/story/story.ts';
import { type TaskChange, taskUpdate } from '../../fhir-mappings/task.ts';
import type { ChartDueDeps } from './dependencies.ts';

/** How far a Task has come; it only goes forward. */
const stages = ['', 'accepted', 'in-progress', 'ended'] as const;

const endedBecause: Record<ClosedBecause, string> = {
  'visit-passed': 'The visit took place before every question was answered. What was answered is in the response.',
  'visit-cancelled': 'The visit was called off.',
  'task-cancelled': 'The task was taken back.',
  'patient-died': 'The patient has died.',
  refused: 'The patient does not want to answer.',
};

const endedByWhoever = new Set<Task['status']>(['cancelled', 'entered-in-error', 'completed', 'failed', 'rejected']);

/** Moves the Task that asked for a conversation to where the conversation stands: accepted, in-progress, completed with its response, or failed with the reason. */
export async function advanceTask(deps: ChartDueDeps, { story }: StoryView, id: string): Promise<void> {
  const conversation = story.conversations.find((each) => each.id === id);
  if (conversation?.task === undefined) return;
  const key = `task/${conversation.task}`;
  const link = await deps.records.get('chart-link', key);
  const response = (await deps.records.get('chart-link', `response/${id}`))?.value.reference || undefined;
  const at = deps.clock.now().toISOString();
  const change = changeFor(conversation, response, at);
  if (change === undefined) return;
  const stage = stageOf(change);
  if (link !== undefined && link.value.upTo >= stage) return;
  const read = await deps.chart.read('Task', conversation.task);
  if (read.is !== 'found') return;
  const task = read.resource as Task;
  // Somebody took it back or ended it in the meantime: their word stands. Or it was we, in an attempt that did not come to its end.
  const theirs = endedByWhoever.has(task.status) || task.status === 'on-hold';
  if (!theirs && task.id !== undefined) {
    const written = await deps.chart.update({ ...taskUpdate(task, change), id: task.id }, task.meta?.versionId);
    if (written.is === 'conflict')
      throw new Fault('CHANGED_MEANWHILE', 'A Task was changed by somebody else; it is read and moved again');
    if (written.is === 'refused')
      deps.log.error('CHART_REFUSED', { resourceType: 'Task', status: written.status, reason: written.reason });
  }
  await deps.records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: { reference: `Task/${conversation.task}`, story: story.id, writtenAt: at, upTo: stage },
  });
}

function stageOf(change: TaskChange): number {
  const stage = stages.indexOf(change.to === 'accepted' || change.to === 'in-progress' ? change.to : 'ended');
  return stage;
}

function changeFor(conversation: Conversation, response: string | undefined, at: string): TaskChange | undefined {
  if (typeof conversation.status === 'object') {
    const { closed } = conversation.status;
    return { to: 'failed', at, reason: endedBecause[closed] };
  }
  if (conversation.completedAt !== undefined)
    return response === undefined ? undefined : { to: 'completed', at, response };
  return conversation.told.length > 0 ? { to: 'in-progress', at } : { to: 'accepted', at };
}
