import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const chartChanged = defineEvent({
  type: 'chart-changed',
  version: 1,
  says: 'The EHR told us of a change; the resource comes along when it is small, else it is read.',
  sentBy: ['ehr-notified', 'clinic-swept'],
  data: z.object({
    resourceType: z.string(),
    id: z.string(),
    versionId: z.optional(z.string()),
    resource: z.optional(z.record(z.string(), z.unknown())),
    deleted: z.optional(z.boolean()),
  }),
  example: {
    id: 'chart-changed/ehr/Task/42/1',
    cause: 'ehr/Task/42/1',
    time: '2026-03-02T07:58:12.000Z',

    data: { resourceType: 'Task', id: '42', versionId: '1' },
  },
});
