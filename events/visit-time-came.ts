import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const visitTimeCame = defineEvent({
  type: 'visit-time-came',
  version: 1,
  says: 'The timer of a visit: a reminder, a due date, or an answer that did not come.',
  sentBy: ['the scheduler'],
  data: z.object({ appointment: z.string() }),
  example: {
    id: 'visit-time-came/timer/visit/7/1772438292000',
    cause: 'timer/visit/7/1772438292000',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { appointment: '7' },
  },
});
