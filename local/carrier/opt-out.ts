/**
 * What the carrier itself makes of a text before we see it. The whole body counts, case and surrounding space folded.
 * @see https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering-
 */
export type OptOutType = 'STOP' | 'START' | 'HELP';

const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'UNSTOP']);
const HELP_WORDS = new Set(['HELP', 'INFO']);

const CONFIRMATION: Readonly<Record<OptOutType, string>> = {
  STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
};

export interface CarrierKeyword {
  readonly type: OptOutType;
  /** What the carrier texts back by itself; absent where the word changes nothing. */
  readonly confirmation?: string;
}

/** Reads a text as a carrier keyword; YES is one only on a blocked number, and a word that changes nothing gets no confirmation. */
export function readKeyword(body: string, blocked: boolean): CarrierKeyword | undefined {
  const word = body.trim().toUpperCase();
  if (STOP_WORDS.has(word)) return blocked ? { type: 'STOP' } : { type: 'STOP', confirmation: CONFIRMATION.STOP };
  if (START_WORDS.has(word)) return blocked ? { type: 'START', confirmation: CONFIRMATION.START } : { type: 'START' };
  if (word === 'YES' && blocked) return { type: 'START', confirmation: CONFIRMATION.START };
  if (HELP_WORDS.has(word)) return { type: 'HELP', confirmation: CONFIRMATION.HELP };
  return undefined;
}
