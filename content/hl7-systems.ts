import * as z from 'zod/mini';
import { checked } from './content.ts';
import file from './hl7-systems.json' with { type: 'json' };

const rule = z
  .strictObject({
    authority: z.optional(z.string().check(z.regex(/^\S.*$/))),
    types: z.optional(z.array(z.string().check(z.regex(/^[A-Z0-9.]+$/))).check(z.minLength(1))),
    system: z.string().check(z.regex(/^(?:https?:\/\/|urn:)\S+$/)),
  })
  .check(z.refine(({ authority, types }) => authority !== undefined || types !== undefined));
const rules = z.strictObject({
  patients: z.array(rule),
  appointments: z.array(rule),
  practitioners: z.array(rule),
  locations: z.array(rule),
});

export type Hl7SystemRules = z.infer<typeof rules>;

/**
 * Which identifier system of the EHR the numbers in HL7 v2 messages belong to, by the authority that assigned them and by their type;
 * the first line that fits wins. Throws a ContentFault that names the place: a wrong line here is another patient.
 */
export function hl7Systems(raw: unknown = file): Hl7SystemRules {
  return checked('hl7-systems.json', rules, raw);
}
