import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const concernRaised = defineEvent({
  type: 'concern-raised',
  version: 1,
  says: 'Something that may be wrong was said: a red flag, with a person to be told now.',
  sentBy: ['sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened'],
  data: z.object({
    concern: z.string(),
    flags: z.array(z.string()),
    kind: z.enum(['emergency', 'crisis']),
    conversation: z.optional(z.string()),
    phone: z.optional(z.string()),
  }),
  example: {
    id: 'concern-raised/sms/SM00000000000000000000000000000002',
    cause: 'sms/SM00000000000000000000000000000002',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { concern: 'concern/sms/SM00000000000000000000000000000002', flags: ['chest-pain'], kind: 'emergency' },
  },
});
