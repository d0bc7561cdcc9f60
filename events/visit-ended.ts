import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const visitEnded = defineEvent({
  type: 'visit-ended',
  version: 1,
  says: 'A visit is over: it took place, was missed, or is off.',
  sentBy: [
    'sms-received',
    'voice-turn-taken',
    'page-opened',
    'desk-opened',
    'chart-changed',
    'scheduling-asked',
    'time-came',
  ],
  data: z.object({ appointment: z.string(), because: z.enum(['passed', 'cancelled', 'missed', 'never-was']) }),
  example: {
    id: 'visit-ended/ehr/Appointment/7/1',
    cause: 'ehr/Appointment/7/1',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7', because: 'passed' },
  },
});
