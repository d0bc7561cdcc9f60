import fc from 'fast-check';
import { message, names } from './messages.ts';

/** What stands in fields: what belongs there, what does not, and what nobody would think of. */
const value = fc.oneof(
  fc.constantFrom(
    '',
    '""',
    'MRN-anna-kowalska^^^LAKESIDE^MR',
    '^^^^MR',
    '20261124093000-0600',
    '2026',
    '99999999',
    'Booked',
    'Cancelled^x^HL70278',
    'FOLLOWUP',
    '^PRN^CP^^1^312^5550142',
    'ask her sister',
    '394579002^Cardiology^SCT',
    '30',
    '-1',
    '1e9',
    'NaN',
    'D-17^Lee^Helen^^^Dr^^^LAKESIDE',
    'CARD^Room 2^^LAKESIDE',
    '__proto__',
    'constructor',
    'a&b^c&d~e',
    '\\X00\\\\.br\\\\T\\',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const segmentNames = [
  'MSH',
  'EVN',
  'PID',
  'PD1',
  'NK1',
  'PV1',
  'MRG',
  'SCH',
  'TQ1',
  'NTE',
  'RGS',
  'AIS',
  'AIG',
  'AIL',
  'AIP',
  'ZZZ',
] as const;

const segment = fc
  .tuple(fc.constantFrom(...segmentNames.slice(1)), fc.array(value, { maxLength: 42 }))
  .map(([name, fields]) => [name, ...fields].join('|'));

const header = fc
  .tuple(
    fc.constantFrom(
      'SIU^S12',
      'SIU^S13',
      'SIU^S14',
      'SIU^S15',
      'SIU^S17',
      'SIU^S26',
      'ADT^A04',
      'ADT^A08',
      'ADT^A31',
      'ADT^A40',
    ),
    fc.constantFrom('2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.8'),
    value,
    value,
  )
  .map(([type, version, time, control]) => `MSH|^~\\&|A|LAKESIDE|B|C|${time}||${type}|${control}|P|${version}`);

/** Messages of the triggers that are taken, of any segments with anything in them. */
const made = fc.tuple(header, fc.array(segment, { maxLength: 14 })).map((parts) => parts.flat().join('\r'));

/** Ours, with fields changed. */
const changed = fc
  .tuple(
    fc.constantFrom(...names),
    fc.array(fc.tuple(fc.constantFrom(...segmentNames.slice(1)), fc.integer({ min: 1, max: 45 }), value), {
      maxLength: 6,
    }),
  )
  .map(([name, changes]) => {
    const known = message(name);
    const there = changes.filter(([where]) => known.includes(`\r${where}|`));
    return message(name, Object.fromEntries(there.map(([where, number, said]) => [`${where}-${number}`, said])));
  });

/** Cut off anywhere. */
const cut = fc
  .tuple(changed, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, share]) => text.slice(0, Math.floor(text.length * share)));

const fitting = fc.uniqueArray(fc.constantFrom(...'|^~\\&!#$%*+,;<=>?@_`{}()[]/'), { minLength: 5, maxLength: 5 });
const unfitting = fc.string({ minLength: 5, maxLength: 5, unit: 'binary' }).map((text) => [...text]);

/** Parted by other delimiters: some that could, some that could not. */
const parted = fc.tuple(changed, fc.oneof(fitting, unfitting)).map(([text, marks]) => {
  const usual = ['|', '^', '~', '\\', '&'];
  return [...text].map((character) => marks[usual.indexOf(character)] ?? character).join('');
});

export const anyMessage = fc.oneof(made, changed, cut, parted);
