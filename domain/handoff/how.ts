import type { AnswerProvenance, Channel } from '../intake/answer.ts';

const byChannel: Record<Channel, string> = {
  sms: 'by text',
  mms: 'by text with a picture',
  'voice-keypad': 'on the phone, by keypad',
  'voice-speech': 'on the phone, by voice',
  page: 'on the web page',
  desk: 'at the desk',
};

/** How something reached us, in the words of staff: the channel, whether it was read back, who typed it where that was not the patient. */
export function sayHow({ channel, readBack, enteredBy, source }: AnswerProvenance): string {
  if (channel === undefined) return source === 'chart' ? 'from the chart' : "the form's own answer";
  const parts = [
    byChannel[channel],
    ...(readBack === true ? ['read back and confirmed'] : []),
    ...(enteredBy === undefined ? [] : [`typed in by ${nameOf(enteredBy)}`]),
  ];
  return parts.join(', ');
}

/** How a concern was voiced, as the beginning of a sentence to the patient. */
export const youSaid: Record<Channel, string> = {
  sms: 'You wrote',
  mms: 'You wrote',
  'voice-keypad': 'You told us by phone',
  'voice-speech': 'You said on the phone',
  page: 'You wrote',
  desk: 'You told us at the desk',
};

/** What the hot state knows of a colleague: the id within their reference. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
