import { describe, expect, it } from 'vitest';
import { noteOf } from '../../functions/chart-due/visit-note.ts';
import { asks } from '../engine/conversation.ts';
import { patientWorld, start, visit } from './patient-world.ts';
import { monday, need, theirs, visitWorld, weekTwoDaysAndDay } from './visit-world.ts';

const ofTheVisit = { visit: { appointment: '7', start } };

function asked(more: object = {}) {
  const anna = patientWorld({ asks: [asks('q1', 'boolean'), asks('q2', 'boolean')] });
  anna.change({ conversations: anna.story().conversations.map((each) => ({ ...each, ...ofTheVisit, ...more })) });
  return anna;
}

describe('the questions of a visit that is being given up', () => {
  function givingUp() {
    const anna = asked();
    anna.says("I can't make it");
    expect(anna.says('2')).toEqual(['give-up', 'tell visit.giving-up']);
    return anna;
  }

  it('are not put again: not on the next call, nor on silence, nor for MORE', () => {
    const anna = givingUp();
    expect(anna.calls()).toEqual(['tell voice.greeting', 'tell visit.giving-up']);
    expect(anna.hears({ is: 'silence', channel: 'voice-speech', times: 1 })).toEqual([
      'tell voice.silence',
      'tell voice.nothing-waits',
    ]);
    expect(anna.says('more')).toEqual(['tell more.nothing']);
    expect(anna.says('continue')).toEqual(['tell continue.nothing']);
  });

  it('come back where it comes to nothing', () => {
    const anna = givingUp();
    anna.passes(61);
    anna.timeComes();
    expect(anna.says('continue')).toEqual(['ask q1 (1 of 2)']);
  });
});

describe('questions of which nothing was said yet', () => {
  const quiet = () => asked({ paused: { since: start, because: 'later' }, asked: undefined });

  it('begin neither by silence nor by a word that asks for something else', () => {
    const anna = quiet();
    expect(anna.hears({ is: 'silence', channel: 'voice-speech', times: 1 })).toEqual([
      'tell voice.silence',
      'tell need.continue',
    ]);
    expect(anna.says('more')).toEqual(['tell more.nothing']);
    expect(anna.says('skip')).toEqual(['tell need.continue']);
    expect(anna.says('repeat')).toEqual(['tell need.continue']);
    expect(anna.story().conversations[0]).toMatchObject({ skipped: [], told: [] });
  });

  it('begin by CONTINUE', () => {
    expect(quiet().says('continue')).toEqual(['ask q1 (1 of 2)']);
  });
});

describe('"done"', () => {
  const papers = need('papers', { says: { default: 'Please bring any medical papers or discs you have at home.' } });
  const card = need('card', { says: { default: 'Please bring your insurance card.' } });
  const form = need('form', { kind: 'form', says: { default: 'Please answer a few questions for us.' } });
  const at = { kind: 'arrival', says: { default: 'Please be here by {due}.' } } as const;
  function told() {
    const anna = patientWorld({ visits: [{ requirements: [form, card, papers, need('arrival', at)] }] });
    anna.says('what do I still need?');
    return anna;
  }
  const stateOf = (anna: ReturnType<typeof patientWorld>, id: string) =>
    anna.visit().requirements.find((each) => each.id === id)?.state;

  it('with a number counts the list that was heard, though that has grown shorter', () => {
    const anna = told();
    anna.changeVisit({ requirements: anna.visit().requirements.filter(({ id }) => id !== 'form') });
    anna.says('number 3 is done');
    expect(stateOf(anna, 'papers')).toBe('met');
    expect(stateOf(anna, 'card')).toBe('open');
  });

  it.each(['done with the papers', 'I have the papers ready', 'the papers are ready'])(
    'of what is named: "%s"',
    (words) => {
      const anna = told();
      expect(anna.says(words)[0]).toBe('tell noted');
      expect(stateOf(anna, 'papers')).toBe('met');
    },
  );

  it('of what nothing is named by is asked about, and never passed on', () => {
    expect(told().says('done with the shopping')).toEqual(['choose which-need: need | need']);
  });

  it.each(['I do not have the papers', 'are the papers ready?', 'I have a question'])(
    'is not heard in "%s"',
    (words) => {
      const anna = told();
      anna.says(words);
      expect(stateOf(anna, 'papers')).toBe('open');
    },
  );
});

describe('where the carrier lets nothing through', () => {
  it('nobody is asked, and nobody is said not to have answered', () => {
    const world = visitWorld();
    world.shows([need('card')], { plan: weekTwoDaysAndDay });
    const unheard = () => world.hears({ is: 'visit-time', appointment: '7', unheard: true });
    world.goesTo('2026-03-06T16:00:00.000Z');
    expect(unheard()).toEqual([]);
    world.goesTo('2026-03-11T15:00:00.000Z');
    expect(unheard()).toEqual(['tell remind.visit']);
    expect(world.visit().asked).toBeUndefined();
    world.goesTo('2026-03-12T22:00:00.000Z');
    expect(unheard()).toEqual([]);
    world.goesTo('2026-03-13T00:00:00.000Z');
    expect(unheard()).toEqual([]);
  });
});

describe('what the desk reads', () => {
  const where = { at: monday, timeZone: 'America/Chicago' };

  it('of a visit that is over does not say that it stands', () => {
    for (const state of ['cancelled', 'missed', 'passed'] as const)
      expect(noteOf('not-moved', { ...visit, state }, where).words).not.toContain('stands');
    expect(noteOf('not-moved', visit, where).words).toContain('The visit stands until then.');
  });

  it('of what is missing names nothing that is seen on the day alone', () => {
    const requirements = [
      theirs('approval', { because: 'approval' }),
      need('card', { because: 'card' }),
      need('fasting', { kind: 'preparation', because: 'fasting' }),
      need('arrival', { kind: 'arrival', because: 'arrival' }),
      need('form', { kind: 'form', because: 'form' }),
    ];
    const { words } = noteOf('needs-missed', { ...visit, requirements }, where);
    expect(words).toContain('(approval)');
    expect(words).toContain('(form)');
    expect(words).not.toMatch(/\((?:card|fasting|arrival)\)/);
  });
});
