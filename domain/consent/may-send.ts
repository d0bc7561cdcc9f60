import type { Message } from '../story/message.ts';
import type { Phone } from '../story/phone.ts';
import type { Story } from '../story/story.ts';
import { type QuietHours, quietUntil } from './quiet-hours.ts';

export type MaySend =
  | { readonly may: true }
  | { readonly may: false; readonly because: 'number-blocked' | 'patient-refused' | 'patient-died' };

/** Not now: it is night where the patient is. Asked again then, since a STOP may have come in between. */
export interface Later {
  readonly may: 'later';
  readonly at: Date;
}

/** What of a message, and of the clinic, decides whether it waits for the morning. */
export interface Occasion {
  readonly message: Pick<Message, 'priority' | 'channel' | 'news'>;
  readonly now: Date;
  readonly clinic: { readonly timeZone: string; readonly quietHours: QuietHours };
}

/**
 * The one question that every text and every call of ours passes: may we write to this number for this patient? With an occasion also:
 * may we now? Consent comes first: what may not be sent is withheld at once, not in the morning.
 */
export function maySend(phone: Pick<Phone, 'blocked'>, story: Asked | undefined): MaySend;
export function maySend(phone: Pick<Phone, 'blocked'>, story: Asked | undefined, occasion: Occasion): MaySend | Later;
export function maySend(phone: Pick<Phone, 'blocked'>, story: Asked | undefined, occasion?: Occasion): MaySend | Later {
  if (phone.blocked) return { may: false, because: 'number-blocked' };
  if (story?.person.deceased === true) return { may: false, because: 'patient-died' };
  if (story?.consent.texts === 'refused') return { may: false, because: 'patient-refused' };
  if (occasion === undefined) return { may: true };
  const { message, now, clinic } = occasion;
  const { quietHours } = clinic;
  const held =
    message.channel === 'voice' ||
    (message.priority !== 'urgent' && quietHours.holds.includes(message.news === true ? 'news' : message.priority));
  const until = held ? quietUntil(now, story?.person.timeZone ?? clinic.timeZone, quietHours) : undefined;
  return until === undefined ? { may: true } : { may: 'later', at: until };
}

type Asked = Pick<Story, 'consent' | 'person'>;
