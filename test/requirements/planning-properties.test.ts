import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { type Evidence, evidenceKinds, evidenceStates } from '../../domain/requirements/evidence.ts';
import { digestOf, type Requirement } from '../../domain/requirements/requirement.ts';
import type { RequirementTable } from '../../domain/requirements/table.ts';
import type { KnownVisit } from '../../domain/visit/known-visit.ts';
import { visitStandings } from '../../domain/visit/visit.ts';
import { type Asked, approval, codes, coverage, form, mri, plan, referral, seedTable } from './chart.ts';

const zones = ['America/Chicago', 'Europe/Warsaw', 'Australia/Lord_Howe'] as const;
const types = ['mri', 'mri-contrast', 'ultrasound', 'colonoscopy', 'first-visit', 'cardiology-follow-up', 'other'];

const instant = (from: string, until: string) =>
  fc
    .integer({ min: Date.parse(from) / 60_000, max: Date.parse(until) / 60_000 })
    .map((minute) => new Date(minute * 60_000));
const start = instant('2026-01-02T00:00:00Z', '2027-12-30T00:00:00Z');
const someDate = fc.oneof(
  start.map((date) => date.toISOString()),
  start.map((date) => date.toISOString().slice(0, 10)),
  start.map((date) => date.toISOString().slice(0, 7)),
  fc.string({ maxLength: 12 }),
);
const someCode = fc.constantFrom(...Object.values(codes), 'http://loinc.org|18748-4', 'text|metformin', '|x', '');
const someReference = fc.constantFrom(
  'Appointment/a1',
  'Appointment/b2',
  'ServiceRequest/r1',
  'ServiceRequest/r2',
  'Coverage/c1',
  'Coverage/c2',
  'X',
);
/** Anything at all that a mapping may bring. */
const someEvidence: fc.Arbitrary<Evidence> = fc
  .record(
    {
      reference: fc.constantFrom(
        'ServiceRequest/r1',
        'ServiceRequest/r2',
        'ClaimResponse/p',
        'Coverage/c1',
        'Form/f',
        'X',
      ),
      kind: fc.constantFrom(...evidenceKinds),
      state: fc.constantFrom(...evidenceStates),
      codes: fc.array(someCode, { maxLength: 3 }),
      about: fc.array(someReference, { maxLength: 3 }),
      payer: fc.constantFrom('prairie-health', 'lakeshore-mutual', 'medicare', 'self', 'other', '?'),
      urgency: fc.constantFrom('routine', 'urgent'),
      questionnaire: fc.constantFrom(form.questionnaire ?? '', 'x', '|', ''),
      from: someDate,
      until: someDate,
    },
    { requiredKeys: ['reference', 'kind', 'state', 'codes', 'about'] },
  )
  .map((evidence) => ({ ...evidence, reference: `${evidence.reference}-${evidence.kind}` }));
const someVisit: fc.Arbitrary<Partial<KnownVisit>> = fc.record({
  type: fc.constantFrom(...types),
  state: fc.constantFrom(...visitStandings),
  start: fc.oneof(
    { weight: 9, arbitrary: start.map((date) => date.toISOString()) },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  ),
  codes: fc.array(someCode, { maxLength: 2 }),
  about: fc.array(someReference, { maxLength: 2 }),
  urgency: fc.constantFrom('routine', 'urgent'),
});
const asked: fc.Arbitrary<Asked> = fc.record({
  visit: someVisit,
  evidence: fc.uniqueArray(someEvidence, { maxLength: 8, selector: ({ reference }) => reference }),
  patient: fc.record(
    {
      birthDate: fc.oneof(someDate, fc.constantFrom('2010', '2010-02', '2010-02-28')),
      language: fc.constantFrom('en', 'es-MX', ''),
      interpreter: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  now: instant('2025-12-01T00:00:00Z', '2028-01-10T00:00:00Z'),
  timeZone: fc.constantFrom(...zones),
});
const stateOf = (id: string, needs: readonly Requirement[]) => needs.find((each) => each.id === id)?.state;

describe('a plan, whatever the visit and the chart', () => {
  it('is made without a fault, has each need once, the earliest due first, none after the visit begins', () => {
    fc.assert(
      fc.property(asked, (given) => {
        const needs = plan(given);
        expect(new Set(needs.map(({ id }) => id)).size).toBe(needs.length);
        const dues = needs.map(({ due }) => Date.parse(due));
        expect(dues).toEqual(dues.toSorted((a, b) => a - b));
        const begins = Date.parse(given.visit?.start ?? '');
        for (const { due, from, because, says } of needs) {
          expect(Date.parse(due)).toBeLessThanOrEqual(begins);
          if (from !== undefined) expect(Date.parse(from)).toBeLessThan(begins);
          expect(because).toMatch(/^[A-Z][^{}]+$/);
          expect(says.default.includes('{from}') && from === undefined).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in whatever order the evidence came, and however often', () => {
    fc.assert(
      fc.property(asked, fc.infiniteStream(fc.nat(7)), (given, at) => {
        const evidence = given.evidence ?? [];
        const shuffled = [...evidence];
        for (const one of evidence) shuffled.splice(at.next().value, 0, ...shuffled.splice(shuffled.indexOf(one), 1));
        const known = plan(given);
        expect(plan({ ...given, evidence: shuffled })).toEqual(known);
        expect(plan({ ...given, evidence: [...evidence.toReversed(), ...evidence] })).toEqual(known);
      }),
      { numRuns: 300 },
    );
  });

  it('made again of the same stays as it is, so that nothing is told twice', () => {
    fc.assert(
      fc.property(asked, (given) => {
        const first = plan(given);
        expect(plan({ ...given, before: first })).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  it('made again later says the same, but for what has become too late or passed over', () => {
    fc.assert(
      fc.property(asked, fc.nat(60 * 24 * 40), (given, minutes) => {
        const first = plan(given);
        const now = new Date((given.now?.getTime() ?? 0) + minutes * 60_000);
        const later = plan({ ...given, before: first, now });
        expect(later.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
        for (const need of later) {
          const before = first.find(({ id }) => id === need.id);
          if (before !== undefined && before.tooLate === need.tooLate) expect(digestOf(need)).toBe(digestOf(before));
          else expect(need).toMatchObject({ tooLate: true, state: 'open', startBy: expect.any(String) });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what the chart shows as met', () => {
  const proofs: Readonly<Record<string, Evidence>> = {
    'mri-referral': referral,
    'mri-authorisation': approval,
    'mri-form': form,
    'insurance-card': coverage,
  };

  it('is never asked for, whatever else it shows', () => {
    const rest = fc.array(someEvidence, { maxLength: 6 }).map((list) => list.filter(({ kind }) => kind !== 'coverage'));
    fc.assert(
      fc.property(rest, fc.subarray(Object.keys(proofs)), (others, proven) => {
        const needs = plan({ evidence: [coverage, ...others, ...proven.flatMap((id) => proofs[id] ?? [])] });
        for (const id of proven) expect(stateOf(id, needs), id).toBe('met');
      }),
      { numRuns: 300 },
    );
  });

  it('for another visit, another service, another payer or another time meets nothing', () => {
    const elsewhere: fc.Arbitrary<Evidence> = fc.oneof(
      fc
        .constantFrom(referral, approval)
        .chain((one) =>
          fc.constantFrom<Evidence>(
            { ...one, codes: [codes.ultrasound] },
            { ...one, codes: [codes.mri, '|51619007', 'http://snomed.info/sct|5161900'] },
            { ...one, codes: [codes.ultrasound], about: ['ServiceRequest/of-another-visit'] },
            { ...one, about: ['Appointment/another'] },
            { ...one, until: '2026-03-09' },
            { ...one, from: '2026-03-11' },
            { ...one, from: '2020-01-01', until: '2026-03-10T14:39:59Z' },
          ),
        ),
      fc.constantFrom<Evidence>(
        { ...approval, about: ['Coverage/of-another-payer'] },
        { ...approval, about: [], payer: 'lakeshore-mutual' },
        { ...form, questionnaire: 'https://lakeside.example/Questionnaire/first-visit|1.0.0' },
        { ...form, from: '2025-03-10' },
        { ...form, kind: 'document', codes: [codes.mriContrast] },
        { ...referral, kind: 'condition' },
      ),
    );
    fc.assert(
      fc.property(fc.array(elsewhere, { minLength: 1, maxLength: 5 }), (others) => {
        const evidence = others.map((one, at) => ({ ...one, reference: `${one.reference}-${at}` }));
        expect(plan({ evidence: [coverage, ...evidence] })).toEqual(plan({ evidence: [coverage] }));
      }),
      { numRuns: 200 },
    );
  });
});

describe('due times', () => {
  it('are on the wall clock of the clinic, in each zone, whatever the clocks do in between', () => {
    fc.assert(
      fc.property(start, fc.constantFrom(...zones), (begins, timeZone) => {
        const now = new Date(begins.getTime() - 20 * 86_400_000);
        const needs = plan({ visit: { start: begins.toISOString() }, now, timeZone });
        const wall = (moment: string | undefined) =>
          Temporal.Instant.from(moment ?? '')
            .toZonedDateTimeISO(timeZone)
            .toPlainDateTime();
        const visit = wall(begins.toISOString());
        const find = (id: string) => needs.find((each) => each.id === id);
        expect(wall(find('mri-referral')?.due).toString()).toBe(
          `${visit.toPlainDate().subtract({ days: 2 })}T17:00:00`,
        );
        expect(wall(find('mri-form')?.due).toString()).toBe(`${visit.toPlainDate().subtract({ days: 1 })}T17:00:00`);
        const authorisation = find('mri-authorisation');
        const noon = `${visit.toPlainDate().subtract({ days: 1 })}T12:00:00`;
        expect(wall(authorisation?.due).toString()).toBe(noon);
        // Four hours are four hours, two days are two days of the calendar.
        expect(begins.getTime() - Date.parse(find('mri-fasting')?.from ?? '')).toBe(4 * 3_600_000);
        const twoDays = visit.subtract({ days: 2 }).toZonedDateTime(timeZone).toInstant();
        expect(Temporal.Instant.from(find('mri-48-hours')?.from ?? '').equals(twoDays)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('and the rules in force are those of the visit’s day where the clinic is', () => {
    const [rule] = seedTable.rules;
    if (rule === undefined) throw new Error('there are no rules');
    const table: RequirementTable = {
      ...seedTable,
      rules: [
        { ...rule, version: 'old', effective: { from: '2026-01-01', until: '2026-06-30' } },
        { ...rule, version: 'new', effective: { from: '2026-07-01', until: '2026-12-31' } },
      ],
    };
    fc.assert(
      fc.property(
        instant('2026-06-28T00:00:00Z', '2026-07-03T00:00:00Z'),
        fc.constantFrom(...zones),
        (begins, timeZone) => {
          const now = new Date('2026-06-01T00:00:00Z');
          const [need] = plan({ table, visit: { start: begins.toISOString() }, now, timeZone });
          const day = Temporal.Instant.from(begins.toISOString()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
          expect(need?.content).toBe(`mri-referral@${day < '2026-07-01' ? 'old' : 'new'}`);
        },
      ),
      { numRuns: 200 },
    );
    expect(plan({ table, visit: { start: '2027-01-01T12:00:00-06:00' } })).toEqual([]);
    expect(mri.type).toBe('mri-contrast');
  });
});
