import { describe, expect, it } from 'vitest';
import { ContentFault } from '../../content/content.ts';
import { payerOf } from '../../content/payers.ts';
import { loadRequirements, rawRequirements } from '../../content/requirements.ts';
import { knownVisitTypes, questionnaireForVisit, visitTypeFor } from '../../content/visit-types.ts';
import { languages, wordsIn } from '../../domain/guidance/language.ts';
import { isDuration } from '../../domain/visit/time-before.ts';
import { seedTable } from './chart.ts';

/** One file with one thing changed, as an editor would: a path into it and what stands there then; undefined takes it away. */
function edited(file: string, path: readonly (string | number)[], value: unknown) {
  const table: unknown = JSON.parse(JSON.stringify(rawRequirements.tables[file]));
  let place = table;
  for (const step of path.slice(0, -1)) place = entryOf(place, step);
  const last = path.at(-1) ?? '';
  if (typeof place !== 'object' || place === null) throw new Error(`nothing is at ${path.join('.')}`);
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
  return { ...rawRequirements, tables: { ...rawRequirements.tables, [file]: table } };
}

function entryOf(place: unknown, step: string | number): unknown {
  return typeof place === 'object' && place !== null ? Reflect.get(place, step) : undefined;
}

function faultOf(raw: Parameters<typeof loadRequirements>[0]): string {
  try {
    loadRequirements(raw);
  } catch (fault) {
    if (fault instanceof ContentFault) return fault.message;
    throw fault;
  }
  throw new Error('it was published');
}

const referral = ['rules', 0] as const;
const authorisation = ['rules', 1] as const;
const form = ['rules', 3] as const;
const fasting = ['rules', 4] as const;
const words = { en: 'x', es: 'x', pl: 'x' };

describe('the tables of what visits need', () => {
  it('are published as they are', () => {
    expect(loadRequirements()).toEqual(seedTable);
    expect(seedTable.rules.length).toBeGreaterThan(15);
  });

  it.each([
    ['an unknown key', [...referral, 'wehn'], {}, 'rule mri-referral', 'wehn'],
    [
      'an unknown key of a row',
      [...referral, 'rows', 0, 'when', 'visitTypes'],
      ['mri'],
      'mri-referral, rows.0.when',
      'visitTypes',
    ],
    ['an unknown owner', [...referral, 'requires', 'owner'], 'nobody', 'mri-referral, requires.owner', ''],
    ['an unknown kind', [...referral, 'kind'], 'wish', 'mri-referral, kind', ''],
    [
      'an unknown type of visit',
      [...referral, 'rows', 0, 'when', 'visitType'],
      ['mrt'],
      'mri-referral, rows.0.when.visitType',
      '',
    ],
    [
      'no type of visit',
      [...referral, 'rows', 0, 'when', 'visitType'],
      undefined,
      'mri-referral, rows.0.when.visitType',
      '',
    ],
    [
      'an unknown payer',
      [...authorisation, 'rows', 0, 'when', 'payer'],
      ['acme'],
      'mri-authorisation, rows.0.when.payer',
      '',
    ],
    ['an unknown group', [...referral, 'rows', 0, 'when', 'has'], ['rash'], 'mri-referral, rows.0.when.has', 'rash'],
    [
      'a due time that is no duration',
      [...referral, 'requires', 'due', 'before'],
      '2 days',
      'mri-referral, requires.due.before',
      '',
    ],
    [
      'a lead time in months',
      [...authorisation, 'requires', 'leadTime'],
      'P1M',
      'mri-authorisation, requires.leadTime',
      '',
    ],
    [
      'a time of day that is none',
      [...referral, 'requires', 'due', 'at'],
      '24:00',
      'mri-referral, requires.due.at',
      '',
    ],
    ['a date that is none', [...referral, 'effective', 'from'], '2026-02-30', 'mri-referral, effective.from', ''],
    [
      'an end before its beginning',
      [...referral, 'effective', 'until'],
      '2025-12-31',
      'mri-referral, effective.until',
      'ends',
    ],
    [
      'the same rule twice at a time',
      [...authorisation, 'effective', 'until'],
      '2027-07-01',
      'mri-authorisation, effective',
      'overlaps',
    ],
    [
      'the same rule twice without end',
      [...authorisation, 'effective', 'until'],
      undefined,
      'mri-authorisation, effective',
      'overlaps',
    ],
    ['a language without words', [...referral, 'words', 'open', 'pl'], undefined, 'mri-referral, words.open.pl', ''],
    ['empty words', [...referral, 'words', 'met', 'es'], ' ', 'mri-referral, words.met.es', ''],
    ['a state without words', [...referral, 'words', 'met'], undefined, 'mri-referral, words.met', ''],
    [
      'no words for too late',
      [...authorisation, 'words', 'tooLate'],
      undefined,
      'mri-authorisation, requires.leadTime',
      'too late',
    ],
    ['the word CANCEL', [...referral, 'words', 'open', 'en'], 'Reply Cancel.', 'mri-referral, words.open.en', 'CANCEL'],
    ['a modality', [...referral, 'words', 'open', 'es'], 'Su RESONANCIA', 'mri-referral, words.open.es', 'resonan'],
    [
      'a blank that nobody fills',
      [...referral, 'words', 'open', 'en'],
      'By {when}',
      'mri-referral, words.open.en',
      '{when}',
    ],
    [
      'a beginning that is not required',
      [...referral, 'words', 'open'],
      { en: '{from}', es: '{from}', pl: '{from}' },
      'mri-referral, words.open.en',
      '{from}',
    ],
    [
      'a blank lost in translation',
      [...fasting, 'words', 'open', 'pl'],
      'Nie jeść.',
      'mri-fasting, words.open.pl',
      'blanks',
    ],
    [
      'a form without questionnaire',
      [...form, 'requires', 'questionnaire'],
      undefined,
      'mri-form, requires.questionnaire',
      '',
    ],
    [
      'a questionnaire that is not there',
      [...form, 'requires', 'questionnaire'],
      'https://x.example/q|1',
      'mri-form, requires.questionnaire',
      'no such',
    ],
    [
      'another questionnaire than is asked before that visit',
      [...form, 'requires', 'questionnaire'],
      'https://lakeside.example/Questionnaire/first-visit|1.0.0',
      'mri-form, rows.0.when.visitType',
      'something else is asked',
    ],
    ['a form that nothing meets', [...form, 'requires', 'metBy'], undefined, 'mri-form, requires.metBy', 'nothing'],
    [
      'any document',
      [...referral, 'requires', 'metBy'],
      [{ evidence: 'document' }],
      'mri-referral, requires.metBy',
      'codes',
    ],
    [
      'a reason that is not filled in',
      [...referral, 'rows', 0, 'because'],
      '{doctor}',
      'mri-referral, rows.0.because',
      '{doctor}',
    ],
    [
      'words that nobody says',
      [...referral, 'rows', 0],
      { when: { visitType: ['mri'] }, because: 'x', requires: 'nothing', words: { open: words, met: words } },
      'mri-referral, rows.0.words',
      'nobody',
    ],
    [
      'nobody of that age',
      [...referral, 'rows', 0, 'when'],
      { visitType: ['mri'], ageFrom: 18, ageUnder: 18 },
      'mri-referral, rows.0.when.ageFrom',
      'nobody',
    ],
    ['no rows', [...referral, 'rows'], [], 'mri-referral, rows', ''],
    ['no version', ['version'], '', 'version', ''],
  ] as const)('are refused with %s, at its place', (_, path, value, place, why) => {
    const said = faultOf(edited('mri.json', path, value));
    expect(said).toMatch(/^content\/requirements\/mri\.json, /);
    expect(said).toContain(`${place}`);
    expect(said).toContain(why);
  });

  it('are refused where the same rule stands in two files', () => {
    const { rules } = { rules: [entryOf(entryOf(rawRequirements.tables['mri.json'], 'rules'), 0)] };
    const tables = { ...rawRequirements.tables, 'more.json': { version: '1', approvedBy: 'x', rules } };
    expect(faultOf({ ...rawRequirements, tables })).toBe(
      'content/requirements/more.json, rule mri-referral, effective: it overlaps with the same rule at another time',
    );
  });

  it('are refused as a whole where a file is none, or a group of the chart is unknown or misspelt', () => {
    expect(faultOf({ ...rawRequirements, tables: { 'x.json': [] } })).toContain('x.json, (whole file)');
    expect(faultOf({ ...rawRequirements, chartGroups: {} })).toContain('there is no group metformin');
    const group = { says: 'x', kinds: ['medicine'], codes: ['a|b'], words: [] };
    expect(faultOf({ ...rawRequirements, chartGroups: { rash: group } })).toContain('chart-groups.json, rash.kinds.0');
  });

  it('name no modality, no part of the body and no reason, in no language, and are short enough for a text', () => {
    for (const { id, words: own, rows } of seedTable.rules) {
      for (const text of [own, ...rows.flatMap((row) => row.words ?? [])].flatMap((each) => Object.values(each))) {
        for (const language of languages) {
          const said = wordsIn(text, language);
          expect(said, id).not.toMatch(/\b(MRI|MR|scan|contrast|resonan|rezonans|kontrast|colon|kolon|usg)/i);
          expect(said.length, said).toBeLessThanOrEqual(150);
          expect(said, id).toMatch(/^[A-ZŁŚŻ¿¡].*\.$/);
        }
      }
    }
  });

  it('say each thing in three different ways', () => {
    for (const { words: own } of seedTable.rules)
      expect(new Set(languages.map((language) => wordsIn(own.open, language))).size).toBe(3);
  });

  it('count in durations', () => {
    for (const { requires } of seedTable.rules)
      for (const duration of [requires.due.before, requires.leadTime ?? 'P1D', requires.from?.before ?? 'P1D'])
        expect(isDuration(duration)).toBe(true);
  });
});

describe('the type of a visit', () => {
  const snomed = (code: string) => ({ system: 'http://snomed.info/sct', code });
  it('is found by its codes, the same way as its questionnaire', () => {
    expect(visitTypeFor([snomed('113091000')])).toBe('mri');
    expect(visitTypeFor([snomed('51619007')])).toBe('mri-contrast');
    expect(visitTypeFor([snomed('113091000'), snomed('51619007')])).toBe('mri-contrast');
    expect(visitTypeFor([snomed('73761001')])).toBe('colonoscopy');
    expect(questionnaireForVisit([snomed('73761001')])).toBeUndefined();
    expect(visitTypeFor([])).toBe('other');
    expect(visitTypeFor([{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'WALKIN' }])).toBe(
      'first-visit',
    );
  });
  it('has a form among what it needs, where something is asked before it', () => {
    for (const { type, questionnaire } of knownVisitTypes) {
      const forms = seedTable.rules.filter(
        ({ kind, rows }) => kind === 'form' && rows.some(({ when }) => when.visitType.includes(type)),
      );
      expect(forms.map(({ requires }) => requires.questionnaire)).toEqual(
        questionnaire === undefined ? [] : [questionnaire],
      );
    }
  });
});

describe('a payer', () => {
  it('is known by its organization, its identifier or its name', () => {
    const named = { identifiers: [], names: [] };
    expect(payerOf({ ...named, reference: 'Organization/prairie-health' })).toBe('prairie-health');
    expect(payerOf({ ...named, identifiers: ['https://lakeside.example/payer|LAKESHORE'] })).toBe('lakeshore-mutual');
    expect(payerOf({ ...named, names: ['Someone', ' prairie   health '] })).toBe('prairie-health');
    expect(
      payerOf({ ...named, reference: 'Organization/1', names: ['Prairie'], identifiers: ['|PRAIRIE'] }),
    ).toBeUndefined();
    expect(payerOf(named)).toBeUndefined();
  });
});
