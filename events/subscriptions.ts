/**
 * Who listens: the one table from which CDK makes rules, queues and dead letters, and the local host its delivery. A consumer is the
 * folder of that name under `functions/`.
 */
export interface Subscription {
  readonly consumer: string;
  /** One of several queues of a consumer that do not wait for each other. */
  readonly lane?: string;
  readonly events: readonly string[];
  /** Only events whose data has one of these values in these fields. */
  readonly where?: Readonly<Record<string, readonly string[]>>;
  /** Why, for the events page. */
  readonly does: string;
  /** Wait before the first delivery. */
  readonly delaySeconds?: number;
  /** Deliveries before a message goes to the dead letters. */
  readonly attempts: number;
  readonly batch: number;
  /** Most batches under way at once; the host's own measure where nothing is said. Those of all lanes share the function's concurrency. */
  readonly atOnce?: number;
  /** Consumers that go first where one process carries them all: what they make is waited for. Elsewhere each has a process of its own. */
  readonly behind?: readonly string[];
  /** How long the oldest message may wait before somebody is called; 15 where nothing is said. */
  readonly mayWaitMinutes?: number;
}

export const subscriptions = [
  {
    consumer: 'chart-changed',
    events: ['chart-changed'],
    does: 'Follows a change in the EHR: fills the phone index, plans what visits need, starts, pauses or closes conversations.',
    attempts: 50,
    batch: 25,
  },
  {
    consumer: 'hl7-received',
    events: ['hl7-received'],
    does: 'Brings an HL7 v2 message into the EHR: patients, appointments, merged records.',
    // As for what we write: an EHR may be away over a weekend night.
    attempts: 1_000,
    batch: 10,
  },
  {
    consumer: 'chart-due',
    events: [
      'conversation-started',
      'answer-recorded',
      'intake-completed',
      'conversation-closed',
      'person-requested',
      'concern-raised',
      'consent-changed',
      'message-sent',
      'message-status-changed',
      'time-came',
      'handoff-acknowledged',
      'visit-planned',
      'visit-ended',
      'visit-confirmed',
      'patient-arrived',
      'file-confirmed',
    ],
    does: 'Writes to the EHR what it does not show yet: answers, provenance, Tasks for staff, consent, communications.',
    // Some three days at five or six minutes each: an EHR may be away over a weekend night, and nothing told may be left out.
    attempts: 1_000,
    batch: 25,
    // A text to a patient before a note to the chart.
    behind: ['chart-changed'],
  },
  {
    consumer: 'message-due',
    lane: 'urgent',
    events: ['message-queued'],
    where: { carriedBy: ['send'], priority: ['urgent'] },
    does: 'Sends what somebody waits for, if it may be sent.',
    attempts: 300,
    batch: 10,
    atOnce: 5,
  },
  {
    consumer: 'message-due',
    lane: 'reminder',
    events: ['message-queued'],
    where: { carriedBy: ['send'], priority: ['reminder'] },
    does: 'Sends reminders, if they may be sent.',
    attempts: 300,
    batch: 10,
    atOnce: 3,
    mayWaitMinutes: 120,
  },
  {
    consumer: 'message-due',
    lane: 'survey',
    events: ['message-queued'],
    where: { carriedBy: ['send'], priority: ['survey'] },
    does: 'Sends what can wait for everything else, if it may be sent.',
    attempts: 300,
    batch: 10,
    atOnce: 2,
    mayWaitMinutes: 480,
  },
  {
    consumer: 'reply-overdue',
    events: ['message-queued'],
    where: { carriedBy: ['reply'] },
    does: 'Looks after a reply that carried a text: without any sign of it after a minute, it is looked for and, if absent, sent.',
    delaySeconds: 60,
    attempts: 20,
    batch: 10,
  },
  {
    consumer: 'person-needed',
    events: ['concern-raised', 'number-unknown'],
    does: 'Rings the on-call nurse; looks up unknown numbers.',
    attempts: 300,
    batch: 5,
  },
  {
    consumer: 'media-received',
    events: ['media-received'],
    does: 'Fetches and keeps what patients send.',
    attempts: 20,
    batch: 5,
  },
  {
    consumer: 'phone-freed',
    events: ['intake-completed', 'conversation-closed', 'consent-changed'],
    does: 'Gives the phone to the next conversation that waits, and withdraws what an opt-out cancels.',
    attempts: 20,
    batch: 10,
  },
  {
    consumer: 'time-came',
    events: ['time-came', 'conversation-started', 'visit-planned', 'visit-ended', 'visit-time-came'],
    does: 'Sets the timers of a visit and follows them.',
    attempts: 20,
    batch: 10,
  },
  {
    consumer: 'clinic-runs-late',
    events: ['clinic-late'],
    does: 'Finds who waits for a practitioner or at a place today, and tells each of them honestly.',
    attempts: 20,
    batch: 1,
  },
  {
    consumer: 'scheduling-asked',
    events: ['slots-wanted', 'slot-chosen', 'visit-given-up', 'slot-freed', 'wave-came', 'offer-declined'],
    does: 'Looks for other times, books them, gives visits up, and offers a freed time to the waiting list.',
    attempts: 300,
    batch: 10,
  },
] as const satisfies readonly Subscription[];

/** The name of a subscription's queue: the consumer's, with the lane where it has several. */
export function queueKeyOf({ consumer, lane }: Pick<Subscription, 'consumer' | 'lane'>): string {
  return lane === undefined ? consumer : `${consumer}-${lane}`;
}

export type Consumer = (typeof subscriptions)[number]['consumer'];

/** Whether a subscription wants an event, for buses that do not match by themselves. */
export function wants(subscription: Subscription, event: { readonly type: string; readonly data: unknown }): boolean {
  if (!subscription.events.includes(event.type)) return false;
  const data = (typeof event.data === 'object' && event.data !== null ? event.data : {}) as Readonly<
    Record<string, unknown>
  >;
  return Object.entries(subscription.where ?? {}).every(([field, values]) =>
    values.some((value) => value === data[field]),
  );
}
