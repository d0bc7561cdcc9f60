import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const appointmentBooked = defineEvent({
  type: 'appointment-booked',
  version: 1,
  says: 'The EHR holds a booked visit.',
  sentBy: ['chart-changed'],
  data: z.object({
    appointment: z.string(),
    start: z.optional(z.string()),
    end: z.optional(z.string()),
    codes: z.array(z.string()),
  }),
  example: {
    id: 'appointment-booked/ehr/Appointment/7/1',
    cause: 'ehr/Appointment/7/1',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7', start: '2026-03-02T09:40:00-06:00', codes: ['CARD'] },
  },
});
