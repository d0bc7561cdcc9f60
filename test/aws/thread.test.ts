import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployed } from './deployed.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';

const on = deployed();
let standIns: StandIns;
const anna = '+13125550142';

beforeAll(async () => {
  standIns = await startStandIns(on);
  await standIns.sweep();
  await until(
    'a text from a number that the sweep has indexed is recognised',
    async () => !(await text(anna, 'hello')).join(' ').includes("don't know this number"),
  );
});
afterAll(async () => {
  await standIns?.close();
});

test('an intake asked for in the EHR is told by text, by keypad and by speech, and is in the chart', async () => {
  const task = await fhir('POST', '/Task', {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp', code: 'complete-questionnaire' }] },
    for: { reference: 'Patient/anna-kowalska' },
    input: [
      {
        type: { coding: [{ system: 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp', code: 'questionnaire' }] },
        valueCanonical: 'https://lakeside.example/Questionnaire/first-visit|1.0.0',
      },
    ],
  });
  await until('the first question arrives', async () => (await lastText(anna)).includes('(1 of 9)'));
  expect((await text(anna, 'I get tired fast')).join()).toContain('(2 of 9)');
  expect((await text(anna, 'about two weeks ago')).join()).toContain('(3 of 9)');
  const call = await hand('POST', `/handsets/${encodeURIComponent(anna)}/calls`, {});
  expect(call.said.join(' ')).toContain('7');
  expect((await hand('POST', `/calls/${call.callSid}/digits`, { digits: '2' })).said.join(' ')).toContain(
    '0 (none) to 10',
  );
  expect(
    (await hand('POST', `/calls/${call.callSid}/speech`, { text: 'three', confidence: 0.95 })).said.join(' '),
  ).toContain('allergic');
  await hand('POST', `/calls/${call.callSid}/hangup`, {});
  expect((await text(anna, 'no')).join()).toContain('(6 of 9)');
  await until('the Task is in progress', async () => (await fhir('GET', `/Task/${task.id}`)).status === 'in-progress');
  await until('the response is in the chart', async () => {
    const found = await fhir('GET', '/QuestionnaireResponse?subject=Patient/anna-kowalska');
    return found.entry?.[0]?.resource.item?.length >= 1;
  });
});

test('a red flag brings the emergency words, a Task for staff and a call to the on-call nurse', async () => {
  const [reply = ''] = await text('+18475550108', 'boli mnie w klatce piersiowej');
  expect(reply).toContain('911');
  await until('a Task for staff', async () => {
    const found = await fhir('GET', '/Task?patient=piotr-nowak');
    return (
      found.entry?.some(({ resource }: { resource: { priority?: string } }) => resource.priority === 'stat') === true
    );
  });
  await until(
    'the nurse is rung',
    async () => (await hand('GET', `/handsets/${encodeURIComponent('+13125550101')}`)).calls.length > 0,
  );
});

test('STOP is silent, and nothing is sent afterwards', async () => {
  const rosa = '+17735550131';
  await text(rosa, 'STOP');
  const before = (await hand('GET', `/handsets/${encodeURIComponent(rosa)}`)).messages.length;
  expect(await text(rosa, 'hola')).toEqual([]);
  const after = (await hand('GET', `/handsets/${encodeURIComponent(rosa)}`)).messages;
  expect(after.slice(before).filter(({ direction }: { direction: string }) => direction === 'outbound')).toEqual([]);
});

test('the chart shows a card for what was told, within its own store', async () => {
  const answered = await answerOf('POST', `${new URL(on.ehrUrl).origin}/cds/patient-view`, {
    patient: 'anna-kowalska',
  });
  expect(answered.cards[0]?.summary).toContain('5 of 9 answered');
});

// biome-ignore lint/suspicious/noExplicitAny: answers of the stand-ins, looked into field by field.
type Answer = any;

async function answerOf(method: string, url: string, body?: unknown): Promise<Answer> {
  const fhirBody = url.startsWith(on.ehrUrl);
  const response = await fetch(url, {
    method,
    headers: { 'content-type': fhirBody ? 'application/fhir+json' : 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

function hand(method: string, path: string, body?: unknown): Promise<Answer> {
  return answerOf(method, `${on.carrierUrl}${path}`, body);
}

function fhir(method: string, path: string, body?: unknown): Promise<Answer> {
  return answerOf(method, `${on.ehrUrl}${path}`, body);
}

async function text(from: string, body: string): Promise<readonly string[]> {
  return (await hand('POST', `/handsets/${encodeURIComponent(from)}/messages`, { body })).replies ?? [];
}

async function lastText(number: string): Promise<string> {
  const { messages } = await hand('GET', `/handsets/${encodeURIComponent(number)}`);
  return messages.findLast(({ direction }: { direction: string }) => direction === 'outbound')?.body ?? '';
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Never came true: ${what}`);
}
