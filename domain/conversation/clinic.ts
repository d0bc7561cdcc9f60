import type { QuietHours } from '../consent/quiet-hours.ts';
import type { FactPolicy } from '../intake/facts.ts';
import type { Sender } from '../outbound/sender.ts';
import type { RedFlagList } from '../safety/red-flags.ts';

/** What the engine must know of the clinic: its place, its people, its reviewed content. */
export interface Clinic {
  readonly tenant: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2: emergency words, phone numbers without a country. */
  readonly country: 'US' | 'PL' | 'ES' | 'MX';
  /** IANA. */
  readonly timeZone: string;
  readonly dateOrder: 'month-first' | 'day-first';
  /** E.164. */
  readonly desk: string;
  readonly onCall: string;
  readonly redFlags: RedFlagList;
  readonly facts: FactPolicy;
  /** Speech heard with less confidence than this is read back. */
  readonly readBackBelow: number;
  readonly lateness: LatenessPolicy;
  readonly sender: Sender;
  readonly quietHours: QuietHours;
}

/** What is said about waiting on the day. Minutes. */
export interface LatenessPolicy {
  /** How much it must change before it is told again. */
  readonly tellAgainMinutes: number;
  /** How long before the visit it is told first. */
  readonly tellWithinMinutes: number;
  /** How long before the visit the patient can check in. */
  readonly checkInFromMinutes: number;
}
