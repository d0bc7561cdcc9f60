import type { StoryView } from '../story/story.ts';
import { speakOfVisit } from '../visit/arriving.ts';
import { noteWhatWasPut } from '../visit/asking-visit.ts';
import { bearSilenceAtVisit } from '../visit/bearing-silence.ts';
import { loseSlot, offerSlots, takeSlot } from '../visit/moving.ts';
import { noteWhatWasListed } from '../visit/needs.ts';
import { endVisit, planVisits, setRequirement, takeWhatIsShown } from '../visit/planning-visits.ts';
import { waitOnCall, waitsOnCall } from '../visit/saying-what-came.ts';
import { giveUp } from '../visit/settling.ts';
import { hearOfLateness } from '../visit/the-day.ts';
import { visitTimeCame } from '../visit/visit-time.ts';
import { closeOffer, offerFreedSlot } from '../visit/waiting-list.ts';
import { openNext, put, repeat, waitingSlot } from './asking.ts';
import { begin, end, resume, takeTurn } from './beginning-and-ending.ts';
import type { Heard } from './heard.ts';
import { hearForm } from './hearing-a-form.ts';
import { hearWords } from './hearing-words.ts';
import { closeWhatHasPassed } from './passing.ts';
import { isQuiet } from './quiet.ts';
import { type Circumstances, type Decision, progressOnArrival, Turn } from './turn.ts';

/**
 * Decides what one thing heard means for a story: the story as it is from now on, and what is to happen. Pure: the same state, words and
 * time give the same decision, on every channel, in every process.
 */
export function decide(view: StoryView, heard: Heard, circumstances: Circumstances): Decision {
  const turn = new Turn(view, circumstances);
  const closed = !tellsTimes.has(heard.is) && closeWhatHasPassed(turn);
  const channel = 'channel' in heard ? heard.channel : undefined;
  // Words were said for what has just been closed, never for a question that nobody has heard yet: that one is put after them.
  const saysSomething = heard.is === 'words' || heard.is === 'form';
  if (closed && !saysSomething) openNext(turn, channel);
  switch (heard.is) {
    case 'words':
      hearWords(turn, heard);
      break;
    case 'form':
      hearForm(turn, heard);
      break;
    case 'arrived':
      arrive(turn, heard.channel);
      break;
    case 'silence':
      bearSilence(turn, heard.channel, heard.times);
      break;
    case 'intake-asked':
      if (heard.planned !== undefined) takeWhatIsShown(turn, heard.planned);
      begin(turn, heard);
      if (heard.planned !== undefined) planVisits(turn, heard.planned);
      break;
    case 'turn-came':
      takeTurn(turn, heard.conversation);
      break;
    case 'ended':
      end(turn, heard.conversation, heard.because, undefined);
      break;
    case 'resumed':
      resume(turn, heard.conversation);
      break;
    case 'visits-planned':
      planVisits(turn, heard);
      break;
    case 'visit-over':
      endVisit(turn, heard);
      break;
    case 'requirement-set':
      setRequirement(turn, heard);
      break;
    case 'visit-time':
      visitTimeCame(turn, heard);
      break;
    case 'slots-found':
      offerSlots(turn, heard);
      break;
    case 'slot-lost':
      loseSlot(turn, heard);
      break;
    case 'slot-taken':
      takeSlot(turn, heard);
      break;
    case 'given-up':
      giveUp(turn, heard);
      break;
    case 'slot-offered':
      offerFreedSlot(turn, heard);
      break;
    case 'offer-over':
      closeOffer(turn, heard);
      break;
    case 'clinic-late':
      hearOfLateness(turn, heard);
      break;
  }
  const leavesItThere = turn.effects.some(({ do: what }) => what === 'raise' || what === 'opt-out');
  if (closed && saysSomething && !leavesItThere) openNext(turn, channel);
  noteWhatWasListed(turn);
  noteWhatWasPut(turn);
  return turn.finish();
}

/** These say themselves that a visit has another time, or that it is over: nothing is closed before they are heard. */
const tellsTimes: ReadonlySet<Heard['is']> = new Set(['intake-asked', 'ended', 'visits-planned']);

/** A call begins: who speaks next gets the waiting question, whatever had paused it. */
function arrive(turn: Turn, channel: Extract<Heard, { is: 'arrived' }>['channel']): void {
  const { current } = turn;
  turn.do({ do: 'tell', message: 'voice.greeting', blanks: { name: turn.story.person.firstName } });
  const waited = waitsOnCall(turn);
  if (waited !== undefined) {
    waitOnCall(turn, waited, channel);
    return;
  }
  if ((current === undefined || isQuiet(current)) && speakOfVisit(turn)) return;
  if (current === undefined) {
    turn.do({ do: 'tell', message: 'voice.nothing-waits' });
    return;
  }
  if (current.paused?.because === 'red-flag') turn.do({ do: 'warn', kind: 'emergency' });
  const conversation = current.paused === undefined ? current : turn.change(current.id, { paused: undefined });
  turn.do({ do: 'tell', message: 'voice.left', blanks: progressOnArrival(turn, conversation) });
  repeat(turn, conversation, channel);
}

/** Silence is answered twice with the question, the third time with a kind goodbye that says how to go on. */
function bearSilence(turn: Turn, channel: Extract<Heard, { is: 'silence' }>['channel'], times: number): void {
  if (bearSilenceAtVisit(turn, channel, times)) return;
  const { current } = turn;
  if (times >= 3) {
    turn.do({ do: 'tell', message: 'voice.goodbye' }, { do: 'hang-up' });
    return;
  }
  if (times > 0) turn.do({ do: 'tell', message: 'voice.silence' });
  if (current === undefined) {
    turn.do({ do: 'tell', message: 'voice.nothing-waits' });
    return;
  }
  if (isQuiet(current)) {
    turn.do({ do: 'tell', message: 'need.continue' });
    return;
  }
  const slot = waitingSlot(turn.intakeOf(current), current, channel);
  if (slot !== undefined && current.asked?.slot !== slot.key) put(turn, current.id, slot, {});
  else repeat(turn, current, channel, 'with-example');
}
