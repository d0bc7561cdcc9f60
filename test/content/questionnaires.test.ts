import type { QuestionnaireItem } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { loadContent } from '../../content/content.ts';
import { ownQuestionnaire, questionnaires } from '../../content/questionnaires.ts';
import { questionnaireForVisit, questionnairesOfVisits } from '../../content/visit-types.ts';
import { factKeys } from '../../domain/intake/facts.ts';
import type { Intake, Question } from '../../domain/intake/intake.ts';
import { readAnswer } from '../../domain/intake/reading/read-answer.ts';
import { slotsOf } from '../../domain/intake/slots.ts';
import { readRedFlags } from '../../domain/safety/read-red-flags.ts';
import { compileQuestionnaire } from '../../fhir-mappings/questionnaire.ts';

const base = 'https://lakeside.example/Questionnaire';
const firstVisit = intakeOf('first-visit');
const cardiology = intakeOf('cardiology-follow-up');

function intakeOf(id: string): Intake {
  const questionnaire = ownQuestionnaire(`${base}/${id}|1.0.0`);
  if (questionnaire === undefined) throw new Error(`There is no questionnaire ${id}`);
  const compiled = compileQuestionnaire(questionnaire);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.refusals));
  return compiled.intake;
}

function questionsOf(intake: Intake): readonly Question[] {
  return intake.items.flatMap((item) => (item.kind === 'question' ? [item] : []));
}

const keysOf = (intake: Intake) => questionsOf(intake).flatMap((question) => factKeys(intake, question));

describe("the clinic's questionnaires", () => {
  it('can be asked, all of them', () => {
    expect(questionnaires.map(({ id }) => id)).toEqual(['first-visit', 'cardiology-follow-up', 'mri-safety']);
    for (const questionnaire of questionnaires) expect(compileQuestionnaire(questionnaire)).toMatchObject({ ok: true });
  });

  it('ask nine questions on a first visit, in an order that begins with why', () => {
    const asked = slotsOf(firstVisit, { answers: {}, rounds: {} });
    expect(asked.map(({ key }) => key)).toEqual([
      'reason',
      'since',
      'severity',
      'pain',
      'allergies',
      'smoking',
      'height',
      'medicines',
      'emergency-contact',
    ]);
    expect(new Set(questionsOf(firstVisit).map(({ type }) => type)).size).toBe(7);
  });

  it('share three codes between a first visit and a cardiology follow-up, with answers that fit both', () => {
    const shared = keysOf(firstVisit).filter((key) => keysOf(cardiology).includes(key));
    expect(shared.sort()).toEqual([
      'http://loinc.org|10160-0',
      'http://loinc.org|8302-2',
      'http://snomed.info/sct|609328004',
    ]);
    const { facts } = loadContent();
    for (const key of shared) {
      const [a, b] = [firstVisit, cardiology].map((intake) =>
        questionsOf(intake).find((question) => factKeys(intake, question).includes(key)),
      );
      expect([a?.type, a?.maxLength, a?.units]).toEqual([b?.type, b?.maxLength, b?.units]);
      // A week later they still stand, and nobody is asked to confirm them.
      expect(facts.byKey[key]?.days ?? facts.defaultDays).toBeGreaterThan(7);
      expect(facts.byKey[key]?.confirm).toBeUndefined();
    }
  });

  it('are answered as people speak: a height without its unit is in the unit that makes it a height', () => {
    const height = questionsOf(firstVisit).find(({ linkId }) => linkId === 'height');
    if (height === undefined) throw new Error('nobody asks the height');
    const context = {
      language: 'en',
      now: new Date('2026-11-23T08:30:00Z'),
      timeZone: 'America/Chicago',
      dateOrder: 'month-first',
      via: 'text',
    } as const;
    const read = (words: string) => readAnswer(words, height, context);
    const inches = { kind: 'quantity', value: 64, unit: 'in', code: '[in_i]' };
    for (const words of ['5 foot 4', '64', '5 ft 4 in']) expect(read(words)).toMatchObject({ values: [inches] });
    for (const words of ['163', '163 cm'])
      expect(read(words)).toMatchObject({ values: [{ kind: 'quantity', value: 163, code: 'cm' }] });
    expect(read('640')).toMatchObject({ is: 'unreadable', why: 'out-of-range' });
  });

  it('use no code for two questions of one questionnaire', () => {
    for (const { id } of questionnaires) {
      const keys = keysOf(intakeOf(id ?? ''));
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('speak all three languages, with short sentences, and say nothing that sounds like an emergency', () => {
    const { redFlags } = loadContent();
    for (const { item = [] } of questionnaires) {
      for (const { linkId, texts } of item.flatMap(everyText)) {
        expect(Object.keys(texts), linkId).toEqual(['en', 'es', 'pl']);
        expect(new Set(Object.values(texts)).size === 1 && texts.en !== 'No', linkId).toBe(false);
        for (const words of Object.values(texts)) {
          expect(words.length, words).toBeLessThanOrEqual(70);
          expect(readRedFlags(words, redFlags), words).toEqual([]);
        }
      }
    }
  });

  it('let every fact rule but those of the PHQ-9 concern a question that is asked', () => {
    const phq9 = /\|442(?:5\d|60)-\d$/;
    const keys = new Set(questionnaires.flatMap(({ id }) => keysOf(intakeOf(id ?? ''))));
    const idle = Object.keys(loadContent().facts.byKey).filter((key) => !phq9.test(key) && !keys.has(key));
    expect(idle).toEqual([]);
  });
});

describe('what a visit asks', () => {
  const follow = { system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'FOLLOWUP' };
  const routine = { system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'ROUTINE' };
  const heart = { system: 'http://snomed.info/sct', code: '394579002', display: 'Cardiology' };
  const scan = { system: 'http://snomed.info/sct', code: '113091000' };

  it.each([
    ['a routine visit', [routine], 'first-visit'],
    ['a routine visit to cardiology', [heart, routine], 'first-visit'],
    ['a follow-up in cardiology', [heart, follow], 'cardiology-follow-up'],
    ['a scan, whatever else it is', [routine, scan], 'mri-safety'],
  ])('is chosen for %s', (_, codings, id) => {
    expect(questionnaireForVisit(codings)).toBe(`${base}/${id}|1.0.0`);
  });

  it('is nothing for a visit that content does not know', () => {
    expect(questionnaireForVisit([])).toBeUndefined();
    expect(questionnaireForVisit([follow])).toBeUndefined();
    expect(questionnaireForVisit([{ system: 'https://elsewhere.example', code: 'ROUTINE' }])).toBeUndefined();
  });

  it('is always one of our own, in the version that there is', () => {
    for (const canonical of questionnairesOfVisits) expect(ownQuestionnaire(canonical)).toBeDefined();
  });
});

/** The words of an item, its options and its helps, by language. */
function everyText(item: QuestionnaireItem): readonly { linkId: string; texts: Record<string, string> }[] {
  const { linkId } = item;
  const options = (item.answerOption ?? []).map(({ valueCoding }) =>
    textsOf(valueCoding?.display, valueCoding?._display?.extension),
  );
  return [
    ...[textsOf(item.text, item._text?.extension), ...options].map((texts) => ({ linkId, texts })),
    ...(item.item ?? []).flatMap(everyText),
  ];
}

function textsOf(own: string | undefined, extensions: QuestionnaireItem['extension'] = []): Record<string, string> {
  const translated = extensions.map(({ extension = [] }) => [
    extension.find(({ url }) => url === 'lang')?.valueCode ?? '',
    extension.find(({ url }) => url === 'content')?.valueString ?? '',
  ]);
  return { en: own ?? '', ...Object.fromEntries(translated) };
}
