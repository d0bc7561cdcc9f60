import { answerRecorded } from '../../events/answer-recorded.ts';
import { concernRaised } from '../../events/concern-raised.ts';
import { consentChanged } from '../../events/consent-changed.ts';
import { conversationClosed } from '../../events/conversation-closed.ts';
import { conversationStarted } from '../../events/conversation-started.ts';
import { type Envelope, eventOf, type Occasion } from '../../events/envelope.ts';
import { handoffPrepared } from '../../events/handoff-prepared.ts';
import { intakeCompleted } from '../../events/intake-completed.ts';
import { offerDeclined } from '../../events/offer-declined.ts';
import { patientArrived } from '../../events/patient-arrived.ts';
import { personRequested } from '../../events/person-requested.ts';
import { slotChosen } from '../../events/slot-chosen.ts';
import { slotsWanted } from '../../events/slots-wanted.ts';
import { visitConfirmed } from '../../events/visit-confirmed.ts';
import { visitEnded } from '../../events/visit-ended.ts';
import { visitGivenUp } from '../../events/visit-given-up.ts';
import { visitPlanned } from '../../events/visit-planned.ts';
import type { Channel } from '../intake/answer.ts';
import { slotsOf } from '../intake/slots.ts';
import type { Moment, StoryView } from '../story/story.ts';
import type { Effect } from './effects.ts';
import { type Decision, isOpen } from './turn.ts';

/** What a decision leaves behind: moments for the story's history, events for whoever listens. Ids derive from the cause. */
export interface Consequences {
  readonly moments: readonly Moment[];
  readonly events: readonly Envelope[];
}

export interface ConsequenceContext {
  readonly occasion: Omit<Occasion, 'patient' | 'part'>;
  readonly channel?: Channel;
  /** The keyed hash of the phone it came from or goes to. */
  readonly phone?: string;
  /** What was said, for the history. */
  readonly words?: string;
}

export function consequencesOf(
  decision: Decision,
  intakes: StoryView['intakes'],
  context: ConsequenceContext,
): Consequences {
  const { story } = decision;
  const moments: Moment[] = [];
  const events: Envelope[] = [];
  const { cause, time } = context.occasion;
  for (const [index, effect] of decision.effects.entries()) {
    const occasion: Occasion = { ...context.occasion, patient: story.id, part: String(index) };
    const event = eventFor(effect, decision, intakes, occasion, context);
    if (event !== undefined) events.push(...event);
    const what = momentFor(effect);
    if (what === undefined) continue;
    moments.push({
      id: `${cause}#${index}`,
      at: time,
      cause,
      ...(context.channel === undefined ? {} : { channel: context.channel }),
      what: effect.do,
      detail: what,
    });
  }
  if (context.words !== undefined) {
    moments.unshift({
      id: `${cause}#heard`,
      at: time,
      cause,
      ...(context.channel === undefined ? {} : { channel: context.channel }),
      what: 'heard',
      detail: { words: context.words },
    });
  }
  return { moments, events };
}

function eventFor(
  effect: Effect,
  { story }: Decision,
  intakes: StoryView['intakes'],
  occasion: Occasion,
  { channel, phone }: ConsequenceContext,
): readonly Envelope[] | undefined {
  const onPhone = phone === undefined ? {} : { phone };
  switch (effect.do) {
    case 'record': {
      const data = {
        conversation: effect.conversation,
        slot: effect.slot,
        channel: channel ?? 'page',
        corrected: effect.replaced !== undefined,
      };
      return [eventOf(answerRecorded, occasion, data)];
    }
    case 'complete':
      return [
        eventOf(intakeCompleted, occasion, { conversation: effect.conversation, amended: effect.amended }),
        eventOf(handoffPrepared, occasion, {
          conversation: effect.conversation,
          ...countsOf(story, intakes, effect.conversation),
        }),
      ];
    case 'begin': {
      const { conversation, intake, queued, task, appointment } = effect;
      return [
        eventOf(conversationStarted, occasion, {
          conversation,
          intake,
          queued,
          ...(task === undefined ? {} : { task }),
          ...(appointment === undefined ? {} : { appointment }),
        }),
      ];
    }
    case 'close':
      return [eventOf(conversationClosed, occasion, { conversation: effect.conversation, because: effect.because })];
    case 'raise': {
      const { concern, flags, kind, conversation } = effect;
      return [
        eventOf(concernRaised, occasion, {
          concern,
          flags: flags.map((flag) => flag.code),
          kind,
          ...(conversation === undefined ? {} : { conversation }),
          ...onPhone,
        }),
      ];
    }
    case 'hand-over': {
      const { because, urgency, conversation } = effect;
      const handoff =
        conversation === undefined
          ? []
          : [eventOf(handoffPrepared, occasion, { conversation, ...countsOf(story, intakes, conversation) })];
      return [
        eventOf(personRequested, occasion, {
          because,
          urgency,
          ...(conversation === undefined ? {} : { conversation }),
          ...onPhone,
        }),
        ...handoff,
      ];
    }
    case 'opt-out':
      return [eventOf(consentChanged, occasion, { scope: effect.scope, allowed: false, ...onPhone })];
    case 'opt-in':
      return [eventOf(consentChanged, occasion, { scope: effect.scope, allowed: true, ...onPhone })];
    case 'plan':
      return [eventOf(visitPlanned, occasion, { appointment: effect.appointment })];
    case 'visit-over':
      return [eventOf(visitEnded, occasion, { appointment: effect.appointment, because: effect.because })];
    case 'find-slots':
      return [eventOf(slotsWanted, occasion, { appointment: effect.appointment })];
    case 'take-slot': {
      const { appointment, slot, offer } = effect;
      return [
        eventOf(slotChosen, occasion, { appointment, slot: slot.slot, ...(offer === undefined ? {} : { offer }) }),
      ];
    }
    case 'decline-offer':
      return [eventOf(offerDeclined, occasion, { appointment: effect.appointment, offer: effect.offer })];
    case 'give-up':
      return [eventOf(visitGivenUp, occasion, { appointment: effect.appointment })];
    case 'confirm-visit':
      return [eventOf(visitConfirmed, occasion, { appointment: effect.appointment })];
    case 'check-in':
      return [eventOf(patientArrived, occasion, { appointment: effect.appointment })];
    case 'tell-desk': {
      const { because, urgency, appointment, minutes } = effect;
      const late = minutes === undefined ? {} : { minutes };
      return [eventOf(personRequested, occasion, { because, urgency, appointment, ...late, ...onPhone })];
    }
    default:
      return undefined;
  }
}

function countsOf(
  story: Decision['story'],
  intakes: StoryView['intakes'],
  id: string,
): { answered: number; open: number } {
  const conversation = story.conversations.find((each) => each.id === id);
  const intake = conversation === undefined ? undefined : intakes[conversation.intake];
  if (conversation === undefined || intake === undefined) return { answered: 0, open: 0 };
  const questions = slotsOf(intake, conversation).filter((slot) => slot.is === 'question');
  const open = questions.filter((slot) => isOpen(slot, conversation)).length;
  return { answered: questions.length - open, open };
}

/** The small plain data that the history keeps of an effect; undefined for what leaves no trace of its own. */
function momentFor(effect: Effect): Record<string, unknown> | undefined {
  switch (effect.do) {
    case 'tell':
      return { message: effect.message };
    case 'ask':
      return {
        conversation: effect.conversation,
        slot: effect.slot.key,
        turn: effect.turn,
        ...(effect.pending === undefined ? {} : { pending: effect.pending.kind }),
      };
    case 'say-more':
    case 'hold':
      return undefined;
    case 'list-needs':
      return {
        appointment: effect.appointment,
        manner: effect.manner,
        needs: effect.needs.map(({ id, state }) => `${id}:${state}`),
      };
    case 'choose':
      return { appointment: effect.appointment, ask: effect.ask.is };
    default: {
      const { do: _, ...detail } = effect;
      return { ...detail };
    }
  }
}
