import { expect, test } from 'vitest';
import { ContentFault } from '../../content/content.ts';
import { hl7Systems } from '../../content/hl7-systems.ts';
import { patients } from '../../local/seed/patients.ts';
import { message } from './messages.ts';
import { personOf } from './reading.ts';

const nothing = { patients: [], appointments: [], practitioners: [], locations: [] };

test('the clinic’s own numbers lead to the records of its EHR', () => {
  for (const { identifier = [] } of patients) {
    const [number] = identifier;
    const { primary } = personOf(message('adt-a08', { 'PID-3': `${number?.value}^^^LAKESIDE^MR` }));
    expect(primary).toEqual({ system: number?.system, value: number?.value, known: true });
  }
});

test.each([
  ['no rules at all', {}, /patients/],
  ['a rule that fits everything', { ...nothing, patients: [{ system: 'https://x.example' }] }, /patients\.0/],
  ['a system that is none', { ...nothing, locations: [{ authority: 'A', system: 'mrn' }] }, /locations\.0\.system/],
  ['a blank authority', { ...nothing, patients: [{ authority: ' ', system: 'urn:x' }] }, /patients\.0\.authority/],
  ['an empty list of types', { ...nothing, patients: [{ authority: 'A', types: [], system: 'urn:x' }] }, /types/],
  ['a misspelled field', { ...nothing, patients: [{ autority: 'A', types: ['MR'], system: 'urn:x' }] }, /patients\.0/],
])('content with %s is refused, and the place named', (_, raw, place) => {
  expect(() => hl7Systems(raw)).toThrow(ContentFault);
  expect(() => hl7Systems(raw)).toThrow(place);
});
