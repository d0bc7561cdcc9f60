import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { twiml } from '../carrier/recorded-api.ts';
import { accessibilityFaults, openBrowser } from './browser.ts';
import { NIGHT, type RunningConsole, startConsole } from './running-console.ts';

const ANNA = '+13125550142';
const CARD = '9f1c3a52-6f0b-4d8e-9c55-0a4f7d1f2b11';
const SEEN = '0c7de7a4-52d3-4ad5-93d8-4a44d92a6c20';
let running: RunningConsole;
let browser: Browser;
let failures: string[] = [];

/** A visit as the story has it; its Appointment is stored when a test asks for it. */
const planned = {
  appointment: 'the-visit',
  state: 'booked',
  start: '2026-03-12T15:40:00Z',
  requirements: [
    {
      id: 'referral',
      kind: 'referral',
      owner: 'referring-practice',
      state: 'open',
      due: '2026-03-10T23:00:00Z',
      says: { default: 'We wait for the referral.' },
    },
    {
      id: 'arrival',
      kind: 'arrival',
      owner: 'patient',
      state: 'open',
      due: '2026-03-12T15:10:00Z',
      says: { default: 'Please be here by {due}.' },
    },
  ],
};

const asJson = (body: unknown) => ({ type: 'application/json', body: JSON.stringify(body) });

beforeAll(async () => {
  running = await startConsole({
    story: async (patient) => (patient === 'anna-kowalska' ? { story: { id: patient, visits: [planned] } } : undefined),
  });
  const { api } = running;
  api.reply(
    '/twilio/sms',
    twiml('<Message>If this is new or worse, call 911 now. We have told the on-call nurse.</Message>'),
  );
  api.reply(
    '/twilio/voice',
    twiml(
      '<Say>Hello Anna, this is Lakeside Clinic. You have 6 questions left.</Say><Gather input="dtmf speech" action="/twilio/voice/turn" finishOnKey="#"><Say>Do you smoke? For yes, press 1. For no, press 2.</Say></Gather>',
    ),
  );
  api.reply('/twilio/voice/turn', (webhook) =>
    twiml(
      `<Say>I heard: ${webhook.params.SpeechResult ?? webhook.params.Digits ?? 'nothing'}.</Say><Gather input="dtmf speech" action="/twilio/voice/turn"><Say>Is that right?</Say></Gather>`,
    ),
  );
  api.reply('/cds-services', () => asJson({ services: [{ hook: 'patient-view', id: 'told-once', description: 'x' }] }));
  api.reply('/cds-services/told-once', () =>
    asJson({
      cards: [
        {
          uuid: CARD,
          summary: '8 of 9 answered; one open. Wrote at 2:14 AM that her chest feels tight',
          detail:
            '**New since the last visit**\n\n- Chest tightness, *by text*, 2:14 AM\n- Smoking: no <b>longer</b>\n\nOpen: allergies',
          indicator: 'warning',
          source: { label: 'Told Once' },
          suggestions: [{ label: 'Seen', uuid: SEEN }],
          links: [{ label: 'Open the desk page', url: `${api.url}/staff/desk`, type: 'smart' }],
        },
      ],
    }),
  );
  api.reply('/cds-services/told-once/feedback', () => asJson({}));
  api.reply('/staff/desk', () => ({ type: 'text/html', body: '<!doctype html><title>desk</title>' }));
  const text = await fetch(`${running.url}/carrier/handsets/${encodeURIComponent(ANNA)}/messages`, {
    method: 'POST',
    body: JSON.stringify({ body: 'my chest feels tight, can I see someone' }),
  });
  expect(text.status).toBe(200);
  await seedChart();
  happen();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await running.close();
});

beforeEach(() => {
  failures = [];
});
afterEach(() => {
  expect(failures).toEqual([]);
});

async function store(resource: { resourceType: string }): Promise<void> {
  const response = await fetch(`${running.ehr}/${resource.resourceType}`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  expect(response.status, await response.text()).toBe(201);
}

async function seedChart(): Promise<void> {
  const subject = { reference: 'Patient/anna-kowalska' };
  const given = (channel: string, at: string, more: readonly object[] = []) => [
    {
      url: 'https://told-once.dev/fhir/StructureDefinition/answer-provenance',
      extension: [{ url: 'channel', valueCode: channel }, { url: 'at', valueInstant: at }, ...more],
    },
  ];
  await store({
    resourceType: 'Appointment',
    status: 'booked',
    start: '2026-03-02T15:40:00Z',
    end: '2026-03-02T16:10:00Z',
    appointmentType: { text: 'New problem' },
    participant: [{ actor: subject, status: 'accepted' }],
  } as { resourceType: string });
  await store({
    resourceType: 'QuestionnaireResponse',
    status: 'in-progress',
    questionnaire: 'https://lakeside.example/Questionnaire/first-visit|1.0.0',
    subject,
    authored: '2026-03-02T08:31:00Z',
    item: [
      {
        linkId: 'reason',
        text: 'What brings you in?',
        extension: given('sms', '2026-03-02T08:31:00Z'),
        answer: [{ valueString: 'Tight feeling in my chest at night' }],
      },
      {
        linkId: 'since',
        text: 'How many weeks have you had it?',
        extension: given('voice-speech', '2026-03-02T13:57:00Z', [
          { url: 'confidence', valueDecimal: 0.62 },
          { url: 'readBack', valueBoolean: true },
          { url: 'corrects', valueString: '30' },
        ]),
        answer: [{ valueInteger: 3 }],
      },
      {
        linkId: 'allergies',
        text: 'Any allergies to medicines?',
        extension: given('voice-keypad', '2026-03-02T13:58:00Z'),
        answer: [
          {
            extension: [
              { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'asked-unknown' },
            ],
          },
        ],
      },
    ],
  } as { resourceType: string });
  await store({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'stat',
    code: { text: 'Something that may be wrong was said' },
    description: 'Anna wrote: “my chest feels tight, can I see someone”',
    for: subject,
    authoredOn: '2026-03-02T08:14:05Z',
  } as { resourceType: string });
}

function happen(): void {
  const event = (type: string, data: object, minute: number) =>
    running.emit({
      at: new Date(NIGHT.getTime() + minute * 60_000).toISOString(),
      type,
      patient: 'anna-kowalska',
      cause: `test/${type}/${minute}`,
      data,
    });
  event('concern-raised', { concern: 'c', flags: ['chest-pain'], kind: 'emergency' }, 0);
  event('person-requested', { because: 'red-flag', urgency: 'stat' }, 0);
  event('conversation-started', { conversation: 'task/1', intake: 'x|1', queued: false }, 9);
  event('answer-recorded', { conversation: 'task/1', slot: 'reason', channel: 'sms', corrected: false }, 17);
  event('message-status-changed', { message: 'm', state: 'delivered' }, 17);
  event('answer-recorded', { conversation: 'task/1', slot: 'since', channel: 'voice-speech', corrected: true }, 343);
}

async function opened(width: number, height: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('pageerror', (error) => failures.push(error.message));
  await page.goto(running.url);
  await page.locator('body[data-ready="yes"]').waitFor();
  await page.getByText('8 of 9 answered').waitFor({ state: 'attached' });
  await page.getByText('my chest feels tight, can I see someone').first().waitFor({ state: 'attached' });
  return page;
}

async function clockNow(): Promise<number> {
  const answer = await fetch(`${running.url}/clock`);
  return Date.parse(z.object({ now: z.string() }).parse(await answer.json()).now);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/console-${name}.png` });
}

describe('the console', () => {
  test.each([
    [1440, 900, 'light'],
    [1440, 900, 'dark'],
    [390, 844, 'light'],
    [390, 844, 'dark'],
  ] as const)('is clean to axe at %i by %i, %s, and fits', async (width, height, scheme) => {
    const page = await opened(width, height, scheme);
    const views = width < 1180 ? ['Phones', 'Chart', 'Story'] : [''];
    for (const view of views) {
      if (view !== '') await page.getByRole('button', { name: view, exact: true }).click();
      await shoot(page, `${width}-${scheme}${view === '' ? '' : `-${view}`}`);
      expect(await accessibilityFaults(page), view).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBe(width);
    }
    await page.context().close();
  });

  test('shows the chart with how and when each answer was given, and what it corrected', async () => {
    const page = await opened(1440, 900);
    const chart = await page.getByRole('region', { name: 'Chart, as staff see it' }).innerText();
    for (const words of [
      'Tight feeling in my chest at night',
      'by text · Mon, Mar 2, 2:31 AM',
      'on the phone, by voice · Mon, Mar 2, 7:57 AM · heard with 62% certainty · read back and confirmed',
      'Corrected. Before: “30”',
      'doesn’t know',
      'Smoking: no <b>longer</b>',
      'Mon, Mar 2, 9:40 AM',
    ])
      expect(chart).toContain(words);
    await page.context().close();
  });

  test('sends texts, makes a call, and shows what was said by both sides', async () => {
    const page = await opened(1440, 900);
    const phone = page.getByRole('article').first();
    await phone.getByPlaceholder('Text the clinic').fill('Since Tuesday');
    await phone.getByPlaceholder('Text the clinic').press('Enter');
    await phone.getByText('Since Tuesday').waitFor();
    expect(running.api.on('/twilio/sms').at(-1)).toMatchObject({ Body: 'Since Tuesday', From: ANNA });

    await phone.getByRole('button', { name: 'Call' }).click();
    await phone.getByText('You have 6 questions left').waitFor();
    // Both keys at once: a pause between them would send the first alone, as on a real call.
    await page.evaluate(
      `for (const key of ['2', '#']) [...document.querySelectorAll('.pad button')].find((one) => one.firstChild.data === key).click()`,
    );
    await phone.getByText('I heard: 2.').waitFor();
    expect(running.api.on('/twilio/voice/turn').at(-1)).toMatchObject({ Digits: '2' });

    await phone.getByLabel('How clearly').fill('0.42');
    await phone.getByPlaceholder('What is said').fill('three weeks');
    await phone.getByRole('button', { name: 'Say', exact: true }).click();
    await phone.getByText('said “three weeks” (mumbled)').waitFor();
    expect(running.api.on('/twilio/voice/turn').at(-1)).toMatchObject({
      SpeechResult: 'three weeks',
      Confidence: '0.42',
    });
    await phone.getByText('I heard: three weeks.').waitFor();
    await shoot(page, 'call');
    // Nothing on a phone is wider than the phone.
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('.handset, .handset *')].filter((one) => one.getBoundingClientRect().right > one.closest('.handset').getBoundingClientRect().right + 0.5).length`,
      ),
    ).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    const lines = await phone.locator('.spoken').allInnerTexts();
    expect(lines.indexOf('pressed 2 #')).toBeLessThan(lines.indexOf('I heard: 2.'));
    expect(lines.indexOf('pressed 2 #')).toBeGreaterThan(0);
    await phone.getByRole('button', { name: 'Hang up' }).click();
    await phone.getByPlaceholder('Text the clinic').waitFor();
    await page.context().close();
  });

  test('answers a call that the clinic makes, on a phone that was not on the screen', async () => {
    const page = await opened(1440, 900);
    const { api, carrier } = running;
    const placed = await fetch(`${carrier}/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from('AC00000000000000000000000000000001:a-token-for-tests').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ To: '+13125550100', From: '+13125550199', Url: `${api.url}/twilio/voice` }),
    });
    expect(placed.status).toBe(201);
    await page.getByRole('button', { name: 'New on: Front desk' }).click();
    const second = page.getByRole('article').nth(1);
    await second.getByText('The clinic is calling').waitFor();
    await shoot(page, 'ringing');
    expect(await page.getByRole('button', { name: 'New on: Front desk' }).count()).toBe(0);
    await second.getByRole('button', { name: 'Answer' }).click();
    await second.getByText('You have 6 questions left').waitFor();
    await second.getByRole('button', { name: 'Hang up' }).click();
    await page.context().close();
  });

  test('says "Seen" to the service, and opens the desk page by a launch of its own', async () => {
    const page = await opened(1440, 900);
    const [desk] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Open the desk page' }).click(),
    ]);
    await desk.waitForURL(/launch=/);
    const url = new URL(desk.url());
    expect(url.searchParams.get('iss')).toBe(running.ehr);
    expect(url.searchParams.get('launch')).toMatch(/\S{8,}/);

    const feedback = page.waitForRequest((request) => request.url().endsWith('/ehr/cds-feedback'));
    await page.getByRole('button', { name: 'Seen' }).click();
    expect((await feedback).postDataJSON()).toMatchObject({
      service: 'told-once',
      feedback: [{ card: CARD, outcome: 'accepted', acceptedSuggestions: [{ id: SEEN }] }],
    });
    await page.getByText('Seen: noted.').waitFor();
    expect(running.api.got.some(({ path }) => path === '/cds-services/told-once/feedback')).toBe(true);
    await page.context().close();
  });

  test('asks for an intake by a Task of Structured Data Capture, and books a visit at the clinic’s time', async () => {
    const page = await opened(1440, 900);
    await page.getByText('Ask for an intake').click();
    await page.getByLabel('Questions').selectOption({ index: 0 });
    const [task] = await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith('/ehr/fhir/Task') && answer.request().method() === 'POST'),
      page.getByRole('button', { name: 'Ask the patient' }).click(),
    ]);
    expect(task.status()).toBe(201);
    expect(await task.json()).toMatchObject({
      status: 'requested',
      code: { coding: [{ code: 'complete-questionnaire' }] },
      for: { reference: 'Patient/anna-kowalska' },
      input: [{ valueCanonical: expect.stringMatching(/^https:\/\/lakeside\.example\/Questionnaire\/[\w-]+\|1/) }],
    });
    await page.getByText('Book a visit').click();
    await page.getByLabel('When (clinic’s time)').fill('2026-07-02T09:40');
    const [visit] = await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith('/ehr/fhir/Appointment')),
      page.getByRole('button', { name: 'Book it' }).click(),
    ]);
    expect(visit.status()).toBe(201);
    expect(await visit.json()).toMatchObject({ status: 'booked', start: '2026-07-02T14:40:00.000Z' });
    await page.getByText('Thu, Jul 2, 9:40 AM').first().waitFor({ state: 'attached' });
    await page.context().close();
  });

  test('shows what a visit needs as the patient hears it, and does in the EHR what meets it', async () => {
    const response = await fetch(`${running.ehr}/Appointment/the-visit`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Appointment',
        id: 'the-visit',
        status: 'booked',
        start: planned.start,
        end: '2026-03-12T16:10:00Z',
        serviceType: [{ coding: [{ system: 'http://snomed.info/sct', code: '51619007' }] }],
        participant: [{ actor: { reference: 'Patient/anna-kowalska' }, status: 'accepted' }],
      }),
    });
    expect(response.status).toBe(201);
    const page = await opened(1440, 900);
    await page.getByText('Please be here by Thu, Mar 12, 10:10 AM. (patient)').waitFor({ state: 'attached' });
    const [written] = await Promise.all([
      page.waitForResponse(
        (answer) => answer.url().endsWith('/ehr/fhir/Appointment/the-visit') && answer.request().method() === 'PUT',
      ),
      page.locator('[data-need="referral"] button').click(),
    ]);
    const { basedOn } = z.object({ basedOn: z.array(z.object({ reference: z.string() })) }).parse(await written.json());
    const order = await (await fetch(`${running.ehr}/${basedOn[0]?.reference ?? ''}`)).json();
    expect(order).toMatchObject({
      resourceType: 'ServiceRequest',
      status: 'active',
      code: { coding: [{ code: '51619007' }] },
    });
    await page.context().close();
  });

  test('tells what happens in plain words, and moves the clock', async () => {
    const page = await opened(1440, 900);
    const story = page.getByRole('region', { name: 'The story as it happens' });
    await story.getByText('Red flag: chest-pain').waitFor();
    await story
      .getByText('An answer was corrected, on the phone, by voice: When did it start? A rough date is fine.')
      .waitFor();
    expect(await story.getByText('A text arrived.').isVisible()).toBe(false);
    running.emit({
      at: new Date(NIGHT.getTime() + 86_400_000).toISOString(),
      type: 'handoff-acknowledged',
      patient: 'anna-kowalska',
      cause: 'card/1',
      data: { by: 'Practitioner/dr-lee' },
    });
    await story.getByText('Seen by Practitioner/dr-lee.').waitFor();
    await page.getByText('Something is new since this card was drawn').waitFor();
    const before = await clockNow();
    await page.getByRole('button', { name: '+1 day' }).click();
    await page.getByText('Tuesday, March 3').first().waitFor();
    const after = await clockNow();
    expect(Math.round((after - before) / 3_600_000)).toBe(24);
    await page.context().close();
  });
});
