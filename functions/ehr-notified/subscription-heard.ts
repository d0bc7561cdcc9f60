import type { SubscriptionRecord } from '../../domain/ports/records.ts';
import type { Missed } from '../../edge/ehr/changed-events.ts';
import type { About, Notification } from '../../fhir-mappings/notification-change.ts';
import type { KeepingDeps } from './dependencies.ts';

const mostTries = 8;

/** Beside the record of whoever made the subscription, which says what it is for and is written at its own times. */
const recordOf = (subscription: string): string => `heard/${subscription}`;

/**
 * What was missed before this one: its numbers leave a gap, or a heartbeat counts more than we had. One that comes late looks like a gap
 * to the one behind it: then a sweep finds nothing new, which costs little.
 */
export async function missedBefore({ records }: KeepingDeps, about: About): Promise<Missed | undefined> {
  const { subscription, eventNumbers, eventsSinceStart } = about;
  if (subscription === undefined) return undefined;
  const last = (await records.get('subscription', recordOf(subscription)))?.value.lastEventNumber;
  if (last === undefined) return undefined;
  const numbers = eventNumbers.filter((number) => number > last).sort((a, b) => a - b);
  const missed =
    eventNumbers.length > 0
      ? holeIn([last, ...numbers])
      : eventsSinceStart !== undefined && eventsSinceStart > last
        ? { from: last + 1, to: eventsSinceStart }
        : undefined;
  return missed === undefined ? undefined : { subscription, ...missed };
}

/** From the first number that is missing to the last: what is known in between may be told again. */
function holeIn(numbers: readonly number[]): { readonly from: number; readonly to: number } | undefined {
  const beyond = numbers.filter((number, index) => index > 0 && number > (numbers[index - 1] ?? 0) + 1);
  const [first] = beyond;
  const last = beyond.at(-1);
  const before = first === undefined ? undefined : numbers[numbers.indexOf(first) - 1];
  return first === undefined || last === undefined || before === undefined
    ? undefined
    : { from: before + 1, to: last - 1 };
}

/** Keeps how far a subscription has come. Only once what it brought is durable: a crash in between shows as a gap, never as silence. */
export async function keepHeard(deps: KeepingDeps, kind: Notification['kind'], about: About): Promise<void> {
  const { subscription, subscriptionStatus } = about;
  if (subscription === undefined) return;
  if (subscriptionStatus === 'error' || subscriptionStatus === 'off')
    deps.log.warn('SUBSCRIPTION_FAILED', { subscription, status: subscriptionStatus });
  for (let tries = 0; tries < mostTries; tries++) {
    const stored = await deps.records.get('subscription', recordOf(subscription));
    const value = heard(stored?.value, kind, { ...about, subscription }, deps.clock.now().toISOString());
    const put = {
      kind: 'subscription',
      id: recordOf(subscription),
      value,
      expect: stored?.version ?? 'absent',
    } as const;
    if ((await deps.records.put(put)) === 'saved') {
      deps.log.info('SUBSCRIPTION_KEPT', { subscription, heard: kind });
      return;
    }
  }
  // Others that arrived at the same moment have moved it on; where they have not, the next one sees a gap and a sweep looks.
}

function heard(
  known: SubscriptionRecord | undefined,
  kind: Notification['kind'],
  { subscription, eventNumbers, eventsSinceStart }: About & { readonly subscription: string },
  checkedAt: string,
): SubscriptionRecord {
  const numbers = [
    // A handshake begins the count anew.
    ...(kind === 'handshake' || known?.lastEventNumber === undefined ? [] : [known.lastEventNumber]),
    ...eventNumbers,
    ...(eventsSinceStart === undefined ? [] : [eventsSinceStart]),
  ];
  return {
    reference: known?.reference ?? `Subscription/${subscription}`,
    // Its maker's record says what it is for.
    criteria: known?.criteria ?? '',
    ...(numbers.length === 0 ? {} : { lastEventNumber: Math.max(...numbers) }),
    checkedAt,
  };
}
