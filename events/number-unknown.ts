import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const numberUnknown = defineEvent({
  type: 'number-unknown',
  version: 1,
  says: 'Somebody wrote or rang from a number we do not know; it is looked up in the EHR.',
  sentBy: ['sms-received', 'voice-turn-taken'],
  data: z.object({
    phone: z.string(),
  }),
  example: {
    id: 'number-unknown/sms/SM00000000000000000000000000000007',
    cause: 'sms/SM00000000000000000000000000000007',
    time: '2026-03-02T07:58:12.000Z',

    data: { phone: 'q83JmXo' },
  },
});
