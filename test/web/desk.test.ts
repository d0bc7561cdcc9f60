import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSeals } from '../../adapters/seals/seals.ts';
import type { FileEntry, Story } from '../../domain/story/story.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { deskOpened } from '../../functions/desk-opened/environment.ts';
import { createHandler } from '../../functions/desk-opened/handler.ts';
import { createApiServer } from '../../local/api-server.ts';
import { createHandClock, dataFolder, type House, openHouse } from '../adapters/embedded/house.ts';
import { requirement, visit } from '../chart-writes/clinic-with-ehr.ts';
import { listeningLog } from '../functions/ehr-notified/http-event.ts';
import { untold } from '../handoff/telling.ts';
import { accessibilityFaults, openBrowser } from './browser.ts';

const seals = createSeals({ secret: 'a secret of at least thirty-two bytes, for tests' });
const morning = Date.parse('2026-03-03T15:00:00.000Z');
const onFile: readonly FileEntry[] = [
  { key: 'name', label: 'Name', value: 'Anna Kowalska', source: 'Patient/anna', since: '2024-01-05T12:00:00.000Z' },
  {
    key: 'coverage/2',
    label: 'Coverage',
    value: 'Prairie Health, PH-1',
    source: 'Coverage/2',
    since: '2026-03-01T12:00:00.000Z',
  },
];

let browser: Browser;
let house: House;
let server: Server;
let url: string;
let folder: ReturnType<typeof dataFolder>;
const log = listeningLog();

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  folder = dataFolder();
  house = openHouse({ path: folder.path, clock: createHandClock(morning) });
  const story: Story = {
    ...untold(),
    onFile,
    visits: [
      visit(
        [
          requirement('authorisation', { state: 'waiting' }),
          requirement('referral', { kind: 'referral', owner: 'referring-practice', because: 'MRI' }),
        ],
        { practitioner: 'dr-lee', location: 'main' },
      ),
    ],
  };
  await house.store.commit({ cause: 'begin', outcome: { reply: '' }, story, moments: [], events: [] });
  const speaker = speakerFor('lakeside');
  let publicUrl = '';
  const handler = createHandler({
    store: house.store,
    records: house.records,
    clinic: speaker.clinic,
    clock: house.clock,
    log,
    speaker,
    seals,
    smart: {
      begin: async () => ({ is: 'begun', redirectTo: `${publicUrl}/ehr`, state: 's', verifier: 'v' }),
      finish: async () => ({ is: 'signed-in', user: 'Practitioner/maya', name: 'Maya Torres', expiresAt: new Date() }),
    },
    get publicUrl() {
      return publicUrl;
    },
    ehr: 'https://ehr.example/fhir',
  });
  ({ server } = createApiServer(deskOpened.trigger.routes.map((route) => ({ ...route, handler }))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  url = publicUrl;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await house.close();
  folder.remove();
});

const forAnna = () => seals.seal('desk', { story: 'anna' }, new Date(morning + 3_600_000));
const cookie = () =>
  seals.seal('session', { user: 'Practitioner/maya', name: 'Maya Torres' }, new Date(morning + 3_600_000));
const pageOf = (name: 'desk' | 'billing') => `${url}/staff/${name}?for=${forAnna()}`;

/** A clerk who is signed in, in a browser that runs no script. */
async function atTheDesk(visitPage: (tab: Page) => Promise<void>, width = 1100, name: 'desk' | 'billing' = 'desk') {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 900 } });
  try {
    await context.addCookies([{ name: 'told_once_desk', value: cookie(), url }]);
    const tab = await context.newPage();
    await tab.goto(pageOf(name));
    await visitPage(tab);
  } finally {
    await context.close();
  }
}

const main = (tab: Page) => tab.getByRole('main').innerText();
const story = async () => (await house.store.story('anna'))?.story ?? untold('nobody');
const published = (type: string) => house.published.filter((event) => event.type === type);
const change = async (changed: Partial<Story>) => {
  const before = await story();
  const now = { ...before, ...changed, version: before.version + 1 };
  await house.store.commit({ cause: `x/${now.version}`, outcome: { reply: '' }, story: now, moments: [], events: [] });
};
const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(pageOf('desk'), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: `told_once_desk=${cookie()}`,
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });

describe('what is on file', () => {
  it('is confirmed with one button, once, and asked of nobody again', async () => {
    await atTheDesk(async (tab) => {
      const before = await main(tab);
      expect(before).toContain('Not confirmed yet');
      expect(before).toContain('Patient record, since January 5, 2024 (2 years ago)');
      expect(before).toContain('Insurance record, since March 1, 2026 (2 days ago)');
      await tab.getByRole('button', { name: 'All confirmed' }).click();
      const after = await main(tab);
      expect(after).toContain('Nobody has to ask for this again');
      expect(after.match(/Seen and confirmed today at 9:00 AM by Maya Torres/g)).toHaveLength(2);
      expect(await tab.getByRole('button', { name: 'All confirmed' }).count()).toBe(0);
    });
    const confirmed = { at: '2026-03-03T15:00:00.000Z', by: 'Practitioner/maya', name: 'Maya Torres' };
    expect((await story()).onFile.map((entry) => entry.confirmed)).toEqual([confirmed, confirmed]);
    expect(published('file-confirmed')).toMatchObject([
      { patient: 'anna', data: { by: 'Practitioner/maya', sources: ['Patient/anna', 'Coverage/2'] } },
    ]);
    expect((await house.store.moments('anna', 5)).map(({ what }) => what)).toContain('file-confirmed');
  });

  it('is not confirmed where it changed after the page was shown', async () => {
    await atTheDesk(async (tab) => {
      await change({ onFile: onFile.map((entry) => ({ ...entry, value: `${entry.value}!` })) });
      await tab.getByRole('button', { name: 'All confirmed' }).click();
      expect(await main(tab)).toContain('changed a moment ago');
    });
    expect(published('file-confirmed')).toEqual([]);
    expect((await story()).onFile.every((entry) => entry.confirmed === undefined)).toBe(true);
  });

  it('is the same for billing, only to be read, with nothing else about the patient', async () => {
    await atTheDesk(async (tab) => {
      await tab.getByRole('button', { name: 'All confirmed' }).click();
      await tab.getByRole('link', { name: 'The same for billing' }).click();
      const text = await main(tab);
      expect(text).toContain('Prairie Health, PH-1');
      expect(text.match(/Seen and confirmed today at 9:00 AM by Maya Torres/g)).toHaveLength(2);
      expect(text).not.toContain('Authorisation');
      expect(await tab.getByRole('button').count()).toBe(0);
    });
  });

  it('sends billing back to its own page after signing in', async () => {
    const away = await fetch(pageOf('billing'), { redirect: 'manual' });
    expect([away.status, away.headers.get('location')]).toEqual([303, `${url}/ehr`]);
    const [launch = ''] = (away.headers.get('set-cookie') ?? '').split(';');
    const back = await fetch(`${url}/staff/signed-in?code=c&state=s`, {
      redirect: 'manual',
      headers: { cookie: launch },
    });
    expect(back.headers.get('location')).toMatch(/\/staff\/billing\?for=/);
  });
});

describe('the visit of today', () => {
  it('shows its needs with state, owner and reason', () =>
    atTheDesk(async (tab) => {
      const text = await main(tab);
      expect(text).toContain('Today: visit today at 9:40 AM');
      expect(text).toContain('Authorisation by the payer');
      expect(text).toContain('For: insurance team, under way, due');
      expect(text).toContain('MRI with contrast, payer Prairie Health');
    }));

  it('is where the patient is checked in, once', async () => {
    await atTheDesk(async (tab) => {
      await tab.getByRole('button', { name: 'Patient is here' }).click();
      expect(await main(tab)).toContain('The patient is checked in.');
      expect(await tab.getByRole('button', { name: 'Patient is here' }).count()).toBe(0);
    });
    expect((await story()).visits[0]?.state).toBe('arrived');
    expect(published('patient-arrived')).toMatchObject([{ patient: 'anna', data: { appointment: 'visit' } }]);
    const again = { act: 'check-in', appointment: 'visit', shown: '2026-03-03T15:00:30.000Z' };
    expect(await (await post(again)).text()).toContain('The patient is checked in.');
    expect(published('patient-arrived')).toHaveLength(1);
  });

  it('checks nobody in for a visit that was moved to another day', async () => {
    await atTheDesk(async (tab) => {
      const [before] = (await story()).visits;
      if (before !== undefined) await change({ visits: [{ ...before, start: '2026-03-10T15:40:00.000Z' }] });
      await tab.getByRole('button', { name: 'Patient is here' }).click();
      expect(await main(tab)).toContain('not booked for today any more');
    });
    expect(published('patient-arrived')).toEqual([]);
  });

  it('has each need set by the clerk, with the reason where it is not needed', async () => {
    await atTheDesk(async (tab) => {
      await tab.getByRole('button', { name: 'Done: Referral' }).click();
      expect(await main(tab)).toContain('Saved.');
      house.clock.advance(60_000);
      await tab.getByText('Not needed: Authorisation by the payer').click();
      await tab.getByRole('textbox', { name: 'Why it is not needed' }).first().fill('Payer says no need');
      await tab.getByRole('button', { name: 'Not needed', exact: true }).first().click();
    });
    const set = (await house.store.moments('anna', 20)).filter(({ what }) => what === 'need-set');
    expect(set.map(({ detail }) => detail).reverse()).toMatchObject([
      { requirement: 'referral', state: 'met', by: 'Practitioner/maya' },
      { requirement: 'authorisation', state: 'waived', by: 'Practitioner/maya' },
    ]);
  });

  it('is where lateness is told, for whom it concerns', async () => {
    const lateFor = async (whose: string, howLate: string) =>
      atTheDesk(async (tab) => {
        await tab.getByText('We are running late', { exact: true }).click();
        await tab.getByRole('radio', { name: whose }).check();
        await tab.getByRole('radio', { name: howLate }).check();
        await tab.getByRole('button', { name: 'Tell those who wait' }).click();
        expect(await tab.getByRole('status').innerText()).toMatch(/^Those who wait/);
        house.clock.advance(60_000);
      });
    await lateFor('Whom this patient sees', '20 to 30 minutes');
    await lateFor('Everyone at this place', '45 to 60 minutes');
    await lateFor('Whom this patient sees', 'On time again');
    expect(published('clinic-late').map(({ data }) => data)).toEqual([
      { date: '2026-03-03', practitioner: 'dr-lee', minutes: { from: 20, to: 30 } },
      { date: '2026-03-03', location: 'main', minutes: { from: 45, to: 60 } },
      { date: '2026-03-03', practitioner: 'dr-lee' },
    ]);
  });
});

describe('a form', () => {
  const checkIn = { act: 'check-in', appointment: 'visit', shown: '2026-03-03T15:00:00.000Z' };

  it('sent twice is done once', async () => {
    const late = { ...checkIn, act: 'clinic-late', whose: 'location', minutes: '10-20' };
    expect((await post(late)).status).toBe(200);
    expect((await post(late)).status).toBe(200);
    expect(published('clinic-late')).toHaveLength(1);
  });

  it('of another site, without a session, too large or unreadable does nothing', async () => {
    expect((await post(checkIn, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(checkIn, { cookie: '' })).status).toBe(401);
    expect((await post({ ...checkIn, because: 'x'.repeat(70_000) })).status).toBe(413);
    for (const wrong of [
      { act: 'erase' },
      { ...checkIn, appointment: '../x' },
      { ...checkIn, shown: 'now' },
      { ...checkIn, act: 'clinic-late', whose: 'everyone', minutes: '10-20' },
      { ...checkIn, act: 'clinic-late', whose: 'location', minutes: '5' },
      { ...checkIn, act: 'need-not-needed', need: 'referral', because: ' ' },
    ]) {
      const answer = await post(wrong);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    }
    expect(house.published).toEqual([]);
    expect((await story()).version).toBe(1);
  });

  it('leaves nothing of the patient in the log', async () => {
    await post({ ...checkIn, act: 'need-not-needed', need: 'referral', because: 'canary words' });
    expect(log.lines.join()).not.toMatch(/anna|kowalska|canary|prairie/i);
  });
});

describe('for everyone', () => {
  it.each([390, 1280])('axe finds nothing wrong, and nothing needs sideways scrolling, at %i pixels', async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    await context.addCookies([{ name: 'told_once_desk', value: cookie(), url }]);
    const tab = await context.newPage();
    for (const name of ['desk', 'billing'] as const) {
      await tab.goto(pageOf(name));
      await tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
      expect(await accessibilityFaults(tab), name).toEqual([]);
      expect(await tab.evaluate('document.documentElement.scrollWidth'), name).toBe(width);
    }
    await context.close();
  });
});
