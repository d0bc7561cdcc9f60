import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';
import type { Channel } from '../intake/answer.ts';
import type { SlotOffer, TimeWish } from '../scheduling/slot.ts';
import { localTime } from '../scheduling/wish.ts';
import { isStillAhead } from './asking-visit.ts';
import { endOffer } from './ending-offers.ts';
import { isOlder, isSameTime } from './merging.ts';
import { passOverWhatIsPast } from './passing-over.ts';
import { hold, textWhatCame } from './saying-what-came.ts';
import { leaveToDesk, when } from './settling.ts';
import { changeVisit, visitOf } from './story-visits.ts';
import type { Moving, PlannedVisit } from './visit.ts';

/** As many as anybody keeps in mind on the phone. */
const mostOffered = 3;
/** While somebody is on a call the result is said there; after this it is texted. */
const callLasts = 3 * 60_000;

/**
 * Another time is looked for, as the patient wishes; what they were offered before is passed over. The time they have stays theirs. A
 * visit that is over or has begun is moved by a person.
 */
export function lookForTimes(turn: Turn, visit: PlannedVisit, wish: TimeWish | undefined, via: Via): void {
  const { appointment, moving, state } = visit;
  if (state !== 'booked' || !isStillAhead(turn, visit)) {
    changeVisit(turn, appointment, { asked: undefined });
    leaveToDesk(turn, visit, 'not-moved');
    return;
  }
  if (moving?.stage === 'booking') {
    turn.do({ do: 'tell', message: 'slot.booking', ...when(moving.taking?.start) });
    hold(turn, visit, via);
    return;
  }
  const again = moving?.stage === 'offered';
  const wished = wish ?? moving?.wish;
  changeVisit(turn, appointment, {
    asked: undefined,
    moving: {
      since: turn.now,
      ...(wished === undefined ? {} : { wish: wished }),
      passedOver: [...(moving?.passedOver ?? []), ...offeredNow(visit)].slice(-mostPassedOver),
      stage: 'looking',
      ...waitingVia(turn, via),
    },
  });
  turn.do({ do: 'find-slots', appointment }, { do: 'plan', appointment });
  turn.do({ do: 'tell', message: again && wish === undefined ? 'slot.looking-more' : 'slot.looking' });
  hold(turn, visit, via);
}

export type Via = 'voice' | 'text';

export function viaOf(channel: Channel): Via {
  return channel === 'voice-keypad' || channel === 'voice-speech' ? 'voice' : 'text';
}

const mostPassedOver = 30;

function offeredNow({ asked }: PlannedVisit): readonly string[] {
  return asked?.is === 'pick-slot'
    ? asked.choices.flatMap((choice) => (choice.is === 'slot' ? [choice.slot.slot] : []))
    : [];
}

function waitingVia({ circumstances: { now } }: Turn, via: Via): Pick<Moving, 'via' | 'quietUntil'> {
  return via === 'text' ? { via } : { via, quietUntil: new Date(now.getTime() + callLasts).toISOString() };
}

/** The patient has chosen: it is booked behind the bus, and theirs once the EHR says so. `offer`: a freed time that was offered. */
export function chooseSlot(turn: Turn, visit: PlannedVisit, slot: SlotOffer, via: Via, offer?: string): void {
  const { appointment, moving } = visit;
  changeVisit(turn, appointment, {
    asked: undefined,
    moving: {
      since: turn.now,
      ...(moving?.wish === undefined ? {} : { wish: moving.wish }),
      // The others are not passed over: where this one is gone, they are the next ones.
      passedOver: moving?.passedOver ?? [],
      stage: 'booking',
      taking: slot,
      ...(offer === undefined ? {} : { offer }),
      ...waitingVia(turn, via),
    },
  });
  turn.do(
    { do: 'take-slot', appointment, slot, ...(offer === undefined ? {} : { offer }) },
    { do: 'plan', appointment },
    { do: 'tell', message: 'slot.booking', when: slot.start },
  );
  hold(turn, visit, via);
}

/** Free times were found: up to three are offered, on the call where one waits for them. */
export function offerSlots(turn: Turn, { appointment, slots }: Extract<Heard, { is: 'slots-found' }>): void {
  const visit = visitOf(turn, appointment);
  if (visit?.moving?.stage === 'looking' && isStillAhead(turn, visit)) offer(turn, visit, visit.moving, slots);
}

/** Somebody else was faster: the next ones are offered. */
export function loseSlot(turn: Turn, { appointment, slot, slots }: Extract<Heard, { is: 'slot-lost' }>): void {
  const visit = visitOf(turn, appointment);
  const { moving } = visit ?? {};
  if (visit === undefined || moving?.stage !== 'booking' || moving.taking?.slot !== slot) return;
  if (moving.offer !== undefined) {
    endOffer(turn, visit);
    return;
  }
  const { taking: _, ...rest } = moving;
  offer(turn, visit, { ...rest, lost: true, passedOver: [...moving.passedOver, slot] }, slots);
}

function offer(turn: Turn, visit: PlannedVisit, moving: Moving, slots: readonly SlotOffer[]): void {
  const now = turn.circumstances.now.getTime();
  const offered = slots
    .filter(
      ({ slot, start }) => !moving.passedOver.includes(slot) && !visit.slots.includes(slot) && Date.parse(start) > now,
    )
    .slice(0, mostOffered);
  const { holds: _holds, quietUntil: _quiet, ...rest } = moving;
  const stage = offered.length > 0 ? ('offered' as const) : ('none' as const);
  const asked =
    offered.length > 0
      ? {
          is: 'pick-slot' as const,
          at: turn.now,
          choices: [...offered.map((slot) => ({ is: 'slot' as const, slot })), { is: 'other-times' as const }],
          misread: 0,
        }
      : undefined;
  came(turn, changeVisit(turn, visit.appointment, { asked, moving: { ...rest, stage, unsaid: true } }));
}

/** Said at once by text; on a call it is said there, and by text only where the call is over by then. */
function came(turn: Turn, visit: PlannedVisit): void {
  const { appointment, moving } = visit;
  if (moving?.via === 'voice') {
    changeVisit(turn, appointment, { moving: { ...moving, ...waitingVia(turn, 'voice') } });
    turn.do({ do: 'plan', appointment });
  } else textWhatCame(turn, visit);
}

/**
 * The chosen time is the patient's: the visit is at it, with everything that hung on the old one let go. What the visit needs is planned
 * anew behind the bus.
 */
export function takeSlot(turn: Turn, { appointment, slot, seenAt }: Extract<Heard, { is: 'slot-taken' }>): void {
  const before = visitOf(turn, appointment);
  if (before === undefined) return;
  const { moving } = before;
  // The EHR showed it first: it was taken with that, and said, or is said on the call where somebody waits for it.
  const isTaken = moving === undefined || moving.stage === 'taken';
  if (isTaken && isSameTime(before.start, slot.start)) return;
  const { wish, via } = moving ?? {};
  const newest = seenAt === undefined || isOlder(seenAt, before.seenAt) ? before.seenAt : seenAt;
  const visit = changeVisit(turn, appointment, {
    state: 'booked',
    start: slot.start,
    end: slot.end,
    slots: [slot.slot],
    location: slot.location ?? before.location,
    practitioner: slot.practitioner ?? before.practitioner,
    seenAt: newest,
    confirmedAt: turn.now,
    onTheWayAt: undefined,
    lateAt: undefined,
    lateMinutes: undefined,
    lateness: undefined,
    requested: undefined,
    done: [],
    asked: undefined,
    moving: {
      since: turn.now,
      passedOver: [],
      stage: 'taken',
      taking: slot,
      unsaid: true,
      ...(via === undefined ? {} : { via }),
    },
  });
  const { done } = passOverWhatIsPast(turn, undefined, visit, true);
  for (const { id, visit: known } of turn.story.conversations)
    if (known?.appointment === appointment)
      turn.change(id, { visit: { appointment, start: slot.start, end: slot.end } });
  learn(turn, wish, slot);
  turn.do({ do: 'plan', appointment });
  came(turn, changeVisit(turn, appointment, { done }));
}

/** What suits on one date says nothing of the next; a day of the week or a time of day does, and so, for want of words, does the half of the day that was chosen. */
function learn(turn: Turn, wish: TimeWish | undefined, { start }: SlotOffer): void {
  const { weekdays, after, before } = wish ?? {};
  const wished: TimeWish = {
    ...(weekdays === undefined ? {} : { weekdays }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
  if (Object.keys(wished).length > 0) turn.changeStory({ prefers: wished });
  else if (turn.story.prefers === undefined) {
    const time = localTime(start, turn.circumstances.clinic.timeZone)?.time;
    if (time !== undefined) turn.changeStory({ prefers: time < '12:00' ? { before: '12:00' } : { after: '12:00' } });
  }
}
