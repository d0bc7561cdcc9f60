import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const consentChanged = defineEvent({
  type: 'consent-changed',
  version: 1,
  says: 'Whether we may write texts changed: for one patient, or for everyone on a number.',
  sentBy: ['sms-received', 'voice-turn-taken'],
  data: z.object({
    scope: z.enum(['number', 'patient']),
    allowed: z.boolean(),
    phone: z.optional(z.string()),
  }),
  example: {
    id: 'consent-changed/sms/SM00000000000000000000000000000005',
    cause: 'sms/SM00000000000000000000000000000005',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { scope: 'patient', allowed: false },
  },
});
