import * as z from 'zod/mini';
import { defineEvent } from './envelope.ts';

export const mediaReceived = defineEvent({
  type: 'media-received',
  version: 1,
  says: 'A picture or file came with a text; it is fetched and kept.',
  sentBy: ['sms-received'],
  data: z.object({
    media: z.array(z.object({ id: z.string(), url: z.string(), contentType: z.string() })),
  }),
  example: {
    id: 'media-received/sms/MM00000000000000000000000000000001',
    cause: 'sms/MM00000000000000000000000000000001',
    time: '2026-03-02T07:58:12.000Z',
    patient: 'anna',
    data: { media: [{ id: 'media/MM1/0', url: 'https://api.example/Media/ME1', contentType: 'image/jpeg' }] },
  },
});
