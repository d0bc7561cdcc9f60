/** One seed for all, so that a red run can be run again; printed with what was generated. */
export const seed = 20260302;

/** Counts what a property met, for the table printed at its end: a property that never meets its case proves nothing. */
export function counting(property: string) {
  const counts = new Map<string, number>();
  return {
    count: (what: string, times = 1) => counts.set(what, (counts.get(what) ?? 0) + times),
    of: (what: string) => counts.get(what) ?? 0,
    print: () => {
      const rows = [...counts].sort(([, a], [, b]) => b - a).map(([what, times]) => `${what} ${times}`);
      console.log(`${property} (seed ${seed}): ${rows.join(' · ')}`);
    },
  };
}
