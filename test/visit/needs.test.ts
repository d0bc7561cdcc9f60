import { describe, expect, test } from 'vitest';
import { Turn } from '../../domain/conversation/turn.ts';
import { markDone, tellOpenNeeds } from '../../domain/visit/needs.ts';
import { asks, clinic, lineOf, talk } from '../engine/conversation.ts';
import { monday, need, start, theirs, visitWorld } from './visit-world.ts';

const card = need('card');
const disc = need('disc');
const approval = theirs('approval');
const fasting = need('fasting', { kind: 'preparation', from: '2026-03-13T10:40:00.000Z' });

type World = ReturnType<typeof visitWorld>;

/** One turn of the part alone: what the words lead to is tested where they are heard. */
function turnOf(world: World, take: (turn: Turn) => void): readonly string[] {
  const turn = new Turn({ story: world.story(), intakes: {} }, { clinic, now: world.now(), cause: 'test' });
  take(turn);
  const { story, effects } = turn.finish();
  world.change(story);
  return effects.map(lineOf);
}

function told(...needs: Parameters<World['shows']>[0]) {
  const world = visitWorld();
  world.shows(needs);
  world.passes(1000);
  return world;
}

describe('"what do I still need?"', () => {
  test('is answered with the next visit and all that is open, others’ part too', () => {
    const world = told(approval, card, need('done', { state: 'met' }));
    expect(turnOf(world, tellOpenNeeds)).toEqual([
      'tell need.next-visit',
      'list needs, open: card open, approval open',
    ]);
  });

  test('is answered when nothing is left, and where no visit is ahead', () => {
    expect(turnOf(told(need('done', { state: 'met' })), tellOpenNeeds)).toEqual([
      'tell need.next-visit',
      'tell need.nothing-left',
    ]);
    expect(turnOf(visitWorld(), tellOpenNeeds)).toEqual(['tell need.no-visit']);
    const world = told(card);
    world.ends('passed');
    expect(turnOf(world, tellOpenNeeds)).toEqual(['tell need.no-visit']);
  });

  test('names a later visit where that needs something', () => {
    const world = told(card);
    world.shows([disc], { appointment: '8', start: '2026-03-25T14:40:00.000Z' });
    world.shows([], { appointment: '9', start: '2026-03-26T14:40:00.000Z' });
    expect(turnOf(world, tellOpenNeeds)).toEqual([
      'tell need.next-visit',
      'list needs, open: card open',
      'tell need.next-visit',
      'list needs, open: disc open',
    ]);
  });

  test('is not news afterwards', () => {
    const world = told(approval);
    world.sets('approval', 'waiting');
    turnOf(world, tellOpenNeeds);
    expect(world.shows([{ ...approval, state: 'waiting' }])).toEqual(['plan']);
  });
});

describe('"done"', () => {
  test('meets the one thing that is the patient’s to do', () => {
    const world = told(card, approval, fasting, need('form', { kind: 'form' }), need('be there', { kind: 'arrival' }));
    expect(turnOf(world, markDone)).toEqual([
      'plan',
      'tell noted',
      'list needs, open: fasting open, form open, be there open, approval open',
    ]);
    expect(world.visit().requirements[0]).toMatchObject({ id: 'card', state: 'met', setBy: 'patient' });
  });

  test('asks which of several, and takes it by number or by name', () => {
    const world = told(card, disc);
    expect(turnOf(world, markDone)).toEqual(['choose which-need: need | need']);
    expect(turnOf(world, (turn) => markDone(turn, 2))[0]).toBe('plan');
    expect(world.visit().requirements.map(({ state }) => state)).toEqual(['open', 'met']);
    const other = told(card, disc);
    turnOf(other, (turn) => markDone(turn, 'card'));
    expect(other.visit().requirements.map(({ state }) => state)).toEqual(['met', 'open']);
    expect(turnOf(told(card, disc), (turn) => markDone(turn, 3))).toEqual(['choose which-need: need | need']);
  });

  test('says when nothing is left, and what is left where it is not the patient’s to do', () => {
    expect(turnOf(told(card), markDone)).toEqual(['plan', 'tell noted', 'tell need.nothing-left']);
    expect(turnOf(told(approval), markDone)).toEqual(['tell need.next-visit', 'list needs, open: approval open']);
  });

  test('is too early for what is kept to on the day', () => {
    const world = told(fasting);
    expect(turnOf(world, markDone)).toEqual(['tell need.next-visit', 'list needs, open: fasting open']);
    world.goesTo('2026-03-13T10:40:00.000Z');
    expect(turnOf(world, markDone)[0]).toBe('plan');
  });

  test('is not asked for again when the visit is planned anew', () => {
    const world = told(card, disc);
    turnOf(world, (turn) => markDone(turn, 'card'));
    const [met] = world.visit().requirements;
    world.passes(1000);
    expect(world.shows([met ?? card, disc])).toEqual([]);
  });
});

test('a form that is answered meets what the visit needs of it, without a word', () => {
  const conversation = talk([asks('q1', 'boolean')], {
    story: {
      visits: [
        {
          appointment: '7',
          state: 'booked',
          type: 'mri',
          start,
          slots: [],
          codes: [],
          plan: { reminders: [] },
          requirements: [
            need('form', { kind: 'form', questionnaire: 'https://clinic.example/Questionnaire/none' }),
            card,
          ],
          done: [],
          changedAt: monday,
        },
      ],
    },
  });
  const [visit] = conversation.story().visits;
  const { intake } = conversation.conversation();
  expect(visit?.requirements.every(({ state }) => state === 'open')).toBe(true);
  const own = talk([asks('q1', 'boolean')], {
    story: {
      visits:
        visit === undefined
          ? []
          : [{ ...visit, requirements: [need('form', { kind: 'form', questionnaire: intake }), card] }],
    },
  });
  expect(own.says('yes')).toContain('plan');
  expect(own.story().visits[0]?.requirements.map(({ state, setBy }) => [state, setBy])).toEqual([
    ['met', 'patient'],
    ['open', undefined],
  ]);
  expect(conversation.says('yes')).not.toContain('plan');
});

describe('a call', () => {
  const plan = { reminders: [{ id: 'day', before: 'P1D', at: '10:00' }] };

  test('begins with the visit, what is open and whether they come, where no question waits', () => {
    const world = told(card);
    expect(world.calls()).toEqual([
      'tell voice.greeting',
      'tell need.next-visit',
      'list needs, open: card open',
      'choose confirm: come | another-time | give-up',
    ]);
    expect(world.calls().at(-1)).toBe('choose confirm: come | another-time | give-up');
  });

  test('puts the visit’s own question, and none where it is confirmed', () => {
    const world = told(card);
    world.passes(1000);
    world.shows([card], { start: '2026-03-20T14:40:00.000Z' });
    expect(world.calls().at(-1)).toBe('choose moved: keep | another-time');
    const confirmed = told(card);
    confirmed.changeVisit({ confirmedAt: monday });
    expect(confirmed.calls()).toEqual(['tell voice.greeting', 'tell need.next-visit', 'list needs, open: card open']);
  });

  test('says nothing of a visit that content says nothing about', () => {
    const world = visitWorld();
    world.shows([], { type: 'other' });
    expect(world.calls()).toEqual(['tell voice.greeting', 'tell voice.nothing-waits']);
    world.passes(1000);
    world.shows([], { plan });
    expect(world.calls()).toContain('tell need.next-visit');
  });
});
