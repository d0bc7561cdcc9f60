/** Numbers that look like chance and are the same in every run of one seed. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  /** One of them, by weight. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
}

/** A small generator (a Weyl sequence, mixed); good enough for who confirms and who forgets. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 4_294_967_296;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    weighted: <T extends string>(weights: Readonly<Record<T, number>>): T => {
      const entries = Object.entries<number>(weights) as [T, number][];
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        rest -= weight;
        if (rest < 0) return name;
      }
      const [last] = entries.at(-1) ?? [];
      if (last === undefined) throw new RangeError('There is nothing to choose from.');
      return last;
    },
  };
}
