import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const handoffAcknowledged = defineEvent({
  type: 'handoff-acknowledged',
  version: 1,
  says: 'A person on staff has seen the handoff.',
  sentBy: ['cds-hook-called'],
  data: z.object({
    by: z.string(),
    card: z.string(),
  }),
  example: {
    id: 'handoff-acknowledged/card/6b1f',
    cause: 'card/6b1f',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { by: 'Practitioner/lee', card: '6b1f' },
  },
});
