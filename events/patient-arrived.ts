import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const patientArrived = defineEvent({
  type: 'patient-arrived',
  version: 1,
  says: 'The patient says that they are here.',
  sentBy: ['sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened'],
  data: z.object({ appointment: z.string() }),
  example: {
    id: 'patient-arrived/sms/SM00000000000000000000000000000009',
    cause: 'sms/SM00000000000000000000000000000009',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7' },
  },
});
