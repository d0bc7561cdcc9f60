import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const messageStatusChanged = defineEvent({
  type: 'message-status-changed',
  version: 1,
  says: 'The carrier said what became of a text or call. Only moves forward are told.',
  sentBy: ['message-status-changed', 'message-due', 'reply-overdue', 'voice-turn-taken'],
  data: z.object({
    message: z.string(),
    state: z.enum(['sent', 'delivered', 'undelivered', 'failed', 'withheld']),
    errorCode: z.optional(z.int()),
  }),
  example: {
    id: 'message-status-changed/message/ehr/Task/42/1',
    cause: 'message/ehr/Task/42/1',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { message: 'message/ehr/Task/42/1', state: 'delivered' },
  },
});
