import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const waveCame = defineEvent({
  type: 'wave-came',
  version: 1,
  says: 'A timer: the next patients on the waiting list are asked.',
  sentBy: ['the scheduler'],
  data: z.object({ offer: z.string(), wave: z.int() }),
  example: {
    id: 'wave-came/timer/wave/slot-1',
    cause: 'timer/wave/slot-1',
    time: '2026-03-02T07:58:12.000Z',

    data: { offer: 'offer/slot-1/3', wave: 2 },
  },
});
