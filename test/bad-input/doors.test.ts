import { randomUUID } from 'node:crypto';
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import { firstQuestion, inChart, prepare, secondQuestion, waitingPatient } from './one-patient.ts';

let host: RunningHost;
let hands: Hands;
beforeAll(async () => {
  host = await startHost();
  hands = handsOn(host.endpoints);
  await prepare(hands);
});
afterAll(() => host.remove());

const form = 'application/x-www-form-urlencoded';

describe('a CDS hook without a good token shows no card', () => {
  const path = '/cds-services/told-once-patient-view';
  const call = (authorization: string | undefined, body: string = hook('anna-kowalska')) =>
    hands.send(`${host.endpoints.api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      body,
    });
  const hook = (patientId: string, name = 'patient-view') =>
    JSON.stringify({ hook: name, hookInstance: randomUUID(), context: { patientId, userId: 'Practitioner/dr-lee' } });
  const token = async (change: JWTPayload & { readonly lives?: string } = {}) => {
    const { lives = '5m', ...claims } = change;
    const key = host.endpoints.cdsHooks.privateJwk as JWK;
    return new SignJWT({
      iss: host.endpoints.cdsHooks.issuer,
      aud: `${host.endpoints.api}${path}`,
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: key.alg ?? 'ES384', typ: 'JWT', ...(key.kid === undefined ? {} : { kid: key.kid }) })
      .setIssuedAt(lives.startsWith('-') ? '-10m' : undefined)
      .setExpirationTime(lives)
      .sign(await importJWK(key, key.alg ?? 'ES384'));
  };

  it('a good one is answered', async () => {
    const answer = await call(`Bearer ${await token()}`);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ cards: expect.any(Array) });
  });

  it.each<[string, () => Promise<string | undefined>, string]>([
    ['missing', async () => undefined, 'no-token'],
    ['of another kind', async () => 'Basic YTpi', 'no-token'],
    ['no JWT', async () => 'Bearer hello', 'malformed'],
    ['expired', async () => `Bearer ${await token({ lives: '-2m' })}`, 'expired'],
    [
      'for another URL',
      async () => `Bearer ${await token({ aud: 'https://other.example/cds-services/x' })}`,
      'wrong-audience',
    ],
    ['of another issuer', async () => `Bearer ${await token({ iss: 'https://other.example' })}`, 'unknown-issuer'],
    ['that lives for a day', async () => `Bearer ${await token({ lives: '1d' })}`, 'lives-too-long'],
    [
      'with a changed content',
      async () =>
        `Bearer ${(await token()).replace(
          /\.[^.]+\./,
          (part) =>
            `.${Buffer.from(Buffer.from(part.slice(1, -1), 'base64url').toString().replace('iss', 'iss'))
              .toString('base64url')
              .replace(/.$/, 'A')}.`,
        )}`,
      '',
    ],
    [
      'unsigned',
      async () =>
        `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: host.endpoints.cdsHooks.issuer })).toString('base64url')}.`,
      '',
    ],
  ])('%s', async (_, make, why) => {
    const answer = await call(await make());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(answer.text).toContain(why);
    expect(answer.text).not.toContain('cards');
  });

  it('used twice', async () => {
    const bearer = `Bearer ${await token()}`;
    expect((await call(bearer)).status).toBe(200);
    const again = await call(bearer);
    expect(again.status).toBe(401);
    expect(again.text).toContain('replayed');
  });

  it.each<[string, string, number]>([
    ['no JSON', '{"hook":', 400],
    ['no context', '{"hook": "patient-view", "hookInstance": "1"}', 400],
    ['another hook', hook('anna-kowalska', 'order-sign'), 400],
    ['a patient id that is none', hook('a/b?c'), 400],
    ['a patient nobody knows', hook('nobody-at-all'), 200],
  ])('a good token and %s', async (_, body, status) => {
    const answer = await call(`Bearer ${await token()}`, body);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.json).toMatchObject({ cards: expect.any(Array) });
    else expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('the patient’s page', () => {
  it.each(['', 'x', 'a'.repeat(100), 'a'.repeat(9_000), '%00', '..%2f..%2fetc', 'ä'])(
    'a made-up link (%#) says how to get a new one, and nothing else',
    async (forged) => {
      const answer = await hands.send(`${host.endpoints.api}/u/${forged}`);
      expect(answer.status).toBe(404);
      if (forged !== '') expect(answer.text).toContain('312-555-0100');
      expect(answer.text).not.toContain(firstQuestion);
    },
  );

  it('a link works until it is too old; looking, by GET or HEAD, changes nothing', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    const link = await linkFor(number);
    const before = (await hands.story(id))?.story.version;
    for (const method of ['HEAD', 'GET', 'GET', 'HEAD']) {
      const answer = await hands.send(link, { method });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toContain('no-store');
      if (method === 'HEAD') expect(answer.text).toBe('');
      else expect(answer.text).toContain(firstQuestion);
    }
    expect((await hands.story(id))?.story.version).toBe(before);
    const forged = `${link.slice(0, -2)}${link.endsWith('A') ? 'BB' : 'AA'}`;
    expect((await hands.send(forged)).status).toBe(404);
    await hands.advance('P9D');
    const expired = await hands.send(link, {
      method: 'POST',
      headers: { 'content-type': form },
      body: 'question=first&version=1&answer=late',
    });
    expect(expired.status).toBe(404);
    expect(expired.text).toContain('312-555-0100');
    expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
    expect(await inChart(hands, id)).toEqual({ first: 'a cough' });
  });

  it.each([
    ['nothing at all', ''],
    ['a question that is not asked', 'question=nowhere&version=1&answer=x'],
    ['no answer', 'question=first&version=1&answer='],
    ['another content', '{"answer": "x"}'],
  ])('a form with %s records nothing and shows the question again', async (_, body) => {
    const { number, patient: id } = await waitingPatient(hands);
    const link = await linkFor(number);
    const answer = await hands.send(link, { method: 'POST', headers: { 'content-type': form }, body });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(firstQuestion);
    expect(await inChart(hands, id)).toEqual({});
  });

  it('a form whose version cannot be read still answers the question that it names and that waits', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    const body = 'question=first&version=soon&answer=a+cough';
    const answer = await hands.send(await linkFor(number), { method: 'POST', headers: { 'content-type': form }, body });
    expect(answer.text).toContain(secondQuestion);
    expect(await inChart(hands, id)).toEqual({ first: 'a cough' });
  });

  async function linkFor(number: string): Promise<string> {
    for (const words of ['link', 'LINK please', 'page']) {
      const replies = (await hands.text(number, words)).join('\n');
      const link = /http\S+\/u\/[A-Za-z0-9_-]+/.exec(replies)?.[0];
      if (link !== undefined) return link;
    }
    throw new Error('No link came.');
  }
});

describe('the desk page', () => {
  it('without a session: sent to the EHR to sign in, told nothing; a form is refused', async () => {
    const { patient: id } = await waitingPatient(hands);
    const opened = await hands.send(`${host.endpoints.api}/staff/desk?for=forged`);
    expect(opened.status).toBe(303);
    const location = opened.headers.get('location') ?? '';
    expect(location.startsWith(new URL(host.endpoints.ehr).origin)).toBe(true);
    expect(location).not.toContain(id);
    for (const cookie of ['', 'told_once_desk=', 'told_once_desk=forged', `told_once_desk=${'x'.repeat(3_000)}`]) {
      const refused = await hands.send(`${host.endpoints.api}/staff/desk?for=forged`, {
        method: 'POST',
        headers: { 'content-type': form, cookie },
        body: 'question=first&version=1&answer=forged',
      });
      expect(refused.status).toBe(401);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('an EHR that is not ours, and a return that nobody sent out', async () => {
    const foreign = await hands.send(
      `${host.endpoints.api}/staff/desk?iss=${encodeURIComponent('https://evil.example/fhir')}&launch=x`,
    );
    expect(foreign.status).toBe(403);
    const back = await hands.send(`${host.endpoints.api}/staff/signed-in?code=x&state=y`);
    expect(back.status).toBe(400);
  });
});

describe('routes', () => {
  it('that are not there: 404, and nothing of the address comes back', async () => {
    for (const path of ['/', '/nowhere', '/twilio', '/twilio/sms/x', '/ehr', '/staff', '/%E0%A4%A', '/u/a/b']) {
      const answer = await hands.send(`${host.endpoints.api}${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      if (path.length > 3) expect(answer.text).not.toContain(path);
    }
  });

  it('with a method they do not take: 405', async () => {
    for (const [method, path] of [
      ['GET', '/twilio/sms'],
      ['DELETE', '/twilio/sms'],
      ['PUT', '/twilio/voice'],
      ['GET', '/ehr/notifications'],
      ['PUT', '/ehr/notifications'],
      ['DELETE', '/cds-services'],
      ['PUT', '/u/x'],
      ['DELETE', '/staff/desk'],
      ['POST', '/health'],
    ] as const) {
      const answer = await hands.send(`${host.endpoints.api}${path}`, { method });
      expect([method, path, answer.status]).toEqual([method, path, 405]);
    }
  });

  it('the clock refuses nonsense and goes on', async () => {
    const before = await hands.now();
    const nonsense: readonly string[] = [
      '',
      '{',
      '[]',
      'null',
      '{}',
      '{"advance": 5}',
      '{"advance": "two days"}',
      '{"advance": "-PT5M"}',
      '{"advance": "P900Y"}',
      '{"now": "tomorrow"}',
      '{"now": "2026-13-45T00:00:00Z"}',
      '{"now": 5}',
      '{"now": "2027-01-01T00:00:00Z", "advance": "PT1S"}',
    ];
    for (const body of nonsense) {
      const answer = await hands.send(`${host.endpoints.console}/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect([body, answer.status]).toEqual([body, 400]);
    }
    const after = await hands.now();
    expect(after.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(after.getTime() - before.getTime()).toBeLessThan(3_600_000);
    expect((await hands.send(`${host.endpoints.api}/health`)).status).toBe(200);
  });
});
