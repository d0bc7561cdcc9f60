import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const answerRecorded = defineEvent({
  type: 'answer-recorded',
  version: 1,
  says: 'An answer is on file, or an earlier one was corrected. The value itself stays in the story.',
  sentBy: ['sms-received', 'voice-turn-taken', 'page-opened', 'desk-opened'],
  data: z.object({
    conversation: z.string(),
    slot: z.string(),
    channel: z.enum(['sms', 'mms', 'voice-keypad', 'voice-speech', 'page', 'desk']),
    corrected: z.boolean(),
  }),
  example: {
    id: 'answer-recorded/sms/SM00000000000000000000000000000001',
    cause: 'sms/SM00000000000000000000000000000001',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { conversation: 'task/42', slot: 'reason', channel: 'sms', corrected: false },
  },
});
