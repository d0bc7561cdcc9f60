import { end } from '../conversation/beginning-and-ending.ts';
import type { DeskReason } from '../conversation/effects.ts';
import { handOver } from '../conversation/handing-over.ts';
import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';
import { mayText, putVisitAsk } from './asking-visit.ts';
import { isOlder } from './merging.ts';
import { changeVisit, visitOf } from './story-visits.ts';
import { unsettled } from './telling-needs.ts';
import { isAhead, type PlannedVisit } from './visit.ts';

/** The patient comes: kept and told to the EHR once. What is open is said with it, unless it was heard just now. */
export function confirmVisit(turn: Turn, visit: PlannedVisit): void {
  const { appointment, start, asked } = visit;
  accept(turn, visit);
  turn.do({ do: 'tell', message: 'visit.confirmed', ...when(start) });
  const heardJustNow = asked?.is === 'confirm' || toldWithin(turn, visit, anHour);
  const own = unsettled(visit).filter(({ owner }) => owner === 'patient');
  if (!heardJustNow && own.length > 0) turn.do({ do: 'list-needs', appointment, needs: own, manner: 'open' });
}

/** It stays as it is, and the patient means to come. */
export function keepVisit(turn: Turn, visit: PlannedVisit): void {
  accept(turn, visit);
  turn.do({ do: 'tell', message: 'visit.kept', ...when(visit.start) });
}

function accept(turn: Turn, { appointment, confirmedAt, asked, moving }: PlannedVisit): void {
  const stops = moving?.stage === 'booking' || moving?.stage === 'taken' ? {} : { moving: undefined };
  const stays = asked?.is === 'slot-offer' || asked?.is === 'which-need' ? {} : { asked: undefined };
  changeVisit(turn, appointment, { ...stops, ...stays, confirmedAt: confirmedAt ?? turn.now });
  if (confirmedAt === undefined) turn.do({ do: 'confirm-visit', appointment });
  if (moving !== undefined && 'moving' in stops) turn.do({ do: 'plan', appointment });
}

const anHour = 3_600_000;

function toldWithin({ circumstances: { now } }: Turn, { told }: PlannedVisit, within: number): boolean {
  return told !== undefined && now.getTime() - Date.parse(told.at) < within;
}

/** Not a word against it: another time, or the place goes to somebody else, or it stays after all. */
export function askWhatInstead(turn: Turn, { appointment, moving }: PlannedVisit): void {
  if (moving !== undefined && moving.stage !== 'booking') {
    changeVisit(turn, appointment, { moving: undefined });
    turn.do({ do: 'plan', appointment });
  }
  putVisitAsk(turn, appointment, 'cannot-come', [{ is: 'another-time' }, { is: 'give-up' }, { is: 'keep' }]);
}

/** The place is given back behind the bus; the visit stands until the EHR has it so. */
export function giveUpVisit(turn: Turn, { appointment, start }: PlannedVisit, via: 'voice' | 'text'): void {
  const moving = { since: turn.now, passedOver: [], stage: 'giving-up', via } as const;
  changeVisit(turn, appointment, { asked: undefined, moving });
  turn.do(
    { do: 'give-up', appointment },
    { do: 'plan', appointment },
    { do: 'tell', message: 'visit.giving-up', ...when(start) },
  );
}

/** The visit was given up, and the EHR has it so: said once, and nothing of it is asked any more. */
export function giveUp(turn: Turn, { appointment, seenAt }: Extract<Heard, { is: 'given-up' }>): void {
  const visit = visitOf(turn, appointment);
  if (visit === undefined || !isAhead[visit.state]) return;
  changeVisit(turn, appointment, {
    state: 'cancelled',
    asked: undefined,
    moving: undefined,
    lateness: undefined,
    ...(seenAt === undefined || isOlder(seenAt, visit.seenAt) ? {} : { seenAt }),
  });
  turn.do({ do: 'visit-over', appointment, because: 'cancelled' });
  if (mayText(turn)) turn.do({ do: 'tell', message: 'visit.given-up', ...when(visit.start) });
  endConversationsOf(turn, appointment);
}

function endConversationsOf(turn: Turn, appointment: string): void {
  for (const { id, visit } of turn.story.conversations) {
    if (visit?.appointment !== appointment) continue;
    // What was said of the visit says it of its questions too.
    if (turn.conversation(id).asked !== undefined && turn.conversation(id).status === 'open')
      turn.change(id, { asked: undefined });
    end(turn, id, 'visit-cancelled', undefined);
  }
}

/** What we cannot settle is settled by the desk, which hears of it; the patient hears that. */
export function leaveToDesk(turn: Turn, { appointment }: PlannedVisit, because: DeskReason): void {
  turn.do({ do: 'tell-desk', because, urgency: 'routine', appointment }, { do: 'tell', message: 'visit.desk-knows' });
}

/** What fits nothing goes to a person, who is told so. */
export function passOn(turn: Turn): void {
  handOver(turn, 'message', 'routine');
  turn.do({ do: 'tell', message: 'message-passed' });
}

/** The blank for a visit's time, where it has one. */
export function when(start: string | undefined): { readonly when?: string } {
  return start === undefined ? {} : { when: start };
}
