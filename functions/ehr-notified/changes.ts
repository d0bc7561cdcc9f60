import { digest } from '../../edge/ehr/changed-events.ts';
import type { About } from '../../fhir-mappings/notification-change.ts';

/**
 * What tells a notification from every other one, where its resources do not say which version they are: a topic-based one by its text, a
 * bare resource only by its arrival.
 */
export function markOf({ subscription }: About, body: string, time: string): string {
  return subscription === undefined ? `at-${time}` : `body-${digest(body)}`;
}
