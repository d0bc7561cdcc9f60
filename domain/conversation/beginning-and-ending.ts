import type { Channel } from '../intake/answer.ts';
import type { ClosedBecause, Conversation } from '../story/story.ts';
import { announce, completeIfKnown, goOn, leaveCorrection, openNext, recordSilently, repeat } from './asking.ts';
import type { Heard, NewConversation } from './heard.ts';
import { isQuiet } from './quiet.ts';
import { isGivenUp, type Turn } from './turn.ts';

/** An intake is asked for: it is opened, or waits behind what is being asked. The same one asked for again changes nothing. */
export function begin(
  turn: Turn,
  { conversation: asked, intake, waits }: Extract<Heard, { is: 'intake-asked' }>,
): void {
  const known = turn.story.conversations.find((conversation) => conversation.id === asked.id);
  if (known !== undefined) {
    const { status } = known;
    const comesBack =
      typeof status === 'object' && (status.closed === 'task-cancelled' || status.closed === 'visit-cancelled');
    if (comesBack) reopen(turn, known, asked, waits);
    return;
  }
  const quiet = asked.quiet === true;
  if (!waits && !quiet) makeRoom(turn);
  const key = `${intake.canonical}|${intake.version}`;
  const queued = waits || turn.current !== undefined;
  const conversation: Conversation = {
    id: asked.id,
    intake: key,
    title: intake.title.default,
    status: queued ? 'queued' : 'open',
    startedAt: turn.now,
    changedAt: turn.now,
    ...(asked.visit === undefined ? {} : { visit: asked.visit }),
    ...(asked.task === undefined ? {} : { task: asked.task }),
    ...(quiet ? { paused: { since: turn.now, because: 'later' } } : {}),
    answers: {},
    history: [],
    rounds: {},
    told: [],
    skipped: [],
    turn: 0,
    amended: false,
  };
  turn.changeStory({ conversations: [...turn.story.conversations, conversation] });
  const { appointment } = asked.visit ?? {};
  turn.do({
    do: 'begin',
    conversation: asked.id,
    intake: key,
    queued,
    ...(asked.task === undefined ? {} : { task: asked.task }),
    ...(appointment === undefined ? {} : { appointment }),
  });
  recordSilently(turn, asked.id);
  if (turn.story.person.deceased) {
    end(turn, asked.id, 'patient-died', undefined);
    return;
  }
  if (quiet) completeIfKnown(turn, asked.id);
  else if (!queued) introduce(turn, asked.id);
}

/** A correction left lying, or questions of which nothing was said yet, hold up nothing that is to be asked now. */
function makeRoom(turn: Turn): void {
  leaveCorrection(turn);
  const { current } = turn;
  if (current !== undefined && isQuiet(current)) turn.change(current.id, { status: 'queued' });
}

/** A Task that was put on hold is asked for again: nothing told before is asked twice. */
function reopen(turn: Turn, conversation: Conversation, { visit, quiet }: NewConversation, waits: boolean): void {
  if (!waits && quiet !== true) makeRoom(turn);
  const queued = waits || turn.current !== undefined;
  turn.change(conversation.id, {
    status: queued ? 'queued' : 'open',
    ...(visit === undefined ? {} : { visit }),
    ...(quiet === true ? { paused: { since: turn.now, because: 'later' } as const } : {}),
  });
  const { id, intake, task } = conversation;
  turn.do({ do: 'begin', conversation: id, intake, queued, ...(task === undefined ? {} : { task }) });
  if (!queued && quiet !== true) introduce(turn, id);
}

/** The phone is free for a conversation that was queued. */
export function takeTurn(turn: Turn, id: string): void {
  const conversation = turn.story.conversations.find((each) => each.id === id);
  if (conversation?.status !== 'queued' || isGivenUp(turn.story, conversation)) return;
  if (isQuiet(conversation)) leaveCorrection(turn);
  else makeRoom(turn);
  if (turn.current !== undefined) return;
  turn.change(id, { status: 'open' });
  if (!isQuiet(conversation)) introduce(turn, id);
}

function introduce(turn: Turn, id: string): void {
  const { visit } = turn.conversation(id);
  if (visit?.start !== undefined) turn.do({ do: 'tell', message: 'visit', when: visit.start });
  announce(turn, 'intake.start', () => goOn(turn, id, undefined));
}

/** Ends a conversation that can't be completed, kindly where the person is in the middle of it, else without a word. */
export function end(turn: Turn, id: string, because: ClosedBecause, channel: Channel | undefined): void {
  if (close(turn, id, because) && !turn.story.person.deceased) openNext(turn, channel);
}

/** Ends it without opening the next; false where there was nothing to end. */
export function close(turn: Turn, id: string, because: ClosedBecause): boolean {
  const conversation = turn.story.conversations.find((each) => each.id === id);
  if (conversation === undefined || (conversation.status !== 'open' && conversation.status !== 'queued')) return false;
  // A turn of its own: the chart's response, which shows the answers already, is yet to say that it stopped.
  turn.change(id, {
    status: { closed: because },
    asked: undefined,
    paused: undefined,
    turn: conversation.turn + 1,
  });
  turn.do({ do: 'close', conversation: id, because });
  const inTheMiddle = conversation.status === 'open' && conversation.asked !== undefined && !turn.story.person.deceased;
  const words = farewell[because];
  if (inTheMiddle && words !== undefined) turn.do({ do: 'tell', message: words });
  return true;
}

const farewell = {
  'visit-passed': 'closed.visit-passed',
  'visit-cancelled': 'closed.visit-cancelled',
  'task-cancelled': 'closed.other',
  'patient-died': undefined,
  refused: undefined,
} as const satisfies Record<ClosedBecause, string | undefined>;

/** Staff have seen to it: what was paused goes on. */
export function resume(turn: Turn, id: string): void {
  const conversation = turn.story.conversations.find((each) => each.id === id);
  if (conversation?.status !== 'open' || conversation.paused === undefined || conversation.paused.because === 'later')
    return;
  const resumed = turn.change(id, { paused: undefined });
  turn.do({ do: 'tell', message: 'person.goes-on' });
  repeat(turn, resumed, undefined);
}
