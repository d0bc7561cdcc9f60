import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const conversationClosed = defineEvent({
  type: 'conversation-closed',
  version: 1,
  says: 'A conversation ended without being completed.',
  sentBy: ['chart-changed', 'time-came', 'sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened'],
  data: z.object({
    conversation: z.string(),
    because: z.enum(['visit-passed', 'visit-cancelled', 'task-cancelled', 'patient-died', 'refused']),
  }),
  example: {
    id: 'conversation-closed/ehr/Task/42/3',
    cause: 'ehr/Task/42/3',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { conversation: 'task/42', because: 'task-cancelled' },
  },
});
