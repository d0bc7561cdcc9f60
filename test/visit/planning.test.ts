import { describe, expect, test } from 'vitest';
import type { Requirement } from '../../domain/requirements/requirement.ts';
import { day, hour, known, monday, need, start, theirs, visitWorld, weekTwoDaysAndDay } from './visit-world.ts';

const card = need('card');
const approval = theirs('approval');
const met = (requirement: Requirement): Requirement => ({
  ...requirement,
  state: 'met',
  says: requirement.saysMet ?? requirement.says,
});

describe('a visit that is booked', () => {
  test('is told once, whole, the patient’s own first', () => {
    const world = visitWorld();
    expect(world.shows([approval, card])).toEqual(['plan', 'list needs, first: card open, approval open']);
    expect(Object.keys(world.visit().told?.needs ?? {})).toEqual(['approval', 'card']);
  });

  test('leaves out of the list what the chart shows as met', () => {
    const world = visitWorld();
    expect(world.shows([met(approval), card])).toEqual(['plan', 'list needs, first: card open']);
  });

  test('says nothing that its conversation says already', () => {
    const world = visitWorld();
    const form = need('form', { kind: 'form' });
    expect(world.shows([form], {}, true)).toEqual(['plan']);
    expect(world.visit().told?.start).toBe(start);
    const another = visitWorld();
    expect(another.shows([form, card], {}, true)).toEqual(['plan', 'list needs, first: card open']);
  });

  test('of which content knows nothing says nothing, also when it moves', () => {
    const world = visitWorld();
    expect(world.shows([], { type: 'other' })).toEqual(['plan']);
    expect(world.shows([], { type: 'other', start: '2026-03-14T14:40:00.000Z' })).toEqual(['plan']);
  });

  test.each([
    ['only wished for', { state: 'wished' as const }],
    ['in the past', { start: '2026-03-02T13:00:00.000Z' }],
    ['under way', { state: 'arrived' as const }],
  ])('says nothing of one that is %s', (_, more) => {
    expect(visitWorld().shows([card], more)).toEqual(['plan']);
  });

  test('offers the questions that wait quietly', () => {
    const conversation = {
      id: 'appointment/7',
      intake: 'form|1',
      title: 'Questions',
      status: 'open' as const,
      startedAt: monday,
      changedAt: monday,
      visit: { appointment: '7', start },
      answers: {},
      history: [],
      rounds: {},
      told: [],
      skipped: [],
      turn: 0,
      amended: false,
      paused: { since: monday, because: 'later' as const },
    };
    const world = visitWorld({ story: { conversations: [conversation] } });
    expect(world.shows([card])).toEqual(['plan', 'list needs, first: card open', 'tell need.continue']);
    world.shows([card], { start: '2026-03-14T14:40:00.000Z' });
    expect(world.story().conversations[0]?.visit?.start).toBe('2026-03-14T14:40:00.000Z');
  });

  test('asks nothing of the dead and keeps what is known', () => {
    const person = { firstName: 'Anna', language: 'en' as const, deceased: true, phones: [] };
    const world = visitWorld({ story: { person } });
    expect(world.shows([{ ...card, tooLate: true }])).toEqual(['plan']);
    expect(world.visit().requirements).toHaveLength(1);
  });

  test('whose reminder would have come before, or comes right after, is not reminded of so late', () => {
    const world = visitWorld({ now: '2026-03-11T14:00:00.000Z' });
    world.shows([card], { plan: weekTwoDaysAndDay });
    expect(world.visit().done.map((id) => id.split('@')[0])).toEqual(['reminder/week', 'reminder/two-days']);
  });
});

describe('what is told later', () => {
  const told = (needs: readonly Requirement[] = [card, approval]) => {
    const world = visitWorld();
    world.shows(needs);
    world.passes(day);
    return world;
  };

  test('is nothing where nothing changed', () => {
    const world = told();
    const before = world.story();
    expect(world.plans({ appointment: '7', known: known(), requirements: [card, approval] })).toEqual([]);
    expect(world.story()).toEqual(before);
    expect(world.shows([card, approval])).toEqual([]);
  });

  test('is something new', () => {
    expect(told().shows([card, approval, need('form')])).toEqual([
      'plan',
      'tell need.about',
      'list needs, changed: form open',
    ]);
  });

  test('is what others have done, several in one message', () => {
    const world = told([card, approval, theirs('referral')]);
    expect(world.shows([card, met(approval), met(theirs('referral'))])).toEqual([
      'plan',
      'tell need.about',
      'list needs, changed: approval met, referral met',
    ]);
  });

  test('is that others were refused', () => {
    const refused: Requirement = {
      ...approval,
      refused: true,
      says: { default: 'They said no. We are talking to them.' },
    };
    expect(told().shows([card, refused])).toEqual(['plan', 'tell need.about', 'list needs, changed: approval open']);
  });

  test('is not what the patient did, nor that others have begun', () => {
    expect(told().shows([met(card), { ...approval, state: 'waiting' }])).toEqual(['plan']);
  });

  test('is the patient’s own that came back', () => {
    const world = told();
    world.shows([met(card), approval]);
    world.passes(hour);
    expect(world.shows([card, approval])).toEqual(['plan', 'tell need.about', 'list needs, changed: card open']);
  });

  test('is not said again where others’ part goes to and fro', () => {
    const world = told();
    world.shows([card, met(approval)]);
    for (const again of [approval, met(approval), { ...approval, state: 'waiting' as const }, met(approval)]) {
      world.passes(hour);
      expect(world.shows([card, again])).toEqual(['plan']);
    }
  });

  test('is not that what others have done is settled in another way', () => {
    const world = told();
    world.shows([card, met(approval)]);
    world.passes(hour);
    expect(world.shows([card, { ...approval, state: 'waived' }])).toEqual(['plan']);
    world.passes(hour);
    expect(world.shows([card, { ...met(approval), says: { default: 'They agreed.' } }])).toEqual(['plan']);
  });

  test('is another time only where the sentence names it', () => {
    const silent = need('disc');
    const naming = need('by', { says: { default: 'Please call by {due}.' } });
    const world = told([silent, naming]);
    const due = '2026-03-12T14:40:00.000Z';
    expect(
      world.shows([
        { ...silent, due },
        { ...naming, due },
      ]),
    ).toEqual(['plan', 'tell need.about', 'list needs, changed: by open']);
  });

  test('is that the patient need not do any more what they were asked to, and nothing of others’', () => {
    expect(told().shows([])).toEqual(['plan', 'tell need.about', 'list needs, changed: card waived']);
    const again = told();
    again.shows([]);
    again.passes(hour);
    expect(again.shows([])).toEqual([]);
  });

  test('is a choice, and a word to the desk, when something can’t be met any more', () => {
    const world = told();
    expect(world.shows([card, { ...approval, tooLate: true }])).toEqual([
      'plan',
      'tell the desk: cannot-be-met',
      'tell need.about',
      'list needs, changed: approval open',
      'choose keep-or-move: keep | another-time',
    ]);
    world.passes(hour);
    expect(world.shows([card, { ...approval, tooLate: true, state: 'open' }])).toEqual([]);
  });

  test('is too late already when first told', () => {
    expect(visitWorld().shows([{ ...approval, tooLate: true }])).toEqual([
      'plan',
      'tell the desk: cannot-be-met',
      'list needs, first: approval open',
      'choose keep-or-move: keep | another-time',
    ]);
  });
});

describe('a visit that moves', () => {
  const later = '2026-03-20T14:40:00.000Z';
  const fasting = need('fasting', {
    kind: 'preparation',
    from: '2026-03-13T10:40:00.000Z',
    says: { default: 'Nothing to eat after {from}.' },
  });

  test('is told old and new, with what changed, and asks whether it suits', () => {
    const world = visitWorld();
    world.shows([card, fasting]);
    world.passes(day);
    const moved = { ...fasting, from: '2026-03-20T10:40:00.000Z', due: later };
    expect(world.shows([{ ...card, due: later }, moved], { start: later })).toEqual([
      'plan',
      'tell remind.moved',
      'list needs, changed: fasting open',
      'choose moved: keep | another-time',
    ]);
    expect(world.last()).toContainEqual({ do: 'tell', message: 'remind.moved', was: start, when: later });
  });

  test('loses what was carried out, confirmed and said of the day for its former time', () => {
    const world = visitWorld();
    world.shows([card], { plan: weekTwoDaysAndDay });
    world.changeVisit({
      done: ['reminder/week@1'],
      confirmedAt: monday,
      lateAt: monday,
      lateness: { from: 5, to: 9, at: monday },
    });
    world.passes(hour);
    world.shows([card], { start: later, plan: weekTwoDaysAndDay });
    const { done, confirmedAt, lateAt, lateness, told } = world.visit();
    expect({ done, confirmedAt, lateAt, lateness }).toEqual({ done: [] });
    expect(told?.start).toBe(later);
  });

  test('the same instant written otherwise is no move', () => {
    const world = visitWorld();
    world.shows([card]);
    world.passes(hour);
    expect(world.shows([card], { start: '2026-03-13T09:40:00-05:00' })).not.toContain('tell remind.moved');
    expect(world.visit().done).toEqual([]);
  });

  test('by the patient’s own choice is not told as ours', () => {
    const world = visitWorld();
    world.shows([card]);
    const taking = { slot: 's2', start: later, end: later };
    world.changeVisit({ moving: { since: monday, passedOver: [], stage: 'booking', taking } });
    world.passes(hour);
    expect(world.shows([card], { start: later })).toEqual(['plan']);
    expect(world.visit().moving?.stage).toBe('booking');
  });

  test('drops the times that were offered for the former one', () => {
    const world = visitWorld();
    world.shows([card]);
    world.changeVisit({
      moving: { since: monday, passedOver: [], stage: 'offered' },
      asked: { is: 'pick-slot', at: monday, choices: [], misread: 0 },
    });
    world.passes(hour);
    expect(world.shows([card], { start: later }).at(-1)).toBe('choose moved: keep | another-time');
    expect(world.visit().moving).toBeUndefined();
  });
});

describe('what comes in any order', () => {
  test('an older version changes nothing, one of the same time is taken over', () => {
    const world = visitWorld();
    world.shows([card], { seenAt: '2026-03-02T13:00:00.000Z' });
    const before = world.story();
    expect(
      world.shows([need('other')], { seenAt: '2026-03-02T12:59:59.999Z', start: '2026-03-30T14:00:00.000Z' }),
    ).toEqual([]);
    expect(world.story()).toEqual(before);
    expect(world.shows([], { seenAt: '2026-03-02T13:00:00.000Z' })).toContain('list needs, changed: card waived');
  });

  test('what we know before the EHR shows it stands until a newer version', () => {
    const world = visitWorld();
    world.shows([card], { seenAt: monday });
    world.changeVisit({ state: 'arrived' });
    expect(world.shows([card], { seenAt: monday })).toEqual([]);
    expect(world.visit().state).toBe('arrived');
    world.shows([card], { seenAt: '2026-03-02T15:00:00.000Z' });
    expect(world.visit().state).toBe('booked');
  });

  test('what is over is let go first, the longest unchanged first, and no more than eight are kept', () => {
    const world = visitWorld();
    for (let id = 1; id <= 12; id++) {
      world.passes(1000);
      world.shows([], { appointment: String(id) });
      if (id === 5) world.hears({ is: 'visit-over', appointment: '5', because: 'cancelled' });
    }
    expect(world.story().visits.map(({ appointment }) => appointment)).toEqual([
      '4',
      '6',
      '7',
      '8',
      '9',
      '10',
      '11',
      '12',
    ]);
  });

  test('evidence is kept as handed in', () => {
    const world = visitWorld();
    const evidence = [{ reference: 'Coverage/1', kind: 'coverage', state: 'holds', codes: [], about: [] }] as const;
    expect(world.hears({ is: 'visits-planned', visits: [], evidence })).toEqual([]);
    expect(world.story().evidence).toEqual(evidence);
  });
});
