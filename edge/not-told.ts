import type { MaySend } from '../domain/consent/may-send.ts';
import { type Envelope, eventOf, type Occasion } from '../events/envelope.ts';
import { personRequested } from '../events/person-requested.ts';

/** Whether it was held back because the patient wants no messages of ours; about the dead there is nothing to tell. */
export function isTheirWish(leave: MaySend): boolean {
  return !leave.may && leave.because !== 'patient-died';
}

/** Something about a visit may not be sent to who has stopped us: a person on staff tells them in their own way. */
export function notTold(occasion: Occasion, phone: string): Envelope {
  return eventOf(
    personRequested,
    { ...occasion, part: 'not-told' },
    { because: 'not-told', urgency: 'routine', phone },
  );
}
