import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const slotFreed = defineEvent({
  type: 'slot-freed',
  version: 1,
  says: 'A time became free that somebody on the waiting list may want.',
  sentBy: ['chart-changed', 'scheduling-asked'],
  data: z.object({ slot: z.string(), version: z.optional(z.string()) }),
  example: {
    id: 'slot-freed/ehr/Slot/mri-2026-03-05-0900/4',
    cause: 'ehr/Slot/mri-2026-03-05-0900/4',
    time: '2026-03-02T07:58:12.000Z',

    data: { slot: 'mri-2026-03-05-0900' },
  },
});
