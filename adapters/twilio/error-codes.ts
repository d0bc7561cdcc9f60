/**
 * What Twilio's error numbers mean for one outgoing text or call. A number missing here is read by its HTTP status: 4xx will never be
 * taken, the rest may be later.
 * - `blocked`: the number has opted out with Twilio.
 * - `later`: our rate or the network's state; nothing was sent.
 * - `ours`: our account or sender is wrong. It says nothing about the number, so the message waits until an operator has mended it.
 * @see https://www.twilio.com/docs/api/errors
 */
export const twilioErrors: Readonly<Record<number, 'blocked' | 'refused' | 'later' | 'ours'>> = {
  /** Attempt to send to an unsubscribed recipient. */
  21610: 'blocked',

  /** Invalid 'To' number. */
  21211: 'refused',
  21217: 'refused',
  21401: 'refused',
  /** Not a phone number or not routable. */
  21612: 'refused',
  /** Not a mobile number. */
  21614: 'refused',
  21635: 'refused',
  /** Body missing, body too long. */
  21602: 'refused',
  21617: 'refused',
  /** Unreachable, blocked, unknown, landline, carrier violation, filtered. */
  30003: 'refused',
  30004: 'refused',
  30005: 'refused',
  30006: 'refused',
  30007: 'refused',

  /** Too many requests, rate of the sender, its queue overflowing. */
  14107: 'later',
  20429: 'later',
  21611: 'later',
  30001: 'later',
  30022: 'later',

  /** Authentication, permission, account not active. */
  20003: 'ours',
  20005: 'ours',
  20403: 'ours',
  20404: 'ours',
  /** Region not enabled, sender unknown or not ours, messaging service without a sender. */
  21408: 'ours',
  21212: 'ours',
  21603: 'ours',
  21606: 'ours',
  21659: 'ours',
  21660: 'ours',
  21701: 'ours',
  21703: 'ours',
};
