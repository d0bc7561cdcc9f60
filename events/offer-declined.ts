import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const offerDeclined = defineEvent({
  type: 'offer-declined',
  version: 1,
  says: 'A patient on the waiting list does not want the time offered.',
  sentBy: ['sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened'],
  data: z.object({ appointment: z.string(), offer: z.string() }),
  example: {
    id: 'offer-declined/sms/SM00000000000000000000000000000009',
    cause: 'sms/SM00000000000000000000000000000009',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7', offer: 'offer/slot-1/3' },
  },
});
