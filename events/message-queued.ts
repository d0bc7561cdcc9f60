import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const messageQueued = defineEvent({
  type: 'message-queued',
  version: 1,
  says: 'A text or call waits to be made, or a text rides on a reply and is looked after.',
  sentBy: [
    'sms-received',
    'voice-turn-taken',
    'chart-changed',
    'phone-freed',
    'time-came',
    'scheduling-asked',
    'desk-opened',
    'clinic-runs-late',
    'message-due',
    'message-status-changed',
  ],
  data: z.object({
    message: z.string(),
    carriedBy: z.enum(['reply', 'send']),
    /** The queue it waits in. What was queued before there were classes is urgent. */
    priority: z._default(z.enum(['urgent', 'reminder', 'survey']), 'urgent'),
  }),
  example: {
    id: 'message-queued/ehr/Task/42/1',
    cause: 'ehr/Task/42/1',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { message: 'message/ehr/Task/42/1', carriedBy: 'send', priority: 'urgent' },
  },
});
