import * as z from 'zod/mini';
import type { Coding } from '../domain/intake/value.ts';
import visitTypes from './visit-types.json' with { type: 'json' };

/** A kind of visit that content knows. Several may share a type: different codes for the same thing. */
export interface VisitType {
  /** Stable key, which requirement rules and reminder plans name: `mri-contrast`. */
  readonly type: string;
  /** For staff. */
  readonly name: string;
  /** All of them must be there. */
  readonly codes: readonly { readonly system: string; readonly code: string }[];
  /** `canonical|version` of what is asked before it. */
  readonly questionnaire?: string | undefined;
}

/** The type of a visit that content knows nothing of: nothing is said of it. */
export const otherVisit = 'other';

/** In the order in which they are tried. */
export const knownVisitTypes: readonly VisitType[] = z
  .array(
    z.strictObject({
      type: z.string().check(
        z.regex(/^[a-z][a-z0-9-]{1,40}$/),
        z.refine((type) => type !== otherVisit),
      ),
      name: z.string().check(z.minLength(1)),
      codes: z.array(z.strictObject({ system: z.string(), code: z.string() })).check(z.minLength(1)),
      questionnaire: z.optional(z.string().check(z.regex(/^\S+\|\S+$/))),
    }),
  )
  .parse(visitTypes);

/** The key of a visit's type, by its codes (service type, appointment type, specialty): the first whose codes are all there wins; else `other`. */
export function visitTypeFor(codings: readonly Coding[]): string {
  return visitTypeOf(codings)?.type ?? otherVisit;
}

/** The questionnaire that our content asks for a visit of these codes, as `canonical|version`. A visit that no type fits is not asked anything. */
export function questionnaireForVisit(codings: readonly Coding[]): string | undefined {
  return visitTypeOf(codings)?.questionnaire;
}

/** Every questionnaire that some visit asks for. */
export const questionnairesOfVisits: readonly string[] = [
  ...new Set(knownVisitTypes.flatMap(({ questionnaire }) => questionnaire ?? [])),
];

/** What staff call each type. */
export const visitNames: Readonly<Record<string, string>> = Object.fromEntries(
  knownVisitTypes.map(({ type, name }) => [type, name]),
);

function visitTypeOf(codings: readonly Coding[]): VisitType | undefined {
  return knownVisitTypes.find(({ codes }) =>
    codes.every((wanted) => codings.some(({ system, code }) => system === wanted.system && code === wanted.code)),
  );
}
