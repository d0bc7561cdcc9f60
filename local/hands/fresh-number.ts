import type { ChartHands } from './chart.ts';
import { createHandset, type Handset } from './handset.ts';

/** A phone that nobody has used and no chart knows. US numbers are of the 555-01xx range, which nobody can own. */
export async function freshHandset(carrier: string, chart: ChartHands, country: 'US' | 'PL'): Promise<Handset> {
  for (let tries = 0; tries < 200; tries++) {
    const number =
      country === 'US'
        ? `+1${200 + Math.floor(Math.random() * 790)}55501${String(Math.floor(Math.random() * 100)).padStart(2, '0')}`
        : `+48600000${String(Math.floor(Math.random() * 1000)).padStart(3, '0')}`;
    const handset = createHandset(carrier, number);
    const known = await chart.search('Patient', `phone=${encodeURIComponent(number)}&_count=1`);
    if (known.length === 0 && (await handset.isNew())) return handset;
  }
  throw new Error('No unused number was found.');
}
