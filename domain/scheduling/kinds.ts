/** What a visit or a free time is for, each a list of codes as `system|code`. An empty list says nothing of that. */
export interface Kinds {
  /** What is done. */
  readonly services: readonly string[];
  readonly specialties: readonly string[];
  /** The style of visit: a follow-up, a walk-in. */
  readonly styles: readonly string[];
  /** HealthcareServices, by their ids. */
  readonly offeredBy: readonly string[];
}

export const noKinds: Kinds = { services: [], specialties: [], styles: [], offeredBy: [] };

/**
 * How well a free time suits a visit: `no` where both sides speak of the same thing and do not agree on it; `yes` where they agree on what
 * is done, by whom it is offered or on the specialty; `unsaid` where neither can be told, and only the same people and rooms speak for it.
 */
export function suits(time: Kinds, visit: Kinds): 'yes' | 'no' | 'unsaid' {
  let agreed = false;
  for (const what of ['services', 'offeredBy', 'specialties', 'styles'] as const) {
    const [offered, wanted] = [time[what], visit[what]];
    if (offered.length === 0 || wanted.length === 0) continue;
    if (!wanted.some((code) => offered.includes(code))) return 'no';
    if (what !== 'styles') agreed = true;
  }
  return agreed ? 'yes' : 'unsaid';
}
