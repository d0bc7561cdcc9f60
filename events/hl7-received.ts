import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const hl7Received = defineEvent({
  type: 'hl7-received',
  version: 1,
  says: 'An HL7 v2 message is kept and was acknowledged; it is brought into the EHR.',
  sentBy: ['ehr-notified', 'hl7-received', 'operator-asked'],
  data: z.object({
    /** The id of the record that holds it. */
    message: z.string(),
    /** `SIU^S12`. */
    trigger: z.string(),
  }),
  example: {
    id: 'hl7-received/hl7/3n5wqYt0',
    cause: 'hl7/3n5wqYt0',
    time: '2026-03-02T07:58:12.000Z',

    data: { message: '3n5wqYt0', trigger: 'SIU^S12' },
  },
});
