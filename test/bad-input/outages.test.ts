import type { QuestionnaireResponse, Task } from 'fhir/r4.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { intakeTask, patient, questionnaire } from '../host/asking.ts';
import { type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import {
  firstQuestion,
  inChart,
  newNumber,
  prepare,
  secondQuestion,
  thirdQuestion,
  waitingPatient,
} from './one-patient.ts';

let host: RunningHost;
let hands: Hands;
beforeAll(async () => {
  host = await startHost();
  hands = handsOn(host.endpoints);
  await prepare(hands);
});
afterAll(() => host.remove());
afterEach(async () => {
  await hands.carrierFaults({});
  await hands.ehrFaults({});
  // Whoever was waited for is asked again.
  await hands.advance('PT2H');
});

const canonical = 'https://lakeside.example/Questionnaire/bad-input|1';
const sentTo = async (number: string) =>
  (await hands.handset(number)).messages.filter(({ direction }) => !direction.startsWith('in'));
const countOf = (messages: readonly { readonly body: string }[], words: string) =>
  messages.filter(({ body }) => body.includes(words)).length;

describe('the carrier does not take our text: it is sent once, later', () => {
  it.each([
    ['429', { restStatus: 429 }],
    ['500', { restStatus: 500 }],
    ['503 for everything', { unavailable: true }],
  ])('%s', async (_, faults) => {
    const number = newNumber();
    const { id } = await hands.create(patient(number));
    await hands.settle();
    await hands.carrierFaults(faults);
    await hands.create(intakeTask(id, canonical));
    await hands.settle();
    await hands.advance('PT1M');
    expect(countOf(await sentTo(number), firstQuestion)).toBe(0);
    await hands.carrierFaults({});
    await hands.advance('PT20M');
    expect(countOf(await sentTo(number), firstQuestion)).toBe(1);
    expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
    expect(await inChart(hands, id)).toEqual({ first: 'a cough' });
  });

  it('no answer at all, though it may have taken the text: never twice', async () => {
    const number = newNumber();
    const { id } = await hands.create(patient(number));
    await hands.settle();
    await hands.carrierFaults({ timeouts: true });
    await hands.create(intakeTask(id, canonical));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await hands.carrierFaults({});
    await hands.advance('PT20M');
    expect(countOf(await sentTo(number), firstQuestion)).toBe(1);
    expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
  }, 120_000);

  it('what arrives nowhere is given to the desk, and the patient can still answer', async () => {
    const number = newNumber();
    const { id } = await hands.create(patient(number));
    await hands.settle();
    await hands.carrierFaults({ undeliveredRate: 1, errorCode: 30003 });
    await hands.create(intakeTask(id, canonical));
    await hands.settle();
    await hands.carrierFaults({});
    const tasks = await hands.search<Task>(`Task?patient=${id}&_count=50`);
    expect(tasks.map(({ description }) => description).join()).toContain('could not be delivered');
    expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
    expect(await inChart(hands, id)).toEqual({ first: 'a cough' });
  });
});

describe('the EHR fails: the patient does not notice, and everything is written later, once', () => {
  it.each<[string, object]>([
    ['401', { status: 401 }],
    ['404', { status: 404 }],
    ['409', { status: 409 }],
    ['412', { status: 412 }],
    ['422', { status: 422 }],
    ['429 with Retry-After', { status: 429, retryAfter: 1, only: { type: 'QuestionnaireResponse' } }],
    ['500', { status: 500 }],
    ['garbage for an answer', { garbage: true }],
    ['every second answer is garbage', { garbage: true, rate: 0.5 }],
  ])(
    '%s',
    async (_, faults) => {
      const { number, patient: id, task } = await waitingPatient(hands);
      await hands.ehrFaults(faults);
      expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await hands.text(number, 'since Monday')).toEqual([expect.stringContaining(thirdQuestion)]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await hands.text(number, 'nothing else')).toEqual([expect.stringContaining("That's everything")]);
      await hands.settle();
      await hands.ehrFaults({});
      await hands.advance('PT2H');
      expect(await inChart(hands, id)).toEqual({ first: 'a cough', second: 'since Monday', third: 'nothing else' });
      const [response] = await hands.search<QuestionnaireResponse>(`QuestionnaireResponse?subject=Patient/${id}`);
      expect(response?.status).toBe('completed');
      expect(response?.item?.map(({ linkId }) => linkId)).toEqual(['first', 'second', 'third']);
      expect(await hands.read<Task>(`Task/${task}`)).toMatchObject({
        status: 'completed',
        output: [{ valueReference: { reference: `QuestionnaireResponse/${response?.id}` } }],
      });
    },
    120_000,
  );

  it('no answer at all', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    await hands.ehrFaults({ timeouts: true });
    expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await hands.ehrFaults({});
    await hands.advance('PT2H');
    expect(await inChart(hands, id)).toEqual({ first: 'a cough' });
  }, 120_000);

  it('a Task that comes while nothing can be read starts its intake all the same, or afterwards, and once', async () => {
    const number = newNumber();
    const { id } = await hands.create(patient(number));
    await hands.settle();
    await hands.ehrFaults({ status: 500, only: { method: 'GET' } });
    await hands.create(intakeTask(id, canonical));
    await hands.settle();
    await hands.ehrFaults({});
    await hands.advance('PT2H');
    expect(countOf(await sentTo(number), firstQuestion)).toBe(1);
  }, 120_000);

  it('down for hours: what several people said is there, each in order', async () => {
    const people = await Promise.all([waitingPatient(hands), waitingPatient(hands)]);
    await hands.ehrFaults({ status: 503 });
    for (const [n, { number }] of people.entries()) {
      await hands.text(number, `cough ${n}`);
      await hands.text(number, `since day ${n}`);
    }
    await hands.advance('PT4H');
    await hands.ehrFaults({});
    await hands.advance('PT2H');
    for (const [n, { patient: id }] of people.entries())
      expect(await inChart(hands, id)).toEqual({ first: `cough ${n}`, second: `since day ${n}` });
  }, 120_000);

  it('seven questionnaires ended while it was down: more than the hot state holds, and all of them get into the chart', async () => {
    const number = newNumber();
    const { id } = await hands.create(patient(number));
    for (let n = 1; n <= 7; n++)
      await hands.create(questionnaire(`outage-${n}`, [{ linkId: 'only', type: 'text', text: `Question ${n}?` }]));
    await hands.settle();
    for (let n = 1; n <= 7; n++) {
      await hands.create(intakeTask(id, `https://lakeside.example/Questionnaire/outage-${n}|1`));
      await hands.settle();
    }
    await hands.ehrFaults({ status: 503 });
    for (let n = 1; n <= 7; n++) await hands.text(number, `answer ${n}`);
    await hands.advance('PT30M');
    await hands.ehrFaults({});
    await hands.advance('PT2H');
    const responses = await hands.search<QuestionnaireResponse>(
      `QuestionnaireResponse?subject=Patient/${id}&_count=50`,
    );
    expect(responses.map(({ item, status }) => `${status} ${item?.[0]?.answer?.[0]?.valueString}`).sort()).toEqual(
      Array.from({ length: 7 }, (_, n) => `completed answer ${n + 1}`),
    );
    const tasks = await hands.search<Task>(`Task?patient=${id}&_count=50`);
    expect(tasks.map(({ status }) => status)).toEqual(Array(7).fill('completed'));
  }, 120_000);
});
