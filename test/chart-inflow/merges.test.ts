import fc from 'fast-check';
import type { Consent, FhirResource, Patient } from 'fhir/r4.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { hash, type Inflow, inflow } from './inflow.ts';
import { appointment, patient, routine, snomed } from './resources.ts';
import { notificationOf } from './small-chart.ts';

const start = '2026-03-20T16:00:00Z';
const numbers = { old: '+13125550101', anna: '+13125550102' } as const;
type Linked = 'replaced-by' | 'replaces';
let clinic: Inflow;

async function told(...resources: readonly (FhirResource & { readonly id: string })[]): Promise<void> {
  const saved = resources.map((resource) => clinic.ehr.put(resource));
  expect(await clinic.notify(notificationOf(saved))).toBe(200);
  expect(await clinic.follow()).toBe(true);
}
const person = (id: keyof typeof numbers, type?: Linked, more: Partial<Patient> = {}): Patient & { id: string } => ({
  ...patient(id, numbers[id], more),
  ...(type === undefined
    ? {}
    : {
        link: [{ type, other: { reference: `Patient/${id === 'old' ? 'anna' : 'old'}` } }],
        active: type === 'replaces',
      }),
});
const goesOn = async (id: string) => (await clinic.store.story(id))?.story;
const visits = async (id: string) => (await goesOn(id))?.visits.map(({ appointment: each }) => each).sort();
const asks = async (id: string) => (await goesOn(id))?.conversations.map(({ id: each }) => each).sort();
const members = (number: string) =>
  clinic
    .phones()
    .find(({ id }) => id === hash(number))
    ?.members.map(({ story }) => story);

async function say(id: string, words: string): Promise<void> {
  const view = await clinic.store.story(id);
  if (view === undefined) throw new Error('No such story');
  const { clinic: the } = speakerFor('lakeside');
  const clock = { now: () => new Date('2026-03-02T15:00:00Z') };
  await takeTurn(
    { store: clinic.store, clinic: the, clock },
    {
      cause: `sms/${words}`,
      view,
      heard: { is: 'words', words, channel: 'sms', via: 'text' },
      express: () => ({ reply: '' }),
    },
  );
}

beforeEach(async () => {
  clinic = inflow();
  await told(person('anna'), person('old'));
  await told(appointment('hers', 'anna', start), appointment('its', 'old', start, routine));
});

describe('two records of one person', () => {
  it.each<[string, () => Promise<void>]>([
    ['the old one says so', () => told(person('old', 'replaced-by'))],
    ['the survivor says so', () => told(person('anna', 'replaces'))],
    ['both say so', () => told(person('anna', 'replaces'), person('old', 'replaced-by'))],
  ])('go on as one story, with the visits, questions and numbers of both, where %s', async (_, merge) => {
    await merge();
    expect((await goesOn('old'))?.id).toBe('anna');
    expect(await visits('anna')).toEqual(['hers', 'its']);
    expect(await asks('anna')).toEqual(['appointment/hers', 'appointment/its']);
    expect(members(numbers.old)).toEqual(['anna']);
    expect(members(numbers.anna)).toEqual(['anna']);
    expect((await goesOn('anna'))?.person.phones).toEqual([hash(numbers.anna), hash(numbers.old)]);
  });

  it('leave nothing at the old one, and what is told of it later goes to the survivor', async () => {
    await told(person('old', 'replaced-by'));
    await told(appointment('its', 'old', '2026-03-21T16:00:00Z', routine), appointment('new', 'old', start));
    expect(await visits('anna')).toEqual(['hers', 'its', 'new']);
    expect((await goesOn('anna'))?.visits.find((each) => each.appointment === 'its')?.start).toBe(
      '2026-03-21T16:00:00Z',
    );
    expect(clinic.story('old')).toMatchObject({ visits: [], conversations: [], mergedInto: 'anna' });
  });

  it('ask one thing at a time, and an answer that was given stays given', async () => {
    await say('old', 'my knee');
    await told(person('old', 'replaced-by'));
    const story = await goesOn('anna');
    expect(story?.conversations.filter(({ status }) => status === 'open')).toHaveLength(1);
    expect(story?.conversations.find(({ id }) => id === 'appointment/its')?.told).toHaveLength(1);
  });

  it('are not texted where either of them refused it', async () => {
    const consent: Consent & { id: string } = {
      resourceType: 'Consent',
      id: 'c',
      status: 'active',
      scope: { text: 'Texts' },
      category: [],
      patient: { reference: 'Patient/old' },
      dateTime: '2026-03-01',
      provision: { type: 'deny', code: [{ text: 'Text messages' }] },
    };
    await told(consent);
    await told(person('old', 'replaced-by'));
    expect((await goesOn('anna'))?.consent.texts).toBe('refused');
  });

  it('count what either of them has in the chart', async () => {
    const subject = { reference: 'Patient/old' };
    const code = { coding: [{ system: snomed, code: '51619007' }] };
    await told({
      resourceType: 'ServiceRequest',
      id: 's',
      status: 'active',
      intent: 'order',
      authoredOn: '2026-02-20',
      subject,
      code,
    });
    await told(person('old', 'replaced-by'));
    const needs = (await goesOn('anna'))?.visits.find((each) => each.appointment === 'hers')?.requirements;
    expect(needs?.find(({ kind }) => kind === 'referral')?.state).toBe('met');
  });

  it('of whom the EHR does not show the survivor stay two, and operators see it', async () => {
    clinic.ehr.troubles.set('Patient/anna2', 'forbidden');
    await told({ ...person('old'), link: [{ type: 'replaced-by', other: { reference: 'Patient/anna2' } }] });
    expect((await goesOn('old'))?.id).toBe('old');
    expect((await clinic.quarantined()).join()).toContain('followed/Patient/old');
  });

  it('each of which replaces the other are one of them in the end, and nothing hangs', async () => {
    await told(person('old', 'replaced-by'), person('anna', 'replaced-by'));
    expect(['old', 'anna']).toContain((await goesOn('old'))?.id);
    expect((await goesOn('old'))?.id).toBe((await goesOn('anna'))?.id);
  });

  it('that we never heard of before lead to the survivor all the same', async () => {
    const link = [{ type: 'replaced-by' as const, other: { reference: 'Patient/second' } }];
    clinic.ehr.put(patient('second', '+13125550109'));
    await told({ ...patient('first', '+13125550108'), link });
    await told(appointment('theirs', 'first', start));
    expect(await visits('second')).toEqual(['theirs']);
  });
});

describe('a merge that was wrong', () => {
  beforeEach(async () => {
    await say('old', 'my knee');
    await told(person('old', 'replaced-by'));
  });

  it('is undone once nobody says so any more: each has their own again', async () => {
    await told(
      appointment('its', 'old', '2026-03-21T16:00:00Z', routine),
      appointment('new', 'old', start),
      appointment('more', 'anna', start),
    );
    await told(person('old'));
    expect(await visits('old')).toEqual(['its', 'new']);
    expect(await visits('anna')).toEqual(['hers', 'more']);
    expect((await goesOn('old'))?.visits.find((each) => each.appointment === 'its')?.start).toBe(
      '2026-03-21T16:00:00Z',
    );
    expect(await asks('anna')).toEqual(['appointment/hers', 'appointment/more']);
    expect((await goesOn('old'))?.conversations.find(({ id }) => id === 'appointment/its')).toMatchObject({
      status: 'open',
    });
    expect(members(numbers.old)).toEqual(['old']);
    expect(members(numbers.anna)).toEqual(['anna']);
    expect((await goesOn('old'))?.facts).not.toEqual({});
    expect((await goesOn('anna'))?.facts).toEqual({});
  });

  it('stands while one of the two records still says so', async () => {
    await told(person('anna', 'replaces'));
    await told(person('old'));
    expect((await goesOn('old'))?.id).toBe('anna');
    await told(person('anna'));
    expect((await goesOn('old'))?.id).toBe('old');
  });

  it('and a death of the one is not a death of the other', async () => {
    await told(person('old'));
    await told(person('old', undefined, { deceasedBoolean: true }));
    expect((await goesOn('anna'))?.person.deceased).toBe(false);
    expect((await goesOn('old'))?.person.deceased).toBe(true);
  });

  it('can be made again, and undone again', async () => {
    for (let round = 0; round < 2; round++) {
      await told(person('old'));
      expect([await visits('old'), await visits('anna')]).toEqual([['its'], ['hers']]);
      await told(person('old', 'replaced-by'));
      expect(await visits('anna')).toEqual(['hers', 'its']);
    }
  });
});

describe('merges told in any order', () => {
  const links: readonly (Patient & { id: string })[] = [
    person('old', 'replaced-by'),
    person('old'),
    person('anna', 'replaces'),
    person('anna'),
  ];
  const state = () => {
    const { stories, phones } = clinic.state();
    return {
      phones,
      stories: stories.map(({ id, mergedInto, visits: planned }) => [
        id,
        mergedInto,
        planned.map((each) => each.appointment),
      ]),
    };
  };

  it('leave the two as they are when told in turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(links.length - 1), fc.nat(5)), { minLength: 1, maxLength: 6 }),
        async (drawn) => {
          const writes = drawn.flatMap(([which]) => links[which] ?? []);
          clinic = inflow();
          await told(person('anna'), person('old'));
          await told(appointment('hers', 'anna', start), appointment('its', 'old', start, routine));
          for (const each of writes) await told(each);
          const inTurn = state();

          clinic = inflow();
          await told(person('anna'), person('old'));
          await told(appointment('hers', 'anna', start), appointment('its', 'old', start, routine));
          const saved = writes.map((each) => clinic.ehr.put(each));
          const shuffled = saved
            .map((each, index) => ({ each, at: drawn[index]?.[1] ?? 0 }))
            .sort((a, b) => a.at - b.at);
          for (const { each } of [...shuffled, ...shuffled]) await clinic.notify(notificationOf([each]));
          expect(await clinic.follow(2, 20)).toBe(true);
          expect(state()).toEqual(inTurn);
        },
      ),
      { numRuns: 60 },
    );
  });
});
