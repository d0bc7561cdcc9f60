import { describe, expect, test } from 'vitest';
import { monday, need, theirs, visitWorld } from './visit-world.ts';

const card = need('card');
const approval = theirs('approval');

function told() {
  const world = visitWorld();
  world.shows([card, approval]);
  world.changeVisit({
    asked: { is: 'confirm', at: monday, choices: [{ is: 'come' }], misread: 0 },
    moving: { since: monday, passedOver: [], stage: 'looking' },
  });
  return world;
}

describe('a visit that is over', () => {
  test('because the clinic called it off is told kindly, with another time', () => {
    const world = told();
    expect(world.ends('cancelled')).toEqual([
      'visit over: cancelled',
      'tell remind.off',
      'choose missed: another-time',
    ]);
    const { state, moving, requirements } = world.visit();
    expect([state, moving, requirements.map((each) => each.state)]).toEqual(['cancelled', undefined, ['open', 'open']]);
  });

  test('because it was missed is told, with another time', () => {
    expect(told().ends('missed')).toEqual(['visit over: missed', 'tell remind.missed', 'choose missed: another-time']);
  });

  test('because it never was is told, with nothing to choose', () => {
    expect(told().ends('never-was')).toEqual(['visit over: never-was', 'tell remind.off']);
  });

  test('because it took place says nothing, and what was open is missed', () => {
    const world = told();
    expect(world.ends('passed')).toEqual(['visit over: passed']);
    expect(world.visit().requirements.map(({ state }) => state)).toEqual(['missed', 'missed']);
    expect(world.visit().asked).toBeUndefined();
  });

  test('is told once, also where the EHR says it again, and to nobody who gave it up', () => {
    const world = told();
    world.ends('cancelled');
    expect(world.ends('cancelled')).toEqual([]);
    const other = told();
    other.changeVisit({ state: 'cancelled' });
    expect(other.ends('cancelled')).toEqual([]);
  });

  test('of which the patient never heard from us is not told off', () => {
    const world = visitWorld();
    world.shows([], { type: 'other' });
    expect(world.ends('cancelled')).toEqual(['visit over: cancelled']);
  });

  test('is told to nobody where the patient has died', () => {
    const world = told();
    world.change({ person: { ...world.story().person, deceased: true } });
    expect(world.ends('cancelled')).toEqual(['visit over: cancelled']);
  });

  test('comes from the EHR as a visit in that state, too', () => {
    const world = told();
    expect(world.shows([card], { state: 'missed' }).at(0)).toBe('visit over: missed');
  });

  test('is not over for an older version, nor brought back by one', () => {
    const world = visitWorld();
    world.shows([card], { seenAt: '2026-03-02T12:00:00.000Z' });
    expect(world.ends('cancelled', '2026-03-02T11:00:00.000Z')).toEqual([]);
    expect(world.visit().state).toBe('booked');
    world.ends('cancelled', '2026-03-02T13:00:00.000Z');
    expect(world.shows([card], { seenAt: '2026-03-02T12:30:00.000Z' })).toEqual([]);
    const late = visitWorld();
    expect(late.ends('cancelled', '2026-03-02T13:00:00.000Z')).toEqual([]);
    expect(late.shows([card], { seenAt: '2026-03-02T12:30:00.000Z' })).toEqual([]);
    expect(late.visit().state).toBe('cancelled');
  });

  test('and booked again is told from the beginning', () => {
    const world = told();
    world.ends('cancelled');
    world.passes(1000);
    expect(world.shows([card, approval])).toEqual(['plan', 'list needs, first: card open, approval open']);
    expect(world.visit().asked).toBeUndefined();
  });

  test('whose questions are in the middle is said once', () => {
    const world = visitWorld();
    world.shows([card]);
    const conversation = {
      id: 'appointment/7',
      intake: 'form|1',
      title: 'Questions',
      status: 'open' as const,
      startedAt: monday,
      changedAt: monday,
      visit: { appointment: '7' },
      answers: {},
      history: [],
      rounds: {},
      told: [],
      skipped: [],
      turn: 1,
      amended: false,
      asked: { slot: 'q1', misread: 0 },
    };
    world.change({ conversations: [conversation] });
    expect(world.ends('cancelled')).toContain('tell remind.off');
    expect(world.hears({ is: 'ended', conversation: 'appointment/7', because: 'visit-cancelled' })).toEqual([
      'close appointment/7: visit-cancelled',
    ]);
  });
});

describe('what staff set', () => {
  test('is told where others have done their part, in the words for it', () => {
    const world = told();
    expect(world.sets('approval', 'met')).toEqual(['plan', 'tell need.about', 'list needs, changed: approval met']);
    expect(world.last()[2]).toMatchObject({ needs: [{ says: { default: 'We have approval.' }, setBy: 'staff' }] });
    expect(world.sets('approval', 'met')).toEqual([]);
  });

  test('is said once, also when the planner comes to the same', () => {
    const world = told();
    world.sets('approval', 'met');
    world.passes(1000);
    const { saysMet, ...rest } = approval;
    const planned = {
      ...rest,
      state: 'met' as const,
      setBy: 'staff' as const,
      evidence: 'staff',
      says: saysMet ?? rest.says,
    };
    expect(world.shows([card, planned])).toEqual([]);
  });

  test('is told where the patient need not do any more what they were asked to', () => {
    const world = told();
    expect(world.sets('card', 'waived', 'We have a copy.')).toEqual([
      'plan',
      'tell need.about',
      'list needs, changed: card waived',
    ]);
    expect(world.visit().requirements.find(({ id }) => id === 'card')?.waivedBecause).toBe('We have a copy.');
  });

  test('is not told where somebody has only begun, nor what the patient did', () => {
    expect(told().sets('approval', 'waiting')).toEqual(['plan']);
    expect(told().sets('card', 'met')).toEqual(['plan']);
  });

  test('is taken back: then the chart counts again, and the patient’s own is asked for again', () => {
    const world = told();
    world.sets('card', 'met');
    expect(world.sets('card', 'open')).toEqual(['plan', 'tell need.about', 'list needs, changed: card open']);
    expect(world.visit().requirements.find(({ id }) => id === 'card')?.setBy).toBeUndefined();
    expect(world.sets('card', 'open')).toEqual([]);
  });

  test('is given back by who was to see to it: the desk hears of it once, and the patient still hears what is so', () => {
    const world = told();
    const approvalNow = () => world.visit().requirements.find(({ id }) => id === 'approval');
    world.sets('approval', 'waiting');
    expect(world.sets('approval', 'given-back', 'Not our patient')).toEqual(['plan', 'tell the desk: need-given-back']);
    expect(approvalNow()).toMatchObject({ state: 'open', givenBack: { because: 'Not our patient' } });
    expect(approvalNow()?.setBy).toBeUndefined();
    // The Task comes back with what we wrote into it, and the chart with what it showed before.
    expect(world.sets('approval', 'given-back', 'Not our patient')).toEqual([]);
    expect(world.sets('approval', 'waiting')).toEqual(['plan']);
    expect(approvalNow()?.givenBack).toBeUndefined();
    expect(world.sets('approval', 'given-back')).toEqual(['plan', 'tell the desk: need-given-back']);
    expect(world.sets('approval', 'given-back', 'We are closed until Monday')).toEqual([
      'plan',
      'tell the desk: need-given-back',
    ]);
    expect(world.sets('approval', 'open')).toEqual(['plan']);
    expect(approvalNow()?.givenBack).toBeUndefined();
    world.sets('approval', 'given-back');
    world.sets('approval', 'met');
    expect(approvalNow()?.givenBack).toBeUndefined();
  });

  test('is not given back where the chart shows that it is done', () => {
    const world = told();
    world.shows([card, { ...approval, state: 'met', evidence: 'ClaimResponse/7' }]);
    expect(world.sets('approval', 'given-back')).toEqual([]);
  });

  test('for something nobody needs, or a visit that is over, changes nothing', () => {
    const world = told();
    expect(world.sets('nothing', 'met')).toEqual([]);
    world.ends('passed');
    expect(world.sets('card', 'met')).toEqual([]);
  });
});
