import * as z from 'zod/mini';
import type { RequirementOwner } from '../domain/requirements/requirement.ts';
import owners from './owners.json' with { type: 'json' };

/** An owner as the EHR names it: a resource of its own where it holds one, else words. */
export interface NamedOwner {
  readonly reference?: string;
  readonly display?: string;
}

/** A Task may be owned by these. @see https://hl7.org/fhir/R4/task-definitions.html#Task.owner */
const mayOwn = /^(?:Organization|PractitionerRole|Practitioner|CareTeam)\/[A-Za-z0-9\-.]{1,64}$/;
const words = z.string().check(z.refine((said) => said.trim() !== ''));
const named = z.strictObject({
  reference: z.optional(z.string().check(z.regex(mayOwn))),
  display: words,
});
const byOwner = z.strictObject({ 'front-desk': named, 'referring-practice': named, 'payer-team': named }).parse(owners);

/**
 * Whose inbox a requirement belongs into: the patient's own, that of whoever asked for the visit by a referral, or the one that the
 * clinic's `owners.json` names.
 */
export function ownerReference(
  owner: RequirementOwner,
  { patient, requester }: { readonly patient: string; readonly requester?: string },
): NamedOwner {
  if (owner === 'patient') return { reference: patient };
  if (owner === 'referring-practice' && requester !== undefined && mayOwn.test(requester))
    return { reference: requester };
  const { reference, display } = byOwner[owner];
  return { ...(reference === undefined ? {} : { reference }), display };
}
