import type { Member } from './phone.ts';
import type { Story } from './story.ts';

/** A number by which somebody is reached. */
export interface Reach {
  /** E.164. */
  readonly number: string;
  readonly as: Member['as'];
}

/**
 * By which numbers a person is reached, best first and each once: a child by whoever answers for them, an adult by their own and by whoever
 * holds a power of attorney. `today` is an ISO date.
 */
export function reachesOf(
  { person, mergedFrom = [] }: Pick<Story, 'person' | 'mergedFrom'>,
  today: string,
): readonly Reach[] {
  if (person.inactive === true) return [];
  const minor = isMinor(person.birthDate, today);
  const merged = mergedFrom.flatMap(({ numbers }) => numbers);
  const own = [...(person.numbers ?? []), ...merged].map((number): Reach => ({ number, as: 'self' }));
  const proxies = (person.relatives ?? [])
    .filter(({ actsForThem, until }) => (minor || actsForThem) && (until === undefined || until >= today))
    .flatMap(({ phones }) => phones.map((number): Reach => ({ number, as: 'proxy' })));
  const all = minor ? [...proxies, ...own] : [...own, ...proxies];
  return all.filter((reach, index) => all.findIndex(({ number }) => number === reach.number) === index);
}

/** Until the eighteenth birthday; where the chart does not say enough of it, not. */
export function isMinor(birthDate: string | undefined, today: string): boolean {
  if (birthDate === undefined || birthDate.length < 4) return false;
  const eighteenth = `${Number(birthDate.slice(0, 4)) + 18}${birthDate.slice(4)}`;
  return today < eighteenth;
}
