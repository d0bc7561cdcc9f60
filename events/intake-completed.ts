import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const intakeCompleted = defineEvent({
  type: 'intake-completed',
  version: 1,
  says: 'Every question of an intake has its answer.',
  sentBy: ['sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened', 'chart-changed'],
  data: z.object({
    conversation: z.string(),
    amended: z.boolean(),
  }),
  example: {
    id: 'intake-completed/sms/SM00000000000000000000000000000009',
    cause: 'sms/SM00000000000000000000000000000009',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { conversation: 'task/42', amended: false },
  },
});
