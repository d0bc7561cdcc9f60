import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const conversationStarted = defineEvent({
  type: 'conversation-started',
  version: 1,
  says: 'A conversation with a purpose began (or waits behind another on the same phone).',
  sentBy: ['chart-changed'],
  data: z.object({
    conversation: z.string(),
    intake: z.string(),
    task: z.optional(z.string()),
    appointment: z.optional(z.string()),
    queued: z.boolean(),
  }),
  example: {
    id: 'conversation-started/ehr/Task/42/1',
    cause: 'ehr/Task/42/1',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: {
      conversation: 'task/42',
      intake: 'https://lakeside.example/Questionnaire/first-visit|1.0.0',
      task: '42',
      queued: false,
    },
  },
});
