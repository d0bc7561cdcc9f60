import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const timeCame = defineEvent({
  type: 'time-came',
  version: 1,
  says: 'A timer set for a conversation is due.',
  sentBy: ['the scheduler'],
  data: z.object({
    conversation: z.string(),
    timer: z.enum(['visit-near', 'visit-passed', 'chart-due']),
  }),
  example: {
    id: 'time-came/timer/task/42/visit-passed',
    cause: 'timer/task/42/visit-passed',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { conversation: 'task/42', timer: 'visit-passed' },
  },
});
