import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const handoffPrepared = defineEvent({
  type: 'handoff-prepared',
  version: 1,
  says: 'What the next touchpoint must know is ready.',
  sentBy: ['sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened'],
  data: z.object({
    conversation: z.string(),
    answered: z.int(),
    open: z.int(),
  }),
  example: {
    id: 'handoff-prepared/sms/SM00000000000000000000000000000009',
    cause: 'sms/SM00000000000000000000000000000009',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { conversation: 'task/42', answered: 9, open: 0 },
  },
});
