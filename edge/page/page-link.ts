import type { Clock } from '../../domain/ports/clock.ts';
import type { Seals } from '../../domain/ports/seals.ts';

const day = 86_400_000;
const lifetime = 7 * day;

/** Makes the link to a patient's page: good for a week at least, the same one all day. A newer one is a text away. */
export function createPageLink(parts: {
  readonly seals: Seals;
  readonly clock: Clock;
  readonly publicUrl: string;
}): (story: string) => string {
  const { seals, clock, publicUrl } = parts;
  return (story) => {
    // Rounded up, so that a turn decided again says the same.
    const expires = new Date((Math.floor((clock.now().getTime() + lifetime) / day) + 1) * day);
    return `${publicUrl}/u/${seals.seal('page', { story }, expires)}`;
  };
}
