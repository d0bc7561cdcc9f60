import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, test } from 'vitest';
import { loadContent } from '../../content/content.ts';
import { sentence } from '../../domain/guidance/catalogue.ts';
import { type Language, languages, wordsIn } from '../../domain/guidance/language.ts';
import type { Evidence } from '../../domain/requirements/evidence.ts';
import { createPlanner } from '../../domain/requirements/planning.ts';
import type { Requirement } from '../../domain/requirements/requirement.ts';
import type { Story } from '../../domain/story/story.ts';
import { renderSms } from '../../edge/sms/render-sms.ts';
import type { Speaker } from '../../edge/speech.ts';
import { type CallManner, renderVoiceTurn } from '../../edge/voice/render-voice.ts';
import { clinic } from '../engine/conversation.ts';
import { coverage, facts, mri, seedTable, zone } from '../requirements/chart.ts';
import { hour, need, theirs, visitWorld, weekTwoDaysAndDay } from './visit-world.ts';

const content = loadContent();
const link = `https://clinic.example/u/${'x'.repeat(128)}`;
const speaker: Speaker = {
  clinic,
  catalogue: content.catalogueFor('US'),
  emergencyNumber: '911',
  pageLink: () => link,
};
const withoutLink: Speaker = { clinic, catalogue: speaker.catalogue, emergencyNumber: '911' };
const paths = { next: () => '/next', dialled: () => '/dialled' };
const booked = '2026-02-20T16:00:00.000Z';

/** A child who needs an interpreter, takes everything and has everything: the longest list that our content can make. */
const evidence: readonly Evidence[] = [
  { ...coverage, payer: 'other' },
  { ...coverage, reference: 'Coverage/c2' },
  ...seedTable.rules.flatMap(({ rows }) =>
    rows.flatMap(({ when }) =>
      (when.has ?? []).flatMap((group) =>
        (seedTable.groups[group]?.codes ?? []).slice(0, 1).map(
          (code, index): Evidence => ({
            reference: `X/${group}-${index}`,
            kind: seedTable.groups[group]?.kinds[0] ?? 'condition',
            state: 'holds',
            codes: [code],
            about: [],
          }),
        ),
      ),
    ),
  ),
];

function longest(type: string): readonly Requirement[] {
  const plan = createPlanner(seedTable, { timeZone: zone, facts });
  const patient = { evidence, birthDate: '2015-05-05', interpreter: true } as const;
  return plan({ ...mri, type }, patient, [], new Date(booked)).map((each) => ({ ...each, state: 'open' }));
}

function storyIn(language: Language, more: Partial<Story['person']> = {}): Partial<Story> {
  return { person: { firstName: 'Anna', language, deceased: false, phones: [], ...more } };
}

function told(needs: readonly Requirement[], language: Language = 'en', more: Partial<Story['person']> = {}) {
  const world = visitWorld({ story: storyIn(language, more), now: booked });
  world.shows(needs, { start: '2026-03-10T14:40:00.000Z', plan: weekTwoDaysAndDay });
  return world;
}

const text = (world: ReturnType<typeof told>, by: Speaker = speaker) =>
  renderSms(by, world.story(), world.last(), { introduce: false });
const segments = (words: string) => new SegmentedMessage(words).segmentsCount;

function spoken(world: ReturnType<typeof told>, manner: CallManner = {}): string {
  return renderVoiceTurn(speaker, world.story(), world.last(), paths, manner)
    .steps.flatMap((step) =>
      step.do === 'gather' ? step.say.map((each) => each.text) : step.do === 'say' ? [step.text] : [],
    )
    .join(' ');
}

const card = need('card', { says: { default: 'Please bring your card.' } });
const fasting = need('fasting', {
  kind: 'preparation',
  from: '2026-03-10T10:40:00.000Z',
  says: { default: 'Please have nothing to eat after {from}.' },
});
const approval = theirs('approval', {
  says: { default: "We are getting the approval. You don't need to do anything." },
  saysMet: { default: 'We have the approval.' },
});

describe('a text with what a visit needs', () => {
  test('begins with its time, numbers short lines and ends with one link', () => {
    expect(text(told([approval, card, fasting])).body).toBe(
      [
        'You have a visit at Lakeside Clinic on Tuesday, March 10 at 9:40 AM. All it needs:',
        '1. Please bring your card.',
        '2. Please have nothing to eat after Tue, Mar 10, 5:40 AM.',
        "3. We are getting the approval. You don't need to do anything.",
        `To read it all again: ${link}`,
      ].join('\n'),
    );
    expect(text(told([card]), withoutLink).body).toBe(
      'You have a visit at Lakeside Clinic on Tuesday, March 10 at 9:40 AM. All it needs:\nPlease bring your card.',
    );
  });

  test('says so when there is nothing to do', () => {
    expect(text(told([{ ...card, state: 'met' }]), withoutLink).body).toBe(
      "You have a visit at Lakeside Clinic on Tuesday, March 10 at 9:40 AM. You don't need to do anything before it.",
    );
  });

  test('says what others have done and what is off in one short line each, without the link', () => {
    const world = told([card, approval]);
    world.passes(hour);
    const met: Requirement = { ...approval, state: 'met', says: { default: 'We have the approval.' } };
    world.shows([met], { start: '2026-03-10T14:40:00.000Z' });
    expect(text(world).body).toBe(
      [
        'About your visit on Tuesday, March 10 at 9:40 AM:',
        '1. You can forget this one: Please bring your card.',
        '2. Done: We have the approval.',
      ].join('\n'),
    );
  });

  test('does not number lines where numbers are choices', () => {
    const world = told([card, fasting]);
    world.goesTo('2026-03-09T22:00:00.000Z');
    world.timeComes();
    const { body } = text(world);
    expect(body).toContain('\nStill open:\n- Please bring your card.\n- Please have nothing');
    expect(body).toMatch(/\n1 .+\n2 .+\n3 /);
  });

  test('offers the questions where it names them, and else by themselves', () => {
    const form = need('form', { kind: 'form', says: { default: 'Please answer a few questions.' } });
    const conversation = {
      id: 'appointment/7',
      intake: 'form|1',
      title: 'Questions',
      status: 'open' as const,
      startedAt: booked,
      changedAt: booked,
      visit: { appointment: '7' },
      answers: {},
      history: [],
      rounds: {},
      told: [],
      skipped: [],
      turn: 0,
      amended: false,
      paused: { since: booked, because: 'later' as const },
    };
    const saying = (...needs: readonly Requirement[]) => {
      const world = visitWorld({ story: { ...storyIn('en'), conversations: [conversation] }, now: booked });
      world.shows(needs, { start: '2026-03-10T14:40:00.000Z' });
      return world;
    };
    expect(text(saying(form), withoutLink).body.split('\n').slice(1)).toEqual([
      'Please answer a few questions. Reply CONTINUE.',
    ]);
    expect(text(saying(card), withoutLink).body.split('\n').slice(1)).toEqual([
      'Please bring your card.',
      'To answer the questions now, reply CONTINUE.',
    ]);
    const called = saying(form);
    called.calls();
    expect(spoken(called)).toContain('To answer them now, say: continue. Or text us the word CONTINUE.');
    expect(spoken(called)).not.toContain('Reply');
  });

  test('names the clinic’s time to whoever is where clocks show another', () => {
    expect(text(told([card], 'en', { timeZone: 'America/New_York' })).body).toContain('at 9:40 AM CDT.');
    expect(text(told([card], 'en', { timeZone: 'America/Winnipeg' })).body).toContain('at 9:40 AM.');
  });

  test('says old and new where it moved', () => {
    const world = told([card]);
    world.passes(hour);
    world.shows([card], { start: '2026-03-11T14:40:00.000Z' });
    expect(text(world).body).toContain(
      'We had to move your visit at Lakeside Clinic. It was on Tuesday, March 10 at 9:40 AM. Now it is on Wednesday, March 11 at 9:40 AM.',
    );
  });
});

test('a call that is the first they hear of a visit says so', () => {
  const world = told([card]);
  world.calls();
  expect(spoken(world)).toContain('Your visit at Lakeside Clinic is on Tuesday, March 10 at 9:40 AM. Still open:');
  const first = spoken(world, { first: true });
  expect(first).toContain('You have a visit at Lakeside Clinic on Tuesday, March 10 at 9:40 AM. All it needs:');
  expect(first.match(/9:40/g)).toHaveLength(1);
  expect(first).not.toContain('Still open');
});

describe('the longest list of our content', () => {
  const types = [...new Set(seedTable.rules.flatMap(({ rows }) => rows.flatMap(({ when }) => when.visitType ?? [])))];

  test('is long', () => {
    expect(longest('mri-contrast').length).toBeGreaterThanOrEqual(9);
    expect(types).toContain('colonoscopy');
  });

  test.each(types.flatMap((type) => languages.map((language) => [type, language] as const)))(
    'is one text, and what does not fit is behind MORE: %s in %s',
    (type, language) => {
      const { body, more } = text(told(longest(type), language));
      const most = language === 'en' ? 6 : 14;
      for (const part of [body, ...more]) expect(segments(part)).toBeLessThanOrEqual(most);
      expect([body, ...more].filter((part) => part.includes(link))).toHaveLength(1);
      expect(more.length).toBeLessThanOrEqual(1);
      // Every sentence is in it, in order, wherever it was parted.
      const hint = sentence(speaker.catalogue, language, 'more.hint');
      const all = [body, ...more].join('\n').replaceAll(hint, '').replace(/\s+/g, ' ');
      for (const { says } of longest(type))
        for (const words of wordsIn(says, language).split(/\{\w+\}/)) expect(all).toContain(words.trim());
    },
  );

  test.each(types.flatMap((type) => languages.map((language) => [type, language] as const)))(
    'is heard in less than a minute on a call, with greeting and choices: %s in %s',
    (type, language) => {
      const world = told(longest(type), language);
      world.calls();
      const words = spoken(world).split(/\s+/);
      expect(words.length).toBeLessThanOrEqual(140);
      expect(spoken(world)).not.toContain('http');
    },
  );

  test('names the rest where it does not fit', () => {
    const world = told(longest('mri-contrast'));
    world.calls();
    expect(spoken(world)).toContain('The rest is in the text we sent you');
    const untexted = spoken(world, { untexted: true });
    expect(untexted).not.toContain('text');
    expect(untexted).toContain('For the rest, ask our front desk, or press 0.');
  });
});
