import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const clinicLate = defineEvent({
  type: 'clinic-late',
  version: 1,
  says: 'The clinic runs late, or on time again: those who wait for it are told.',
  sentBy: ['desk-opened', 'chart-changed'],
  data: z.object({
    date: z.string(),
    practitioner: z.optional(z.string()),
    location: z.optional(z.string()),
    minutes: z.optional(z.object({ from: z.int(), to: z.int() })),
  }),
  example: {
    id: 'clinic-late/desk/dr-lee/2026-03-02/1',
    cause: 'desk/dr-lee/2026-03-02/1',
    time: '2026-03-02T07:58:12.000Z',

    data: { date: '2026-03-02', practitioner: 'dr-lee', minutes: { from: 20, to: 30 } },
  },
});
