import { isSettled, type Requirement, type RequirementKind } from '../requirements/requirement.ts';

/** What takes its time whatever anybody does; a form is answered in minutes and an arrival time moves with the visit. */
const takesTime: Record<RequirementKind, boolean> = {
  referral: true,
  authorisation: true,
  preparation: true,
  document: true,
  interpreter: true,
  transport: true,
  form: false,
  arrival: false,
};

/**
 * The first instant at which a visit can be, if nothing that it still needs is to come too late: as far from now as the longest of these
 * needs has to be begun, met or kept to before the visit as it is planned. Now, where nothing is open or the visit has no time.
 */
export function soonestStart(
  { start, requirements }: { readonly start?: string | undefined; readonly requirements: readonly Requirement[] },
  now: Date,
): Date {
  const planned = Date.parse(start ?? '');
  const leads = requirements
    .filter(({ kind, state }) => takesTime[kind] && !isSettled[state])
    .flatMap(({ due, from, startBy, state }) => [due, from ?? due, state === 'open' ? (startBy ?? due) : due])
    .map((instant) => planned - Date.parse(instant))
    .filter((lead) => Number.isFinite(lead) && lead > 0);
  return new Date(now.getTime() + Math.max(0, ...leads));
}
