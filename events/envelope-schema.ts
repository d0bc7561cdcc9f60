import * as z from 'zod/mini';

/** The shape in which every consumer finds an event; apart from its type, since who sends needs no checking. */
export const envelopeSchema = z.object({
  id: z.string().check(z.minLength(1)),
  type: z.string(),
  version: z.int(),
  cause: z.string(),
  time: z.string(),
  tenant: z.string(),
  patient: z.optional(z.string()),
  data: z.unknown(),
});
