import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const fileConfirmed = defineEvent({
  type: 'file-confirmed',
  version: 1,
  says: 'A person on staff has confirmed identity and coverage with the patient: nobody asks for them again.',
  sentBy: ['desk-opened'],
  data: z.object({
    /** Who confirmed them, as a FHIR reference. */
    by: z.string(),
    /** ISO instant. */
    at: z.string(),
    /** The resources that were confirmed: `Patient/1`, `Coverage/2`. */
    sources: z.array(z.string()),
  }),
  example: {
    id: 'file-confirmed/desk/anna/file/1b9d6bcd',
    cause: 'desk/anna/file/1b9d6bcd',
    time: '2026-03-02T15:38:00.000Z',
    patient: 'anna',
    data: { by: 'Practitioner/clerk-maya', at: '2026-03-02T15:38:00.000Z', sources: ['Patient/anna', 'Coverage/2'] },
  },
});
