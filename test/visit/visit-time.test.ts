import { describe, expect, test } from 'vitest';
import { agendaOf } from '../../domain/visit/agenda.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { day, hour, monday, need, start, theirs, visitWorld, weekTwoDaysAndDay } from './visit-world.ts';

const card = need('card');

function planned(requirements = [card], plan = weekTwoDaysAndDay) {
  const world = visitWorld();
  world.shows(requirements, { plan });
  return world;
}

describe('a reminder', () => {
  test('carries what is still open of the patient’s own, and nothing of others’', () => {
    const world = planned([card, theirs('approval'), need('disc', { state: 'met' })]);
    world.goesTo('2026-03-06T16:00:00.000Z');
    expect(world.timeComes()).toEqual(['tell remind.visit', 'list needs, open: card open']);
    expect(world.timeComes()).toEqual([]);
  });

  test('comes once, however often and late its timer rings', () => {
    const world = planned();
    world.goesTo('2026-03-06T15:59:59.000Z');
    expect(world.timeComes()).toEqual([]);
    world.goesTo('2026-03-06T20:00:00.000Z');
    expect(world.timeComes()).toHaveLength(2);
    expect(world.timeComes()).toEqual([]);
  });

  test('that is due is not lost when something else is planned before its timer rings', () => {
    const world = planned();
    world.goesTo('2026-03-06T16:00:30.000Z');
    world.shows([card, need('disc')], { plan: weekTwoDaysAndDay });
    expect(world.timeComes()).toEqual(['tell remind.visit', 'list needs, open: card open, disc open']);
  });

  test('asks whether they come, until that is known', () => {
    const world = planned();
    world.goesTo('2026-03-11T15:00:00.000Z');
    expect(world.timeComes()).toEqual([
      'tell remind.visit',
      'list needs, open: card open',
      'choose confirm: come | another-time | give-up',
    ]);
    world.changeVisit({ confirmedAt: '2026-03-11T16:00:00.000Z' });
    world.goesTo('2026-03-12T22:00:00.000Z');
    expect(world.timeComes()).toEqual(['tell remind.near', 'list needs, open: card open']);
  });

  test('is left out where it would say nothing and ask nothing, but the day before it still says the time', () => {
    const world = planned([need('card', { state: 'met' })]);
    world.goesTo('2026-03-06T16:00:00.000Z');
    expect(world.timeComes()).toEqual([]);
    world.changeVisit({ confirmedAt: monday });
    world.goesTo('2026-03-12T22:00:00.000Z');
    expect(world.timeComes()).toEqual(['tell remind.near']);
  });

  test('of several that are due together is the newest', () => {
    const world = planned();
    world.goesTo('2026-03-12T23:00:00.000Z');
    expect(world.timeComes()).toEqual([
      'tell remind.near',
      'list needs, open: card open',
      'choose confirm: come | another-time | give-up',
    ]);
    expect(world.visit().done).toHaveLength(3);
  });

  test.each<[string, Partial<PlannedVisit>]>([
    ['arrived', { state: 'arrived' }],
    ['gave it up', { state: 'cancelled' }],
  ])('does not reach whoever has %s', (_, change) => {
    const world = planned();
    world.changeVisit(change);
    world.goesTo('2026-03-12T22:00:00.000Z');
    expect(world.timeComes()).toEqual([]);
  });

  test('does not ask whoever is choosing another time whether they come', () => {
    const world = planned();
    world.changeVisit({ moving: { since: '2026-03-12T21:00:00.000Z', passedOver: [], stage: 'offered' } });
    world.goesTo('2026-03-12T22:00:00.000Z');
    expect(world.timeComes()).toEqual(['tell remind.near', 'list needs, open: card open']);
  });

  test('of a former time is not carried out for the new one', () => {
    const world = planned();
    world.passes(hour);
    const later = '2026-03-23T14:40:00.000Z';
    world.shows([{ ...card, due: later }], { start: later, plan: weekTwoDaysAndDay });
    world.goesTo('2026-03-12T22:00:00.000Z');
    expect(world.timeComes()).toEqual([]);
  });

  test.each([
    ['has died', { person: { firstName: 'Anna', language: 'en' as const, deceased: true, phones: [] } }],
    ['wants no texts', { consent: { texts: 'refused' as const, at: monday, how: 'chart' as const } }],
  ])('says nothing to whoever %s', (_, change) => {
    const world = planned();
    world.change(change);
    world.goesTo('2026-03-12T22:00:00.000Z');
    expect(world.timeComes()).toEqual([]);
  });
});

describe('without an answer', () => {
  function asked() {
    const world = planned([]);
    world.goesTo('2026-03-11T15:00:00.000Z');
    expect(world.timeComes().at(-1)).toBe('choose confirm: come | another-time | give-up');
    return world;
  }

  test('the other channel is used, then the desk is told, once each', () => {
    const world = asked();
    world.goesTo('2026-03-12T14:40:00.000Z');
    expect(world.timeComes()).toEqual([
      'other-channel',
      'tell remind.visit',
      'choose confirm: come | another-time | give-up',
    ]);
    world.goesTo('2026-03-12T18:40:00.000Z');
    expect(world.timeComes()).toEqual(['tell the desk: no-reply']);
    expect(world.timeComes()).toEqual([]);
  });

  test.each<[string, Partial<PlannedVisit>]>([
    ['whoever confirmed', { confirmedAt: monday }],
    ['whoever asked for another time', { moving: { since: monday, passedOver: [], stage: 'looking' } }],
  ])('nobody chases %s', (_, change) => {
    const world = asked();
    const { asked: __, ...answered } = { ...world.visit(), ...change };
    world.change({ visits: [answered] });
    world.goesTo('2026-03-12T18:40:00.000Z');
    const said = world.timeComes();
    expect(said).not.toContain('other-channel');
    expect(said).not.toContain('tell the desk: no-reply');
  });
});

describe('what is due', () => {
  test('and others’, and not met, is told to the desk, once, and stays open', () => {
    const world = planned([theirs('approval'), theirs('referral')], { reminders: [] });
    world.goesTo('2026-03-12T17:00:00.000Z');
    expect(world.timeComes()).toEqual(['tell the desk: needs-missed']);
    expect(world.timeComes()).toEqual([]);
    expect(world.visit().requirements.map(({ state }) => state)).toEqual(['open', 'open']);
  });

  test('tomorrow of the patient’s own is said by itself', () => {
    const world = planned([need('form', { kind: 'form', due: '2026-03-09T22:00:00.000Z' }), card], {
      reminders: weekTwoDaysAndDay.reminders.slice(1),
    });
    world.goesTo('2026-03-08T22:00:00.000Z');
    world.timeComes();
    expect(world.last().map((effect) => effect.do)).toEqual(['tell', 'list-needs']);
    expect(world.last()).toMatchObject([{}, { needs: [{ id: 'form' }], manner: 'open' }]);
  });

  test('and can’t be begun any more is told at once, with a choice, in the words for it', () => {
    const slow = theirs('approval', {
      startBy: '2026-03-09T17:00:00.000Z',
      saysTooLate: { default: 'It may not come in time.' },
    });
    const world = planned([slow], { reminders: [] });
    world.goesTo('2026-03-09T17:00:00.000Z');
    expect(world.timeComes()).toEqual([
      'plan',
      'tell the desk: cannot-be-met',
      'tell need.about',
      'list needs, changed: approval open',
      'choose keep-or-move: keep | another-time',
    ]);
    expect(world.last()[3]).toMatchObject({ needs: [{ says: { default: 'It may not come in time.' } }] });
    world.passes(day);
    const { saysTooLate: _, ...later } = slow;
    // The planner comes to the same.
    expect(
      world.shows([{ ...later, tooLate: true, says: { default: 'It may not come in time.' } }], {
        plan: { reminders: [] },
      }),
    ).toEqual([]);
  });
});

test('a visit whose time is over has passed: what was open is missed, and nothing is said', () => {
  const world = planned([card, need('disc', { state: 'met' })]);
  world.goesTo('2026-03-13T19:10:00.000Z');
  expect(world.timeComes()).toEqual(['visit over: passed']);
  const { state, requirements, asked } = world.visit();
  expect([state, requirements.map((each) => each.state), asked]).toEqual(['passed', ['missed', 'met'], undefined]);
  expect(world.timeComes()).toEqual([]);
  expect(agendaOf(world.visit(), 'America/Chicago')).toEqual([]);
});

test('a timer for a visit that nobody knows does nothing', () => {
  expect(visitWorld().timeComes()).toEqual([]);
});

test('a visit told first by its reminder is told of when it moves', () => {
  const world = planned([], { reminders: [{ id: 'day', before: 'P1D', at: '10:00' }] });
  world.goesTo('2026-03-12T15:00:00.000Z');
  expect(world.timeComes()).toEqual(['tell remind.near']);
  expect(world.visit().told?.start).toBe(start);
});
