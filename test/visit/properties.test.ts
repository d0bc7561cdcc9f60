import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, isSettled, type Requirement, requirementStates } from '../../domain/requirements/requirement.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { day, hour, known, monday, need, start, theirs, visitWorld, weekTwoDaysAndDay } from './visit-world.ts';

const dues = ['2026-03-12T17:00:00.000Z', '2026-03-13T14:40:00.000Z'] as const;

const needs = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom('card', 'disc', 'approval', 'referral', 'fasting'),
      state: fc.constantFrom(...requirementStates),
      due: fc.constantFrom(...dues),
      tooLate: fc.boolean(),
      refused: fc.boolean(),
    }),
    { selector: ({ id }) => id, maxLength: 5 },
  )
  .map((drawn) => drawn.map(requirementOf));

function requirementOf(drawn: {
  id: string;
  state: Requirement['state'];
  due: string;
  tooLate: boolean;
  refused: boolean;
}): Requirement {
  const { id, state, due, tooLate, refused } = drawn;
  const others = id === 'approval' || id === 'referral';
  const base = others ? theirs(id) : need(id, id === 'card' ? { says: { default: 'The card by {due}.' } } : {});
  const isLate = tooLate && !isSettled[state];
  const isRefused = refused && state === 'open' && others;
  return {
    ...base,
    state,
    due,
    ...(isLate ? { tooLate: true } : {}),
    ...(isRefused ? { refused: true as const } : {}),
    says: {
      default: isLate
        ? `${id} may be late`
        : isRefused
          ? `${id} was refused`
          : state === 'met'
            ? `${id} is there`
            : base.says.default,
    },
  };
}

describe('whatever the EHR shows, in whatever order', () => {
  test('a patient is never told the same requirement twice unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(needs, fc.boolean()), { maxLength: 12 }), (plans) => {
        const world = visitWorld();
        /** What was said last of each, and what was seen of it since. */
        const said = new Map<string, { digest: string; since: Set<string> }>();
        for (const [requirements, again] of plans) {
          world.passes(hour);
          for (const now of again ? [requirements, requirements] : [requirements]) {
            world.shows(now);
            const listed = world.last().flatMap((effect) => (effect.do === 'list-needs' ? effect.needs : []));
            for (const each of now) said.get(each.id)?.since.add(digestOf(each));
            for (const [id, { since }] of said) if (!now.some((each) => each.id === id)) since.add('gone');
            for (const each of listed) {
              const before = said.get(each.id);
              // It was said before as it is now: then it must have been otherwise in between, and the patient's own, or said otherwise.
              if (before?.digest === digestOf(each)) {
                expect(each.owner).toBe('patient');
                expect(before.since.size).toBeGreaterThan(1);
              }
              said.set(each.id, { digest: digestOf(each), since: new Set([digestOf(each)]) });
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the same again is answered with nothing and changes nothing', () => {
    fc.assert(
      fc.property(fc.array(needs, { minLength: 1, maxLength: 6 }), (plans) => {
        const world = visitWorld();
        for (const requirements of plans) {
          world.passes(hour);
          const seenAt = world.now().toISOString();
          world.shows(requirements, { seenAt });
          const before = world.story();
          expect(world.shows(requirements, { seenAt })).toEqual([]);
          expect(world.story()).toEqual(before);
        }
      }),
    );
  });

  test('any order, duplicated, ends in the state of the right order', () => {
    const version = fc.record({
      requirements: needs,
      start: fc.constantFrom(start, '2026-03-20T14:40:00.000Z', '2026-03-12T14:40:00.000Z'),
      state: fc.constantFrom('booked', 'wished', 'arrived', 'cancelled', 'missed' as const),
    });
    const history = fc.array(version, { minLength: 1, maxLength: 6 }).chain((versions) =>
      fc.record({
        versions: fc.constant(versions),
        order: fc.shuffledSubarray([...versions.keys(), ...versions.keys()], { minLength: versions.length * 2 }),
      }),
    );
    fc.assert(
      fc.property(history, ({ versions, order }) => {
        const heard = versions.map((each, index) => ({
          ...known({
            start: each.start,
            state: each.state,
            seenAt: new Date(Date.parse(monday) - (versions.length - index) * hour).toISOString(),
            plan: weekTwoDaysAndDay,
          }),
          requirements: each.requirements,
        }));
        const play = (sequence: readonly number[]) => {
          const world = visitWorld();
          for (const index of sequence) {
            const version = heard[index];
            if (version === undefined) continue;
            const { requirements, ...rest } = version;
            world.plans({ appointment: '7', known: rest, requirements });
          }
          return world.visit();
        };
        expect(outcome(play(order))).toEqual(outcome(play([...versions.keys()])));
      }),
      { numRuns: 150 },
    );
  });
});

/** All that the EHR says and that follows from it; not what was said on the way there. */
function outcome(visit: PlannedVisit) {
  const { state, start: begins, end, seenAt, requirements, done } = visit;
  // What belongs to a visit that is over is closed, whatever was known of it before.
  return state === 'cancelled' || state === 'missed'
    ? { state, seenAt }
    : { state, begins, end, seenAt, requirements, done: state === 'booked' ? [...done].sort() : [] };
}

describe('reminders', () => {
  test('never speak of what is done, and never of a visit that moved, is over or has begun', () => {
    const step = fc.oneof(
      fc.record({
        is: fc.constant('shows' as const),
        needs,
        start: fc.constantFrom(start, '2026-03-20T14:40:00.000Z'),
      }),
      fc.record({ is: fc.constant('passes' as const), hours: fc.integer({ min: 1, max: 90 }) }),
      fc.record({ is: fc.constant('rings' as const) }),
      fc.record({
        is: fc.constant('ends' as const),
        because: fc.constantFrom('cancelled', 'passed', 'missed' as const),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const world = visitWorld();
        const rung = new Map<string, number>();
        world.shows([need('card')], { plan: weekTwoDaysAndDay });
        for (const each of steps) {
          if (each.is === 'passes') world.passes(each.hours * hour);
          if (each.is === 'ends') world.ends(each.because);
          if (each.is === 'shows') world.shows(each.needs, { start: each.start, plan: weekTwoDaysAndDay });
          if (each.is !== 'rings') continue;
          const before = world.visit();
          world.timeComes();
          const speaks = world
            .last()
            .some(
              (effect) =>
                effect.do === 'tell' && (effect.message === 'remind.visit' || effect.message === 'remind.near'),
            );
          if (!speaks) continue;
          expect(before.state).toBe('booked');
          const begins = Date.parse(before.start ?? '');
          expect(begins).toBeGreaterThan(world.now().getTime());
          for (const effect of world.last()) {
            if (effect.do === 'list-needs')
              for (const listed of effect.needs)
                expect([listed.owner, isSettled[listed.state]]).toEqual(['patient', false]);
          }
          const key = `${before.start}/${world.visit().done.join()}`;
          rung.set(key, (rung.get(key) ?? 0) + 1);
          expect(rung.get(key)).toBe(1);
          // A week before, two days, one day, a nudge or two, the other channel: never more for one time.
          expect(world.visit().done.length).toBeLessThan(20);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('come to an end: a timer that rings whenever something is due stops with the visit', () => {
    fc.assert(
      fc.property(needs, fc.integer({ min: 1, max: 40 }), (requirements, hours) => {
        const world = visitWorld();
        world.shows(requirements, { plan: weekTwoDaysAndDay });
        for (let at = 0; at < 14 * day; at += hours * hour) {
          world.timeComes();
          expect(world.timeComes()).toEqual([]);
          world.passes(hours * hour);
        }
        world.timeComes();
        expect(world.visit().state).toBe('passed');
      }),
      { numRuns: 50 },
    );
  });
});
