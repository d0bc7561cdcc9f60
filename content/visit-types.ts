import * as z from 'zod/mini';
import type { Coding } from '../domain/intake/value.ts';
import visitTypes from './visit-types.json' with { type: 'json' };

const rules = z
  .array(
    z.strictObject({
      codes: z.array(z.strictObject({ system: z.string(), code: z.string() })).check(z.minLength(1)),
      questionnaire: z.string().check(z.regex(/^\S+\|\S+$/)),
    }),
  )
  .parse(visitTypes);

/**
 * The questionnaire that our content asks for a visit of these codes (service type, appointment type, specialty), as `canonical|version`.
 * The first rule whose codes are all there wins; a visit that none fits is not asked anything.
 */
export function questionnaireForVisit(codings: readonly Coding[]): string | undefined {
  return rules.find(({ codes }) =>
    codes.every((wanted) => codings.some(({ system, code }) => system === wanted.system && code === wanted.code)),
  )?.questionnaire;
}

/** Every questionnaire that some visit asks for. */
export const questionnairesOfVisits: readonly string[] = [...new Set(rules.map(({ questionnaire }) => questionnaire))];
