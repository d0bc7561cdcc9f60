import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const personRequested = defineEvent({
  type: 'person-requested',
  version: 1,
  says: 'A person on staff is needed: asked for, or because we could not go on.',
  sentBy: [
    'sms-received',
    'voice-turn-taken',
    'page-opened',
    'desk-opened',
    'chart-changed',
    'person-needed',
    'message-due',
    'message-status-changed',
    'reply-overdue',
    'time-came',
  ],
  data: z.object({
    because: z.enum([
      'asked',
      'misread',
      'red-flag',
      'unknown-number',
      'message',
      'undeliverable',
      'opted-out',
      'unread',
      'not-answered',
      'running-late',
      'cannot-be-met',
      'no-reply',
      'not-moved',
      'needs-missed',
    ]),
    urgency: z.enum(['routine', 'urgent', 'stat']),
    conversation: z.optional(z.string()),
    phone: z.optional(z.string()),
    appointment: z.optional(z.string()),
  }),
  example: {
    id: 'person-requested/sms/SM00000000000000000000000000000004',
    cause: 'sms/SM00000000000000000000000000000004',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { because: 'asked', urgency: 'routine', conversation: 'task/42' },
  },
});
