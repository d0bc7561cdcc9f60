import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { Envelope } from '../../events/envelope.ts';
import { changeOf, eventOfType, intakeOf, messageOf, momentOf, phoneOf, storyOf } from './samples.ts';

/** A store that may hold other suites' things: each test works under ids of its own. */
export interface StoryStoreUnderTest {
  readonly store: StoryStore;
  readonly records: Records;
  /** The events that were durably handed on since the start, in order. */
  readonly published: () => Promise<readonly Envelope[]>;
  readonly close: () => Promise<void>;
}

let unique = 0;
const fresh = (what: string) => `${what}-${process.pid}-${Date.now().toString(36)}-${++unique}`;

/** What every StoryStore promises. `runs` bounds the property, for engines behind a network. */
export function describeStoryStore(
  name: string,
  make: () => Promise<StoryStoreUnderTest>,
  sizes: { readonly runs: number; readonly rivals: number } = { runs: 200, rivals: 200 },
): void {
  const withStore = async (test: (under: StoryStoreUnderTest) => Promise<void>) => {
    const under = await make();
    try {
      await test(under);
    } finally {
      await under.close();
    }
  };

  describe(`the story store on ${name}`, () => {
    it('knows nothing of a story or phone that was never written', () =>
      withStore(async ({ store }) => {
        expect(await store.story(fresh('nobody'))).toBeUndefined();
        expect(await store.phone(fresh('nobody'))).toBeUndefined();
        expect(await store.moments(fresh('nobody'), 5)).toEqual([]);
      }));

    it('gives back what was committed', () =>
      withStore(async ({ store, records }) => {
        const [id, phone, message] = [fresh('anna'), fresh('phone'), fresh('message')];
        const intakes = { 'http://q|1': intakeOf('http://q'), 'http://r|1': intakeOf('http://r') };
        const change = changeOf(fresh('sms'), {
          story: storyOf(id, 1),
          phones: [phoneOf(phone, 1)],
          intakes,
          moments: [momentOf('a', '2026-03-02T07:58:12.000Z')],
          records: [{ kind: 'message', id: message, value: messageOf(message), expect: 'absent' }],
        });
        expect(await store.commit(change)).toEqual({ is: 'committed' });
        expect(await store.story(id)).toStrictEqual({ story: storyOf(id, 1), intakes });
        expect(await store.phone(phone)).toStrictEqual(phoneOf(phone, 1));
        expect(await store.moments(id, 5)).toStrictEqual([momentOf('a', '2026-03-02T07:58:12.000Z')]);
        expect(await records.get('message', message)).toStrictEqual({ value: messageOf(message), version: 1 });
      }));

    it('gives a story that was merged into another as that other, however many merges lie between', () =>
      withStore(async ({ store }) => {
        const [first, second, third] = [fresh('old'), fresh('older'), fresh('anna')];
        await store.commit(changeOf(fresh('c'), { story: { ...storyOf(first, 1), mergedInto: second } }));
        await store.commit(changeOf(fresh('c'), { story: { ...storyOf(second, 1), mergedInto: third } }));
        expect((await store.story(first))?.story.id).toBe(second);
        await store.commit(changeOf(fresh('c'), { story: storyOf(third, 1) }));
        expect((await store.story(first))?.story).toStrictEqual(storyOf(third, 1));
        expect((await store.story(second))?.story).toStrictEqual(storyOf(third, 1));
        await store.commit(changeOf(fresh('c'), { story: storyOf(second, 2) }));
        expect((await store.story(first))?.story).toStrictEqual(storyOf(second, 2));
      }));

    it('adds and drops the intakes beside a story', () =>
      withStore(async ({ store }) => {
        const id = fresh('anna');
        const [one, two] = [intakeOf('http://one'), intakeOf('http://two')];
        await store.commit(changeOf(fresh('c'), { story: storyOf(id, 1), intakes: { 'one|1': one } }));
        await store.story(id);
        await store.commit(changeOf(fresh('c'), { story: storyOf(id, 2), intakes: { 'two|1': two } }));
        expect((await store.story(id))?.intakes).toStrictEqual({ 'one|1': one, 'two|1': two });
        await store.commit(changeOf(fresh('c'), { story: storyOf(id, 3), droppedIntakes: ['one|1', 'never|1'] }));
        expect((await store.story(id))?.intakes).toStrictEqual({ 'two|1': two });
        await store.commit(
          changeOf(fresh('c'), { story: storyOf(id, 4), intakes: { 'two|1': one }, droppedIntakes: ['two|1'] }),
        );
        expect(await store.story(id)).toStrictEqual({ story: storyOf(id, 4), intakes: { 'two|1': one } });
      }));

    it('answers a repeated cause with the first outcome, though the story has moved on and the change differs', () =>
      withStore(async ({ store, published }) => {
        const [id, cause] = [fresh('anna'), fresh('sms')];
        const first = { reply: 'got it ☑', retryToken: 'token-1' };
        await store.commit(
          changeOf(cause, { outcome: first, story: storyOf(id, 1), events: [eventOfType('message-queued', cause)] }),
        );
        const again = changeOf(cause, {
          outcome: { reply: 'something else' },
          story: storyOf(id, 1, 'Bea'),
          events: [eventOfType('message-queued', `${cause}-again`)],
        });
        expect(await store.commit(again)).toEqual({ is: 'duplicate', outcome: first });
        expect(await store.commit({ ...again, story: storyOf(id, 2, 'Bea') })).toEqual({
          is: 'duplicate',
          outcome: first,
        });
        expect((await store.story(id))?.story).toStrictEqual(storyOf(id, 1));
        const about = (await published()).filter((event) => event.cause.startsWith(cause));
        expect(about.map((event) => event.cause)).toEqual([cause]);
      }));

    it('answers an identical repeat of a cause that touches no story as a duplicate', () =>
      withStore(async ({ store }) => {
        const change = changeOf(fresh('sms'));
        expect(await store.commit(change)).toEqual({ is: 'committed' });
        expect(await store.commit(change)).toEqual({ is: 'duplicate', outcome: change.outcome });
      }));

    it('refuses a story, phone or record at another version and then writes nothing at all', () =>
      withStore(async ({ store, records, published }) => {
        const [id, phone, other, record] = [fresh('anna'), fresh('phone'), fresh('phone'), fresh('message')];
        await store.commit(changeOf(fresh('c'), { story: storyOf(id, 1), phones: [phoneOf(phone, 1)] }));
        const rest = { phones: [phoneOf(other, 1)], moments: [momentOf('lost', '2026-03-02T08:00:00.000Z')] };
        const refused = [
          changeOf(fresh('c'), { ...rest, story: storyOf(id, 1, 'Bea') }),
          changeOf(fresh('c'), { ...rest, story: storyOf(id, 3, 'Bea') }),
          changeOf(fresh('c'), {
            ...rest,
            story: storyOf(id, 2, 'Bea'),
            phones: [phoneOf(other, 1), phoneOf(phone, 1)],
          }),
          changeOf(fresh('c'), {
            ...rest,
            story: storyOf(id, 2, 'Bea'),
            records: [{ kind: 'message', id: record, value: messageOf(record), expect: 3 }],
          }),
        ].map((change) => ({ ...change, events: [eventOfType('message-queued', change.cause)] }));
        for (const change of refused) expect(await store.commit(change)).toEqual({ is: 'conflict' });
        expect((await store.story(id))?.story).toStrictEqual(storyOf(id, 1));
        expect(await store.phone(other)).toBeUndefined();
        expect(await records.get('message', record)).toBeUndefined();
        expect(await store.moments(id, 5)).toEqual([]);
        const causes = new Set((await published()).map((event) => event.cause));
        for (const { cause } of refused) expect(causes).not.toContain(cause);
        // The cause was not used up: decided again, it commits.
        expect(await store.commit(changeOf(refused[0]?.cause ?? '', { story: storyOf(id, 2) }))).toEqual({
          is: 'committed',
        });
      }));

    it(`lets exactly one of ${sizes.rivals} concurrent commits win each version`, () =>
      withStore(async ({ store }) => {
        const id = fresh('anna');
        for (const version of [1, 2, 3]) {
          const rivals = Array.from({ length: sizes.rivals }, (_, n) => fresh(`rival-${n}`));
          const outcomes = await Promise.all(
            rivals.map((cause) => store.commit(changeOf(cause, { story: storyOf(id, version, cause) }))),
          );
          const winners = rivals.filter((_, n) => outcomes[n]?.is === 'committed');
          expect(winners).toHaveLength(1);
          expect(outcomes.filter(({ is }) => is === 'conflict')).toHaveLength(sizes.rivals - 1);
          expect((await store.story(id))?.story).toStrictEqual(storyOf(id, version, winners[0] ?? ''));
        }
      }));

    it('lets exactly one of many concurrent deliveries of one cause commit', () =>
      withStore(async ({ store }) => {
        const [id, cause] = [fresh('anna'), fresh('sms')];
        const all = await Promise.all(
          Array.from({ length: 10 }, () => store.commit(changeOf(cause, { story: storyOf(id, 1) }))),
        );
        expect(all.filter(({ is }) => is === 'committed')).toHaveLength(1);
        expect(all.filter(({ is }) => is === 'duplicate')).toHaveLength(9);
      }));

    it('gives the newest moments first, across commits and within one', () =>
      withStore(async ({ store }) => {
        const id = fresh('anna');
        const at = (minute: number) => `2026-03-02T07:${String(minute).padStart(2, '0')}:00.000Z`;
        await store.commit(
          changeOf(fresh('c'), { story: storyOf(id, 1), moments: [momentOf('1', at(1)), momentOf('2', at(2))] }),
        );
        await store.commit(changeOf(fresh('c'), { story: storyOf(id, 2), moments: [momentOf('3', at(3))] }));
        await store.commit(
          changeOf(fresh('c'), { story: storyOf(id, 3), moments: [momentOf('4', at(4)), momentOf('5', at(4))] }),
        );
        const ids = async (limit: number) => (await store.moments(id, limit)).map((moment) => moment.id);
        expect(await ids(10)).toEqual(['5', '4', '3', '2', '1']);
        expect(await ids(4)).toEqual(['5', '4', '3', '2']);
        expect(await ids(1)).toEqual(['5']);
      }));

    it('commits each cause once, whatever the interleaving of deliveries, repeats and new decisions', async () => {
      const under = await make();
      const seen = { committed: 0, duplicate: 0, conflict: 0 };
      try {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.record({ patient: fc.nat(2), turn: fc.nat(5), together: fc.boolean() }), { maxLength: 14 }),
            async (deliveries) => {
              const run = fresh('run');
              const answered = new Map<string, string>();
              const commits = new Map<string, number>();
              const take = async ({ patient, turn }: { patient: number; turn: number }) => {
                const cause = `${run}/${patient}/${turn}`;
                const id = `${run}-${patient}`;
                for (;;) {
                  const told = (await under.store.story(id))?.story;
                  const reply = `${told?.version ?? 0}`;
                  const committed = await under.store.commit(
                    changeOf(cause, {
                      outcome: { reply },
                      story: storyOf(id, (told?.version ?? 0) + 1, `${told?.person.firstName ?? ''}[${turn}]`),
                      events: [eventOfType('message-queued', cause)],
                    }),
                  );
                  seen[committed.is] += 1;
                  if (committed.is === 'conflict') continue;
                  if (committed.is === 'committed') commits.set(cause, (commits.get(cause) ?? 0) + 1);
                  const answer = committed.is === 'duplicate' ? committed.outcome.reply : reply;
                  expect(answered.get(cause) ?? answer).toBe(answer);
                  answered.set(cause, answer);
                  return;
                }
              };
              let batch: Promise<void>[] = [];
              for (const delivery of deliveries) {
                batch.push(take(delivery));
                if (delivery.together) continue;
                await Promise.all(batch);
                batch = [];
              }
              await Promise.all(batch);
              const causes = new Set(deliveries.map(({ patient, turn }) => `${run}/${patient}/${turn}`));
              expect([...commits.keys()].sort()).toEqual([...causes].sort());
              for (const times of commits.values()) expect(times).toBe(1);
              for (const patient of [0, 1, 2]) {
                const turns = new Set(deliveries.filter((d) => d.patient === patient).map((d) => `[${d.turn}]`));
                const told = (await under.store.story(`${run}-${patient}`))?.story;
                expect(told?.version ?? 0).toBe(turns.size);
                expect((told?.person.firstName.match(/\[\d]/g) ?? []).sort()).toEqual([...turns].sort());
              }
              const sent = (await under.published()).filter((event) => event.cause.startsWith(`${run}/`));
              expect(sent.map((event) => event.cause).sort()).toEqual([...causes].sort());
            },
          ),
          { numRuns: sizes.runs },
        );
      } finally {
        await under.close();
      }
      // The property says something only if repeats and races really happened.
      expect(seen.duplicate).toBeGreaterThan(0);
      expect(seen.conflict).toBeGreaterThan(0);
    });

    it('refuses intakes that come without a story', () =>
      withStore(async ({ store }) => {
        const change = changeOf(fresh('c'), { intakes: { 'one|1': intakeOf('http://one') } });
        await expect(store.commit(change)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
      }));
  });
}
