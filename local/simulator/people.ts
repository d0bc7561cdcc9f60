import type { Patient } from 'fhir/r4.js';
import type { Chance } from './chance.ts';

/** How somebody deals with a visit. */
export type Manner =
  /** Says that they come, comes in time, and says so. */
  | 'reliable'
  /** Asks for another time when first reminded. */
  | 'moves'
  /** Gives the visit up. */
  | 'gives-up'
  /** Never writes back, and comes. */
  | 'silent'
  /** Never writes back, and does not come. */
  | 'no-show'
  /** Confirms, then runs late. */
  | 'late'
  /** Confirms, and asks on the day what is still needed. */
  | 'asks';

const manners: Readonly<Record<Manner, number>> = {
  reliable: 52,
  moves: 8,
  'gives-up': 5,
  silent: 12,
  'no-show': 6,
  late: 7,
  asks: 10,
};

export interface Person {
  readonly id: string;
  readonly number: string;
  readonly manner: Manner;
  readonly language: 'en' | 'es' | 'pl';
  readonly patient: Patient & { readonly id: string };
}

const given = [
  'Ada',
  'Ben',
  'Carla',
  'Dele',
  'Eva',
  'Farid',
  'Grace',
  'Hugo',
  'Ines',
  'Jon',
  'Kira',
  'Leo',
  'Mina',
  'Nils',
  'Olga',
  'Pablo',
];
const family = [
  'Abbot',
  'Brandt',
  'Costa',
  'Dudek',
  'Evans',
  'Flores',
  'Gupta',
  'Hale',
  'Ito',
  'Jansen',
  'Klein',
  'Lund',
];

/** People who exist only here: made from the seed, with numbers of the 555-01xx range, which nobody can own. */
export function makePeople(run: string, count: number, chance: Chance): readonly Person[] {
  // Another run in the same house has other numbers, or its people would share phones with these.
  const first = [...run].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 790, 7);
  return Array.from({ length: count }, (_, index): Person => {
    const language = chance.weighted({ en: 80, es: 14, pl: 6 });
    const manner = chance.weighted(manners);
    // A hundred numbers to an area code.
    const number = `+1${200 + ((first + Math.floor(index / 100)) % 790)}55501${String(index % 100).padStart(2, '0')}`;
    const id = `${run}-${String(index + 1).padStart(3, '0')}`;
    return {
      id,
      number,
      manner,
      language,
      patient: {
        resourceType: 'Patient',
        id,
        active: true,
        identifier: [{ system: 'https://lakeside.example/mrn', value: `MRN-${id}` }],
        name: [
          {
            use: 'official',
            family: family[chance.below(family.length)] ?? 'Abbot',
            given: [given[chance.below(given.length)] ?? 'Ada'],
          },
        ],
        birthDate: `${1940 + chance.below(60)}-0${1 + chance.below(9)}-1${chance.below(9)}`,
        telecom: [{ system: 'phone', value: number, use: 'mobile' }],
        communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: language }] }, preferred: true }],
      },
    };
  });
}
