import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createCdsJwtVerifier } from '../../../adapters/cds-jwt/cds-jwt.ts';
import { createSeals } from '../../../adapters/seals/seals.ts';
import type { Records } from '../../../domain/ports/records.ts';
import type { StoryStore } from '../../../domain/ports/story-store.ts';
import type { HttpHandler } from '../../../edge/http/http-handler.ts';
import { createHandler } from '../../../functions/cds-hook-called/handler.ts';
import { createHandClock, dataFolder, type House, openHouse } from '../../adapters/embedded/house.ts';
import { annaAtTheDesk, clinic, type Telling, untold } from '../../handoff/telling.ts';
import { bodyOf, httpEvent, listeningLog } from '../ehr-notified/http-event.ts';
import { openEhr } from './ehr.ts';

const publicUrl = 'https://told-once.example';
const patientView = 'told-once-patient-view';
const chartOrigin = 'https://chart.example';
const seals = createSeals({ secret: 'a secret of at least thirty-two bytes, for tests' });
const started = Date.parse('2026-03-02T15:40:00Z');

const answerShape = z.object({
  cards: z.array(
    z.strictObject({
      uuid: z.uuid(),
      summary: z.string().max(139),
      detail: z.string(),
      indicator: z.enum(['info', 'warning', 'critical']),
      source: z.strictObject({ label: z.string() }),
      suggestions: z.tuple([z.strictObject({ label: z.literal('Seen'), uuid: z.uuid() })]),
      selectionBehavior: z.literal('at-most-one'),
      links: z.tuple([z.strictObject({ label: z.string(), url: z.url(), type: z.literal('smart') })]),
    }),
  ),
});

let ehr: Awaited<ReturnType<typeof openEhr>>;
beforeAll(async () => {
  ehr = await openEhr();
});
afterAll(() => ehr.close());

interface Clinic {
  readonly house: House;
  readonly handler: HttpHandler;
  readonly log: ReturnType<typeof listeningLog>;
  readonly trips: string[];
  /** Calls a service as the EHR does, with a token made for its URL unless told otherwise. */
  post(path: string, body: unknown, headers?: Record<string, string>): ReturnType<HttpHandler>;
  hook(more?: Record<string, unknown>, context?: Record<string, unknown>): ReturnType<HttpHandler>;
  keep(telling: Telling): Promise<void>;
}

/** The handler on the embedded store, with the real verifier, counting its own trips to the store. */
async function withClinic(test: (clinic: Clinic) => Promise<void>): Promise<void> {
  const folder = dataFolder();
  const house = openHouse({ path: folder.path, clock: createHandClock(started) });
  const trips: string[] = [];
  const store: StoryStore = {
    phone: house.store.phone,
    moments: house.store.moments,
    story: (id) => {
      trips.push('story');
      return house.store.story(id);
    },
    commit: (change) => {
      trips.push('commit');
      return house.store.commit(change);
    },
  };
  const records: Records = {
    list: house.records.list,
    get: (kind, id) => {
      trips.push(`get ${kind}`);
      return house.records.get(kind, id);
    },
    put: (put, events) => {
      trips.push(`put ${put.kind}`);
      return house.records.put(put, events);
    },
  };
  const log = listeningLog();
  const handler = createHandler({
    store,
    records,
    clinic,
    clock: house.clock,
    log,
    seals,
    publicUrl,
    origins: [chartOrigin],
    verifier: createCdsJwtVerifier({
      issuers: [ehr],
      now: () => new Date(),
      firstTime: async (id, expires) =>
        (await house.records.put({ kind: 'seen', id, value: { at: '' }, expect: 'absent', expires })) === 'saved',
    }),
  });
  const post: Clinic['post'] = async (path, body, headers) => {
    const [, , id = '', feedback] = path.split('/');
    return handler(
      httpEvent({
        route: feedback === undefined ? 'POST /cds-services/{id}' : 'POST /cds-services/{id}/feedback',
        path,
        parameters: { id },
        headers: { authorization: `Bearer ${await ehr.token(`${publicUrl}${path}`)}`, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  };
  try {
    await test({
      house,
      handler,
      log,
      trips,
      post,
      hook: (more, context) => post(`/cds-services/${patientView}`, hookBody(more, context)),
      keep: async (telling) => {
        const { story, intakes } = telling.view;
        const change = { cause: 'test', outcome: { reply: '' }, moments: [], events: [] };
        await house.store.commit({ ...change, story: { ...story, version: 1 }, intakes });
      },
    });
  } finally {
    await house.close();
    folder.remove();
  }
}

function hookBody(more: Record<string, unknown> = {}, context: Record<string, unknown> = {}) {
  return {
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    fhirServer: 'https://ehr.example/fhir',
    context: { userId: 'Practitioner/clerk', patientId: 'anna', ...context },
    ...more,
  };
}

function cardsIn(response: Awaited<ReturnType<HttpHandler>>) {
  expect(response.statusCode).toBe(200);
  return answerShape.parse(bodyOf(response)).cards;
}

function seen(card: { uuid: string; suggestions: readonly [{ uuid: string }] }, outcome = 'accepted') {
  const acceptedSuggestions = outcome === 'accepted' ? [{ id: card.suggestions[0].uuid }] : undefined;
  return { feedback: [{ card: card.uuid, outcome, acceptedSuggestions, outcomeTimestamp: '2026-03-02T15:41:00Z' }] };
}

const feedbackPath = `/cds-services/${patientView}/feedback`;

describe('discovery', () => {
  it('lists a service for each hook, without prefetch, to anyone', () =>
    withClinic(async ({ handler }) => {
      const response = await handler(httpEvent({ route: 'GET /cds-services', path: '/cds-services' }));
      expect(response.statusCode).toBe(200);
      const { services } = z
        .object({
          services: z.array(
            z.strictObject({ id: z.string(), hook: z.string(), title: z.string(), description: z.string() }),
          ),
        })
        .parse(bodyOf(response));
      expect(services.map(({ hook, id }) => `${hook}: ${id}`)).toStrictEqual([
        'patient-view: told-once-patient-view',
        'appointment-book: told-once-appointment-book',
      ]);
    }));
});

describe('a chart is opened', () => {
  it('is answered with the card, from two trips to the store', () =>
    withClinic(async ({ hook, keep, trips }) => {
      await keep(annaAtTheDesk());
      const [card, ...others] = cardsIn(await hook());
      expect(others).toStrictEqual([]);
      expect(card?.summary).toContain('8 of 9 answered before the visit');
      expect(card?.indicator).toBe('critical');
      expect(trips).toStrictEqual(['story', 'put card']);
    }));

  it('links to the desk page by a seal that opens only there and only for a day', () =>
    withClinic(async ({ hook, keep, house }) => {
      await keep(annaAtTheDesk());
      const [card] = cardsIn(await hook());
      const url = new URL(card?.links[0].url ?? '');
      expect(`${url.origin}${url.pathname}`).toBe(`${publicUrl}/staff/desk`);
      const sealed = url.searchParams.get('for') ?? '';
      expect(url.href).not.toContain('anna');
      expect(seals.open('desk', sealed, house.clock.now())).toStrictEqual({ is: 'open', content: { story: 'anna' } });
      expect(seals.open('page', sealed, house.clock.now())).toStrictEqual({ is: 'forged' });
      expect(seals.open('desk', sealed, new Date(started + 86_400_000))).toStrictEqual({ is: 'expired' });
    }));

  it('has no card for a patient nobody knows, or of whom nothing is known', () =>
    withClinic(async ({ hook, house }) => {
      expect(cardsIn(await hook())).toStrictEqual([]);
      await house.store.commit({ cause: 'x', outcome: { reply: '' }, story: untold(), moments: [], events: [] });
      expect(cardsIn(await hook())).toStrictEqual([]);
    }));

  it('takes a patient as id or reference, and gives the same call the same card', () =>
    withClinic(async ({ hook, keep }) => {
      await keep(annaAtTheDesk());
      const [one] = cardsIn(await hook());
      const [again] = cardsIn(await hook({}, { patientId: 'Patient/anna' }));
      const [elsewhere] = cardsIn(await hook({ hookInstance: 'another' }));
      expect(again?.uuid).toBe(one?.uuid);
      expect(elsewhere?.uuid).not.toBe(one?.uuid);
    }));

  it('is shown what the other hook needs when a visit is booked', () =>
    withClinic(async ({ post, keep }) => {
      await keep(annaAtTheDesk());
      const context = { appointments: { resourceType: 'Bundle', entry: [] } };
      const response = await post(
        '/cds-services/told-once-appointment-book',
        hookBody({ hook: 'appointment-book' }, context),
      );
      expect(cardsIn(response)[0]?.detail).toContain('no need to ask again');
    }));
});

describe('a call that cannot be followed', () => {
  it.each([
    ['not JSON', '{', 'The body is not JSON.'],
    ['without a patient', hookBody({ context: { userId: 'Practitioner/clerk' } }), 'context.patientId'],
    ['with another type of patient', hookBody({}, { patientId: 'Group/g' }), 'context.patientId'],
    ['without a user', hookBody({}, { userId: 'clerk' }), 'context.userId'],
    ['without an instance', hookBody({ hookInstance: undefined }), 'hookInstance'],
    ['for another hook', hookBody({ hook: 'order-sign' }), 'patient-view'],
  ])('is refused with the place that is wrong: %s', (_, body, place) =>
    withClinic(async ({ post }) => {
      const response = await post(`/cds-services/${patientView}`, body);
      expect(response.statusCode).toBe(400);
      expect(response.headers?.['content-type']).toBe('application/problem+json');
      expect(bodyOf(response).detail).toContain(place);
    }),
  );

  it('says which services there are', () =>
    withClinic(async ({ post }) => {
      const response = await post('/cds-services/other', hookBody());
      expect(response.statusCode).toBe(404);
      expect(bodyOf(response).detail).toContain(patientView);
    }));

  it.each(['hook', 'feedback'])('is refused without a token, and touches nothing: %s', (what) =>
    withClinic(async ({ post, keep, trips, log }) => {
      await keep(annaAtTheDesk());
      const path = what === 'hook' ? `/cds-services/${patientView}` : feedbackPath;
      const token = await ehr.token(`${publicUrl}${path}`);
      const wrong: readonly [string, string, string][] = [
        ['no-token', '', 'Bearer realm="told-once"'],
        ['bad-signature', `Bearer ${token.slice(0, -8)}AAAAAAAA`, 'Bearer realm="told-once", error="invalid_token"'],
        ['wrong-audience', `Bearer ${await ehr.token(publicUrl)}`, 'Bearer realm="told-once", error="invalid_token"'],
        [
          'expired',
          `Bearer ${await ehr.token(`${publicUrl}${path}`, '-1m')}`,
          'Bearer realm="told-once", error="invalid_token"',
        ],
      ];
      for (const [why, authorization, challenge] of wrong) {
        const response = await post(path, hookBody(), { authorization });
        expect(response.statusCode).toBe(401);
        expect(response.headers?.['www-authenticate']).toBe(challenge);
        expect(bodyOf(response).detail).toContain(why);
      }
      expect(trips).toStrictEqual([]);
      expect(log.lines.filter((line) => line.includes('HTTP_REFUSED'))).toHaveLength(wrong.length);
    }),
  );

  it('is refused when its token was used before', () =>
    withClinic(async ({ post, keep }) => {
      await keep(annaAtTheDesk());
      const path = `/cds-services/${patientView}`;
      const authorization = `Bearer ${await ehr.token(`${publicUrl}${path}`)}`;
      expect((await post(path, hookBody(), { authorization })).statusCode).toBe(200);
      const replayed = await post(path, hookBody(), { authorization });
      expect([replayed.statusCode, bodyOf(replayed).detail]).toStrictEqual([401, expect.stringContaining('replayed')]);
    }));
});

describe('a browser-based chart', () => {
  const preflight = (origin: string) =>
    httpEvent({ route: 'OPTIONS /cds-services/{proxy+}', path: `/cds-services/${patientView}`, headers: { origin } });

  it('may call from a configured origin', () =>
    withClinic(async ({ handler, post }) => {
      const response = await handler(preflight(chartOrigin));
      expect(response.statusCode).toBe(204);
      expect(response.headers).toMatchObject({
        'access-control-allow-origin': chartOrigin,
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        vary: 'Origin',
      });
      const refused = await post(`/cds-services/${patientView}`, hookBody(), {
        origin: chartOrigin,
        authorization: '',
      });
      expect(refused.headers?.['access-control-allow-origin']).toBe(chartOrigin);
    }));

  it('may not from another', () =>
    withClinic(async ({ handler, hook }) => {
      const response = await handler(preflight('https://evil.example'));
      expect(Object.keys(response.headers ?? {})).toStrictEqual(['vary']);
      expect((await hook()).headers?.['access-control-allow-origin']).toBeUndefined();
    }));
});

describe('feedback', () => {
  const acknowledgements = async (house: House) => (await house.store.story('anna'))?.story.acknowledgements;

  it('with "Seen" is the acknowledgement of the user in the context of the hook, as of when the card was shown', () =>
    withClinic(async ({ hook, post, keep, house }) => {
      await keep(annaAtTheDesk());
      const [card] = cardsIn(await hook());
      if (card === undefined) throw new Error('No card');
      house.clock.advance(60_000);
      expect((await post(feedbackPath, seen(card))).statusCode).toBe(200);
      const acknowledgement = { by: 'Practitioner/clerk', at: '2026-03-02T15:40:00.000Z', card: card.uuid };
      expect(await acknowledgements(house)).toStrictEqual([acknowledgement]);
      expect(house.published).toMatchObject([
        {
          id: `handoff-acknowledged/card/${card.uuid}`,
          cause: `card/${card.uuid}`,
          patient: 'anna',
          data: { by: 'Practitioner/clerk', card: card.uuid },
        },
      ]);
      expect((await house.store.moments('anna', 5)).map(({ what }) => what)).toStrictEqual(['acknowledged']);
    }));

  it('sent twice, or at once with another turn, counts once and overwrites nothing', () =>
    withClinic(async ({ hook, post, keep, house }) => {
      await keep(annaAtTheDesk());
      const [card] = cardsIn(await hook());
      if (card === undefined) throw new Error('No card');
      const { story } = (await house.store.story('anna')) ?? { story: untold() };
      const turn = house.store.commit({
        cause: 'sms/SM1',
        outcome: { reply: '' },
        story: { ...story, version: 2, person: { ...story.person, firstName: 'Ania' } },
        moments: [],
        events: [],
      });
      await Promise.all([turn, post(feedbackPath, seen(card)), post(feedbackPath, seen(card))]);
      await post(feedbackPath, seen(card));
      expect(await acknowledgements(house)).toHaveLength(1);
      expect((await house.store.story('anna'))?.story).toMatchObject({ version: 3, person: { firstName: 'Ania' } });
      expect(house.published).toHaveLength(1);
    }));

  it('makes the next card say what is new since', () =>
    withClinic(async ({ hook, post, keep, house }) => {
      const telling = annaAtTheDesk();
      await keep(telling);
      const [card] = cardsIn(await hook());
      if (card === undefined) throw new Error('No card');
      await post(feedbackPath, seen(card));
      telling.desk('2026-03-02T15:42:00Z', 'Jan Kowalski', 'Practitioner/clerk');
      const { acknowledgements: given, version } = (await house.store.story('anna'))?.story ?? untold();
      await house.store.commit({
        cause: 'desk/1',
        outcome: { reply: '' },
        story: { ...telling.view.story, acknowledgements: given, version: version + 1 },
        moments: [],
        events: [],
      });
      house.clock.advance(600_000);
      const [next] = cardsIn(await hook());
      expect(next?.uuid).not.toBe(card.uuid);
      expect(next?.indicator).toBe('warning');
      expect(next?.detail).toMatch(/New since you saw it today at 9:40 AM:\n\n- [^\n]*Jan Kowalski/);
      const [doctors] = cardsIn(await hook({}, { userId: 'Practitioner/lee' }));
      expect(doctors?.detail).not.toContain('New since');
    }));

  it.each([
    ['overridden', (card: string) => ({ card, outcome: 'overridden', overrideReason: { userComment: 'known' } })],
    [
      'accepted without "Seen"',
      (card: string) => ({ card, outcome: 'accepted', acceptedSuggestions: [{ id: 'other' }] }),
    ],
  ])('says that it was shown, and no more: %s', (_, entry) =>
    withClinic(async ({ hook, post, keep, house }) => {
      await keep(annaAtTheDesk());
      const [card] = cardsIn(await hook());
      await post(feedbackPath, { feedback: [entry(card?.uuid ?? '')] });
      expect(await acknowledgements(house)).toStrictEqual([]);
      expect(house.published).toStrictEqual([]);
      expect((await house.store.moments('anna', 5)).map(({ what }) => what)).toStrictEqual(['card-shown']);
    }),
  );

  it('about a card nobody knows is taken, and noted in the log', () =>
    withClinic(async ({ post, log, trips }) => {
      const feedback = [{ card: 'f6b95768-b1c8-40dc-8385-bf3504b82ffb', outcome: 'accepted' }];
      expect((await post(feedbackPath, { feedback })).statusCode).toBe(200);
      expect(trips).toStrictEqual(['get card']);
      expect(log.lines.join()).toContain('card-unknown');
    }));

  it('that is none is refused', () =>
    withClinic(async ({ post }) => {
      const response = await post(feedbackPath, { feedback: [{ card: 'x', outcome: 'ignored' }] });
      expect([response.statusCode, bodyOf(response).detail]).toStrictEqual([
        400,
        'These are missing or not as CDS Hooks 2.0 says: feedback.0.outcome.',
      ]);
    }));
});

it('writes nothing of a patient into the log', () =>
  withClinic(async ({ hook, post, keep, log }) => {
    await keep(annaAtTheDesk());
    const [card] = cardsIn(await hook());
    if (card !== undefined) await post(feedbackPath, seen(card));
    await post(`/cds-services/${patientView}`, hookBody({}, { patientId: 'Group/canary' }));
    expect(log.lines.join()).not.toMatch(/anna|kowalsk|chest|ibuprofen|canary/i);
  }));
