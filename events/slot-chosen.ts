import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const slotChosen = defineEvent({
  type: 'slot-chosen',
  version: 1,
  says: 'The patient chose a time: it is to be taken, if it is still free.',
  sentBy: ['sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened'],
  data: z.object({ appointment: z.string(), slot: z.string(), offer: z.optional(z.string()) }),
  example: {
    id: 'slot-chosen/sms/SM00000000000000000000000000000009',
    cause: 'sms/SM00000000000000000000000000000009',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7', slot: 'mri-2026-03-05-0900' },
  },
});
