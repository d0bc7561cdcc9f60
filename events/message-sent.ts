import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const messageSent = defineEvent({
  type: 'message-sent',
  version: 1,
  says: 'The carrier took a text, or rings.',
  sentBy: ['message-due', 'reply-overdue'],
  data: z.object({
    message: z.string(),
  }),
  example: {
    id: 'message-sent/message/ehr/Task/42/1',
    cause: 'message/ehr/Task/42/1',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { message: 'message/ehr/Task/42/1' },
  },
});
