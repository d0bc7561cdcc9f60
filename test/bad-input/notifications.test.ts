import type { Questionnaire, QuestionnaireItem, Task } from 'fhir/r4.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intakeTask, patient, questionnaire } from '../host/asking.ts';
import { type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import { newNumber, prepare, secondQuestion, waitingPatient } from './one-patient.ts';

let host: RunningHost;
let hands: Hands;
beforeAll(async () => {
  host = await startHost();
  hands = handsOn(host.endpoints);
  await prepare(hands);
});
afterAll(() => host.remove());

describe('a notification that is not one is refused with its reason, and what the EHR knows is still followed', () => {
  const history = { resourceType: 'Bundle', type: 'searchset', entry: [] };
  it.each<[string, string, number, string]>([
    ['malformed JSON', '{"resourceType": "Patient"', 400, 'not-json'],
    ['no resource', '[1, 2]', 422, 'not-a-resource'],
    ['a word', '"hello"', 422, 'not-a-resource'],
    ['a Bundle of search results', JSON.stringify(history), 422, 'not-a-notification'],
    ['a document Bundle', JSON.stringify({ ...history, type: 'document' }), 422, 'not-a-notification'],
    ['a history Bundle without a status', JSON.stringify({ ...history, type: 'history' }), 422, 'not-a-notification'],
    ['a resource without an id', JSON.stringify({ resourceType: 'Patient' }), 422, 'no-id'],
  ])('%s', async (_, body, status, problem) => {
    const refused = await hands.notify(body);
    expect(refused.status).toBe(status);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.json).toMatchObject({ type: `https://told-once.dev/problems/${problem}`, status });
    expect((await hands.notify(body, { 'content-type': 'text/xml' })).status).toBe(415);
  });

  it('a type that the path does not name, and a path that leads nowhere', async () => {
    const body = JSON.stringify({ resourceType: 'Patient', id: 'x' });
    expect((await hands.notify(body, {}, '/Task/x')).status).toBe(422);
    expect((await hands.notify(body, {}, '/Patient/y')).status).toBe(422);
    expect((await hands.notify(body, {}, '/patient/../../x')).status).toBe(404);
    expect((await hands.notify(body, {}, '/Patient/x/_history/1/2')).status).toBe(404);
  });

  it.each([
    ['none', { 'x-ehr-secret': '' }],
    ['a wrong one', { 'x-ehr-secret': 'wrong' }],
    ['a very long one', { 'x-ehr-secret': 'x'.repeat(5_000) }],
  ])('with the secret: %s', async (_, header) => {
    const refused = await hands.notify(JSON.stringify({ resourceType: 'Patient', id: 'anna-kowalska' }), header);
    expect(refused.status).toBe(401);
    expect(refused.text).not.toContain(host.endpoints.ehrNotification.secret);
  });

  it('a resource that the EHR does not have changes nothing', async () => {
    const made = {
      resourceType: 'Patient',
      id: 'nobody',
      name: [{ given: ['Nobody'] }],
      telecom: [{ system: 'phone', value: newNumber() }],
    };
    expect((await hands.notify(JSON.stringify(made))).status).toBe(200);
    await hands.settle();
    expect(await hands.story('nobody')).toBeUndefined();
  });

  it('and afterwards a real Task still starts an intake', async () => {
    const { number } = await waitingPatient(hands);
    expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
  });
});

const core = 'http://hl7.org/fhir/StructureDefinition';
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire';
const text: QuestionnaireItem = { linkId: 'sound', type: 'string', text: 'Anything?' };
const broken = (more: Partial<QuestionnaireItem>): QuestionnaireItem[] => [
  text,
  { linkId: 'broken', type: 'string', text: 'Broken?', ...more },
];
const when = (question: string, more: object = {}): QuestionnaireItem['enableWhen'] => [
  { question, operator: '=', answerString: 'x', ...more },
];
const nested = (levels: number, repeats: boolean): QuestionnaireItem =>
  levels === 0
    ? text
    : {
        linkId: levels === 1 ? 'broken' : `g${levels}`,
        type: 'group',
        text: 'g',
        repeats,
        item: [nested(levels - 1, repeats)],
      };
const expression = (name: string, said: string) => [
  { url: `${sdc}-${name}`, valueExpression: { language: 'text/fhirpath', expression: said } },
];

/** Each way in which a questionnaire that an EHR accepts cannot be asked; `names` is what the Task must say. */
const unfit: readonly [string, QuestionnaireItem[], string, Partial<Questionnaire>?][] = [
  ['a choice without options', broken({ type: 'choice' }), 'broken'],
  [
    'a value set that nobody can expand',
    broken({ type: 'choice', answerValueSet: 'http://nowhere.example/vs' }),
    'broken',
  ],
  [
    'an option that is only a code',
    broken({ type: 'choice', answerOption: [{ valueCoding: { code: 'LA6568-5' } }] }),
    'broken',
  ],
  [
    'a hundred and one options',
    broken({ type: 'choice', answerOption: Array.from({ length: 101 }, (_, n) => ({ valueInteger: n })) }),
    'broken',
  ],
  ['a required reference', broken({ type: 'reference', required: true }), 'broken'],
  ['no words', [text, { linkId: 'broken', type: 'string' }], 'broken'],
  ['a condition on a question that is not there', broken({ enableWhen: when('nowhere') ?? [] }), 'broken'],
  ['a condition on itself', broken({ enableWhen: when('broken') ?? [] }), 'broken'],
  [
    'conditions in a circle',
    [
      ...broken({ enableWhen: when('other') ?? [] }),
      { linkId: 'other', type: 'string', text: '?', enableWhen: when('broken') ?? [] },
    ],
    'broken',
  ],
  ['an operator that the type has not', broken({ enableWhen: when('sound', { operator: '>' }) ?? [] }), 'broken'],
  ['a condition by expression', broken({ extension: expression('enableWhenExpression', 'true') }), 'broken'],
  ['an expression that cannot be read', broken({ extension: expression('initialExpression', '%patient.(') }), 'broken'],
  ['a pattern that cannot be read', broken({ extension: [{ url: `${core}/regex`, valueString: '(' }] }), 'broken'],
  [
    'bounds of another type',
    broken({ type: 'date', extension: [{ url: `${core}/minValue`, valueInteger: 1 }] }),
    'broken',
  ],
  ['a first value of another type', broken({ type: 'integer', initial: [{ valueString: 'x' }] }), 'broken'],
  [
    'units from elsewhere',
    broken({
      type: 'quantity',
      extension: [{ url: `${core}/questionnaire-unitValueSet`, valueCanonical: 'http://nowhere.example/vs' }],
    }),
    'broken',
  ],
  [
    'a modifier that we do not know',
    broken({ modifierExtension: [{ url: 'http://x.example', valueBoolean: true }] }),
    'broken',
  ],
  ['eleven levels', [nested(11, false)], 'broken'],
  ['groups that repeat within groups that repeat', [nested(3, true)], 'g'],
  ['nothing to ask', [{ linkId: 'broken', type: 'display', text: 'Hello' }], 'question'],
  ['a retired one', [text], 'retired', { status: 'retired' }],
  ['one about places', [text], 'patient', { subjectType: ['Location'] }],
];

describe('a questionnaire that cannot be asked rejects its Task, with the linkId and the reason, and nobody is texted', () => {
  it.each(unfit)('%s', async (name, items, names, more = {}) => {
    const number = newNumber();
    const { id } = await hands.create(patient(number));
    const canonical = `unfit-${name.replaceAll(/\W+/g, '-')}`;
    const made = { ...questionnaire(canonical, items), ...more };
    const task = await createThrough(made, id);
    const rejected = await hands.read<Task>(`Task/${task}`);
    expect(rejected.status).toBe('rejected');
    expect(rejected.statusReason?.text).toContain(names);
    expect(rejected.statusReason?.text?.length).toBeGreaterThan(40);
    expect((await hands.handset(number)).messages).toEqual([]);
    expect((await hands.story(id))?.story.conversations).toEqual([]);
  });

  async function createThrough(made: Questionnaire, id: string): Promise<string> {
    await hands.create(made);
    await hands.settle();
    const { id: task } = await hands.create(intakeTask(id, `${made.url}|1`));
    await hands.settle();
    return task;
  }

  it('a questionnaire that is not in the chart, and a Task that names none', async () => {
    const { id } = await hands.create(patient(newNumber()));
    const missing = await hands.create(intakeTask(id, 'https://lakeside.example/Questionnaire/none|9'));
    const { input: _, ...without } = intakeTask(id, 'x');
    const unnamed = await hands.create(without);
    await hands.settle();
    expect(await hands.read<Task>(`Task/${missing.id}`)).toMatchObject({
      status: 'rejected',
      statusReason: { text: expect.stringContaining('is not in the chart') },
    });
    expect(await hands.read<Task>(`Task/${unnamed.id}`)).toMatchObject({
      status: 'rejected',
      statusReason: { text: expect.stringContaining('does not name a questionnaire') },
    });
  });

  it('a patient who is not in the EHR', async () => {
    const task = await hands.create(intakeTask('is-not-there', 'https://lakeside.example/Questionnaire/bad-input|1'));
    await hands.settle();
    expect(await hands.read<Task>(`Task/${task.id}`)).toMatchObject({
      status: 'rejected',
      statusReason: { text: expect.stringContaining('not in the chart') },
    });
  });

  it('a patient whose number in the chart is no number: not texted, but asked on a page or at the desk', async () => {
    const { id } = await hands.create(patient('ask her sister'));
    const task = await hands.create(intakeTask(id, 'https://lakeside.example/Questionnaire/bad-input|1'));
    await hands.settle();
    expect((await hands.read<Task>(`Task/${task.id}`)).status).toBe('accepted');
    expect((await hands.story(id))?.story.conversations).toHaveLength(1);
  });
});
