import type { Phone } from '../story/phone.ts';
import type { Story } from '../story/story.ts';

export type MaySend =
  | { readonly may: true }
  | { readonly may: false; readonly because: 'number-blocked' | 'patient-refused' | 'patient-died' };

/**
 * The one question that every text passes, reply or send: may we write to this number for this patient? Later work adds quiet hours and
 * a budget here.
 */
export function maySend(phone: Pick<Phone, 'blocked'>, story: Pick<Story, 'consent' | 'person'> | undefined): MaySend {
  if (phone.blocked) return { may: false, because: 'number-blocked' };
  if (story?.person.deceased === true) return { may: false, because: 'patient-died' };
  if (story?.consent.texts === 'refused') return { may: false, because: 'patient-refused' };
  return { may: true };
}
