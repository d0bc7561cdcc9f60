/**
 * What the clinic's texts come from, and how many the carriers let it send in a second; of a Messaging Service, all its senders together.
 * @see https://help.twilio.com/articles/115002943027-Understanding-Twilio-Rate-Limits-and-Message-Queues
 */
export interface Sender {
  readonly kind: SenderKind;
  readonly perSecond: number;
}

export const senderKinds = ['long-code', 'toll-free', 'short-code'] as const;
export type SenderKind = (typeof senderKinds)[number];

/** Where content says nothing else. A short code's rate is what its contract says: there is no default. */
export const usualRates: Readonly<Record<SenderKind, number | undefined>> = {
  'long-code': 1,
  'toll-free': 3,
  'short-code': undefined,
};
