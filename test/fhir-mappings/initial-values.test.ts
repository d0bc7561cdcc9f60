import type { Patient, Questionnaire, QuestionnaireItem } from 'fhir/r4.js';
import { describe, expect, it, vi } from 'vitest';
import { withInitialValues } from '../../fhir-mappings/initial-values.ts';
import { compileQuestionnaire } from '../../fhir-mappings/questionnaire.ts';
import { compiled, questionIn } from './questionnaires.ts';
import { hasRealResources, realResource } from './real-resources.ts';

const anna: Patient = {
  resourceType: 'Patient',
  id: 'anna',
  gender: 'female',
  birthDate: '1990-02-01',
  name: [{ given: ['Anna', 'Maria'], family: 'Kowalska' }],
  telecom: [{ system: 'phone', use: 'mobile', value: '555-1' }],
};
const ask = (
  linkId: string,
  type: QuestionnaireItem['type'],
  expression: string,
  more: Partial<QuestionnaireItem> = {},
): QuestionnaireItem => ({
  linkId,
  type,
  text: '?',
  ...more,
  extension: [
    {
      url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression',
      valueExpression: { language: 'text/fhirpath', expression },
    },
  ],
});
const options: QuestionnaireItem['answerOption'] = [
  { valueCoding: { system: 'http://hl7.org/fhir/administrative-gender', code: 'female', display: 'Female' } },
];

describe('what the chart already knows', () => {
  it('is found in the type that the question asks for, and marked as from the chart', () => {
    const intake = withInitialValues(
      compiled(
        [
          ask('birth', 'date', '%patient.birthDate'),
          ask('name', 'string', '%patient.name.given', { repeats: true }),
          ask('first', 'string', '%patient.name.given'),
          ask('gender', 'choice', '%patient.gender', { answerOption: options }),
          ask('adult', 'boolean', '%patient.birthDate <= today() - 18 years'),
          ask('count', 'integer', '%patient.name.given.count()'),
          ask('where', 'reference', '%encounter.subject'),
          ask('day', 'date', 'today()'),
        ].map((item) => (item.type === 'reference' ? { ...item, readOnly: true } : item)),
      ),
      {
        patient: anna,
        encounter: { resourceType: 'Encounter', status: 'planned', class: {}, subject: { reference: 'Patient/anna' } },
      },
      '2026-03-02T23:30:00-06:00',
    );
    expect(
      ['birth', 'name', 'first', 'gender', 'adult', 'count', 'where', 'day'].map(
        (linkId) => questionIn(intake, linkId).initial,
      ),
    ).toEqual([
      [{ kind: 'date', value: '1990-02-01' }],
      [
        { kind: 'string', value: 'Anna' },
        { kind: 'string', value: 'Maria' },
      ],
      [{ kind: 'string', value: 'Anna' }],
      [{ kind: 'coding', system: 'http://hl7.org/fhir/administrative-gender', code: 'female', display: 'Female' }],
      [{ kind: 'boolean', value: true }],
      [{ kind: 'integer', value: 2 }],
      [{ kind: 'reference', reference: 'Patient/anna' }],
      [{ kind: 'date', value: '2026-03-02' }],
    ]);
    expect(questionIn(intake, 'birth').initialFromChart).toBe(true);
  });

  it('is left open when an expression finds nothing, fails, prints or needs a clock that nobody handed in', () => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const before = compiled([
      ask('missing', 'string', '%patient.photo.title'),
      ask('unknown', 'string', '%nobody.name'),
      ask('type', 'integer', '%patient.birthDate'),
      ask('option', 'choice', "'male'", { answerOption: options }),
      ask('clock', 'date', 'today()'),
      ask('server', 'boolean', "%patient.gender.memberOf('http://x.example')"),
      ask('traced', 'string', "%patient.name.given.trace('n').where(false)"),
    ]);
    const after = withInitialValues(before, { patient: anna });
    expect(after).toEqual(before);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('leaves the intake and the chart as they were', () => {
    const before = compiled([ask('birth', 'date', '%patient.birthDate')]);
    const copies = structuredClone({ before, anna });
    withInitialValues(before, { patient: anna });
    expect({ before, anna }).toEqual(copies);
  });

  it('is found by the population context of a group that does not repeat', () => {
    const context = [
      {
        url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemPopulationContext',
        valueExpression: { name: 'called', language: 'text/fhirpath', expression: '%patient.name.first()' },
      },
    ];
    const group = (linkId: string, repeats: boolean): QuestionnaireItem => ({
      linkId,
      type: 'group',
      repeats,
      extension: context,
      item: [ask(`${linkId}.family`, 'string', '%called.family')],
    });
    const intake = withInitialValues(compiled([group('once', false), group('often', true)]), { patient: anna });
    expect(questionIn(intake, 'once.family').initial).toEqual([{ kind: 'string', value: 'Kowalska' }]);
    expect(questionIn(intake, 'often.family').initial).toEqual([]);
  });

  it.skipIf(!hasRealResources)('fills the pre-population questionnaire of SDC', () => {
    const result = compileQuestionnaire(
      realResource<Questionnaire>(
        'sdc/Questionnaire-questionnaire-sdc-test-fhirpath-prepop-initialexpression.json',
        'Questionnaire',
      ),
    );
    if (!result.ok) throw new Error('refused');
    const intake = withInitialValues(result.intake, { patient: anna });
    expect(
      ['family-name', 'given-names', 'dob', 'contact-number', 'medicare-number'].map((linkId) =>
        questionIn(intake, linkId).initial.map((value) => ('value' in value ? value.value : value)),
      ),
    ).toEqual([['Kowalska'], ['Anna'], ['1990-02-01'], ['555-1'], []]);
  });
});
