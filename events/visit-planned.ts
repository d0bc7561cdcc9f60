import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const visitPlanned = defineEvent({
  type: 'visit-planned',
  version: 1,
  says: 'A visit or what it needs has changed; Tasks and timers follow.',
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
    id: 'visit-planned/ehr/Appointment/7/1',
    cause: 'ehr/Appointment/7/1',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7' },
  },
});
