import { createHash } from 'node:crypto';
import { ownQuestionnaire } from '../../content/questionnaires.ts';
import { visitContent } from '../../content/visit-content.ts';
import type { Story } from '../../domain/story/story.ts';
import { isAhead } from '../../domain/visit/visit.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import type { Envelope } from '../../events/envelope.ts';
import { chartChanged as chartChangedSpec } from '../../functions/chart-changed/environment.ts';
import { createHandler as createChartChanged } from '../../functions/chart-changed/handler.ts';
import { knownOf } from '../../functions/chart-changed/visits-planned.ts';
import { createHandler as createEhrNotified } from '../../functions/ehr-notified/handler.ts';
import { deliver } from '../functions/deliver.ts';
import { httpEvent, listeningLog } from '../functions/ehr-notified/http-event.ts';
import { within } from '../functions/within-access.ts';
import { memoryHouse } from './memory-house.ts';
import { smallChart } from './small-chart.ts';

/** Monday morning at the clinic. */
export const now = Date.parse('2026-03-02T14:00:00.000Z');
export const hash = (e164: string): string => createHash('sha256').update(e164).digest('base64url').slice(0, 12);

/** The way in, from the EHR's call to the story, with the real handlers: a notification is posted, what it says is followed. */
export function inflow() {
  const house = memoryHouse();
  const { store, records, published } = house;
  // What has happened lies in the last minute, so that a sweep looks at all of it.
  const ehr = smallChart(now - 60_000);
  let at = now;
  const clock = { now: () => new Date(at) };
  const log = listeningLog();
  const speaker = speakerFor('lakeside');
  const secret = { header: 'x-ehr-secret', secret: 'Bearer of-the-ehr' };
  const always = { store, records, clinic: speaker.clinic, clock, log };
  const ehrNotified = createEhrNotified({ ...always, secret });
  const chartChanged = createChartChanged({
    ...always,
    chart: within(chartChangedSpec.ehrAccess, ehr.chart),
    speaker,
    phoneHash: hash,
    us: ['told-once'],
    visits: visitContent(speaker.clinic),
    ownQuestionnaire,
  });
  let followed = 0;
  const clinic = {
    ...house,
    ehr,
    log,
    advance: (ms: number) => {
      at += ms;
    },
    /** The EHR's call; gives its status. */
    async notify(body: object | string, below = '', method: 'POST' | 'PUT' = 'POST'): Promise<number> {
      // No two calls come at the same instant.
      at += 1;
      const response = await ehrNotified(
        httpEvent({
          route: `${method} /ehr/notifications${below === '' ? '' : '/{proxy+}'}`,
          path: `/ehr/notifications${below}`,
          headers: { [secret.header]: secret.secret, 'content-type': 'application/fhir+json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      );
      return response.statusCode ?? 0;
    },
    /** Takes what waits on the queue of `chart-changed`, so many at a time and two batches side by side; what fails comes again. True once all is done. */
    async follow(batch = 10, rounds = 6): Promise<boolean> {
      let again: Envelope[] = [];
      for (let round = 0; round < rounds; round++) {
        const waiting = [...again, ...published.slice(followed).filter(({ type }) => type === 'chart-changed')];
        followed = published.length;
        again = [];
        if (waiting.length === 0) return true;
        for (let from = 0; from < waiting.length; from += 2 * batch) {
          const two = [waiting.slice(from, from + batch), waiting.slice(from + batch, from + 2 * batch)];
          const done = await Promise.all(two.map((events) => deliver(chartChanged, events)));
          again.push(...two.flatMap((events, index) => (done[index] === true ? [] : events)));
        }
      }
      return again.length === 0 && published.slice(followed).every(({ type }) => type !== 'chart-changed');
    },
    story: (id: string) => house.view(id)?.story,
    events: (type: string) => published.filter((event) => event.type === type),
    texts: async () => (await records.list('message')).items.map(({ value }) => value.body),
    /** What waits for an operator. */
    quarantined: async () =>
      (await records.list('quarantine')).items.flatMap(({ id, value }) =>
        value.state === undefined ? [`${id}: ${value.why}`] : [],
      ),
    /** All that the EHR's state decides, and nothing of the way to it: what was said when, and what is over. */
    state: () => ({ stories: house.stories().map(asTheChartSays), phones: house.phones().flatMap(membersOf).sort() }),
  };
  return clinic;
}

export type Inflow = ReturnType<typeof inflow>;

function asTheChartSays({ id, person, consent, evidence, onFile, visits, conversations, mergedInto }: Story) {
  const ahead = visits.filter(({ state }) => isAhead[state]);
  return {
    id,
    mergedInto,
    person,
    consent: consent.texts,
    evidence,
    onFile: onFile.map(({ key, value, source }) => ({ key, value, source })),
    visits: ahead
      .map((visit) => ({ ...knownOf(visit), requirements: visit.requirements, confirmedAt: visit.confirmedAt }))
      .sort((a, b) => (a.appointment < b.appointment ? -1 : 1)),
    // Questions that began while it was booked go on while it is asked for anew, and when the patient is there already.
    asked: conversations
      .filter(({ status }) => status === 'open' || status === 'queued')
      .filter(({ visit }) =>
        ahead.every(({ appointment, state }) => appointment !== visit?.appointment || state === 'booked'),
      )
      .map(({ visit, intake }) => `${visit?.appointment} ${intake}`)
      .sort(),
  };
}

/** A number that reached somebody once may be known still: of nobody. */
function membersOf({ id, members }: ReturnType<ReturnType<typeof memoryHouse>['phones']>[number]): readonly string[] {
  return members.length === 0 ? [] : [JSON.stringify([id, members])];
}
