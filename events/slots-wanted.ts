import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const slotsWanted = defineEvent({
  type: 'slots-wanted',
  version: 1,
  says: 'Other times are to be looked for; what would suit is in the story.',
  sentBy: [
    'sms-received',
    'voice-turn-taken',
    'page-opened',
    'desk-opened',
    'chart-changed',
    'scheduling-asked',
    'time-came',
  ],
  data: z.object({ appointment: z.string() }),
  example: {
    id: 'slots-wanted/sms/SM00000000000000000000000000000009',
    cause: 'sms/SM00000000000000000000000000000009',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7' },
  },
});
