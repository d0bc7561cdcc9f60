import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

/**
 * The resourceType of a change without a resource: something changed and the EHR did not say what, or one of its notifications was
 * missed. Whoever follows it looks for what changed since the last whole sweep; `id` is the type of resource that it is about, or `*`.
 */
export const sweepAsked = 'Sweep';

export const chartChanged = defineEvent({
  type: 'chart-changed',
  version: 1,
  says: 'The EHR told us of a change; the resource comes along when it is small, else it is read.',
  sentBy: ['ehr-notified', 'clinic-swept', 'chart-changed', 'person-needed', 'hl7-received', 'operator-asked'],
  data: z.object({
    resourceType: z.string(),
    id: z.string(),
    versionId: z.optional(z.string()),
    resource: z.optional(z.record(z.string(), z.unknown())),
    deleted: z.optional(z.boolean()),
    /** Found by a sweep: nobody said that it changed just now. */
    swept: z.optional(z.boolean()),
    /** Only of a sweep: notifications of a Subscription that did not arrive, by their numbers, both included. */
    missed: z.optional(z.object({ subscription: z.string(), from: z.int(), to: z.int() })),
  }),
  example: {
    id: 'chart-changed/ehr/Task/42/1',
    cause: 'ehr/Task/42/1',
    time: '2026-03-02T07:58:12.000Z',

    data: { resourceType: 'Task', id: '42', versionId: '1' },
  },
});
