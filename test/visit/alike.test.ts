import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alike } from '../../domain/visit/alike.ts';

/** As it is meant, however slow. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return [...new Set([...left.keys(), ...right.keys()])].every((key) => same(left.get(key), right.get(key)));
}

const keys = fc.constantFrom('a', 'b', 'constructor', 'length');
const { data } = fc.letrec((tie) => ({
  data: fc.oneof({ maxDepth: 3 }, fc.constantFrom(undefined, null, 0, 1, 'x'), tie('array'), tie('object')),
  array: fc.array(tie('data'), { maxLength: 3 }),
  object: fc.dictionary(keys, tie('data'), { maxKeys: 3, noNullPrototype: true }),
}));

it('says of two pieces of plain data whether they say the same', () => {
  fc.assert(
    fc.property(data, data, (one, other) => {
      expect(alike(one, other)).toBe(same(one, other));
      expect(alike(one, structuredClone(one))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it('takes a key that is absent for one that is undefined, and no key for what every object has', () => {
  expect(alike({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(alike({ a: 1 }, { b: undefined, a: 1 })).toBe(true);
  expect(alike({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(alike({ constructor: undefined }, {})).toBe(true);
  expect(alike({ toString: 1 }, {})).toBe(false);
});
