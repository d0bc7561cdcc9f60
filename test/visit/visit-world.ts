import { decide } from '../../domain/conversation/decide.ts';
import type { Effect } from '../../domain/conversation/effects.ts';
import type { Heard } from '../../domain/conversation/heard.ts';
import type { Requirement } from '../../domain/requirements/requirement.ts';
import { emptyStory } from '../../domain/story/empty-story.ts';
import type { Story } from '../../domain/story/story.ts';
import type { KnownVisit, VisitNews } from '../../domain/visit/known-visit.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { clinic, lineOf } from '../engine/conversation.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

/** A Monday morning in Chicago: 8:00. */
export const monday = '2026-03-02T14:00:00.000Z';
/** Eleven days later, 9:40 in Chicago, after the clocks went forward there. */
export const start = '2026-03-13T14:40:00.000Z';

/** Something a visit needs, with no more than a test is about. */
export function need(id: string, more: Partial<Requirement> = {}): Requirement {
  return {
    id,
    kind: 'document',
    owner: 'patient',
    due: start,
    state: 'open',
    says: { default: `Please bring ${id}.` },
    because: 'because: a test',
    content: `${id}@1`,
    ...more,
  };
}

/** Something that others see to. */
export function theirs(id: string, more: Partial<Requirement> = {}): Requirement {
  return need(id, {
    kind: 'authorisation',
    owner: 'payer-team',
    due: '2026-03-12T17:00:00.000Z',
    says: { default: `We are getting ${id}.` },
    saysMet: { default: `We have ${id}.` },
    ...more,
  });
}

export function known(more: Partial<KnownVisit> = {}): KnownVisit {
  return {
    appointment: '7',
    state: 'booked',
    type: 'mri',
    start,
    end: new Date(Date.parse(more.start ?? start) + hour / 2).toISOString(),
    slots: ['slot-1'],
    codes: [],
    plan: { reminders: [] },
    seenAt: monday,
    ...more,
  };
}

export const weekTwoDaysAndDay: PlannedVisit['plan'] = {
  reminders: [
    { id: 'week', before: 'P7D', at: '10:00' },
    { id: 'two-days', before: 'P2D', at: '10:00', asksToConfirm: true },
    { id: 'day', before: 'P1D', at: '17:00', asksToConfirm: true },
  ],
  otherChannelBefore: 'P1D',
  deskBefore: 'PT20H',
};

/** One patient with visits: each call hears one thing and returns what was decided, as short lines. The story goes through JSON in between. */
export function visitWorld(
  setting: { readonly story?: Partial<Story>; readonly now?: string; readonly timeZone?: string } = {},
) {
  let story: Story = {
    ...emptyStory('anna', { firstName: 'Anna', language: 'en', deceased: false, phones: ['phone/anna'] }),
    version: 1,
    ...setting.story,
  };
  let now = Date.parse(setting.now ?? monday);
  let turn = 0;
  let last: readonly Effect[] = [];

  function hears(heard: Heard): readonly string[] {
    turn++;
    const decision = decide({ story: JSON.parse(JSON.stringify(story)) as Story, intakes: {} }, heard, {
      clinic: { ...clinic, timeZone: setting.timeZone ?? clinic.timeZone },
      now: new Date(now),
      cause: `test/${turn}`,
    });
    story = JSON.parse(JSON.stringify(decision.story)) as Story;
    last = decision.effects;
    return decision.effects.map(lineOf);
  }

  return {
    hears,
    plans: (...visits: readonly VisitNews[]) => hears({ is: 'visits-planned', visits }),
    /** The visit as it is known, with these needs. */
    shows: (requirements: readonly Requirement[], more: Partial<KnownVisit> = {}, introduced = false) =>
      hears({
        is: 'visits-planned',
        visits: [
          {
            appointment: more.appointment ?? '7',
            known: known({ seenAt: new Date(now).toISOString(), ...more }),
            requirements,
            ...(introduced ? { introduced } : {}),
          },
        ],
      }),
    ends: (because: Extract<Heard, { is: 'visit-over' }>['because'], seenAt?: string) =>
      hears({ is: 'visit-over', appointment: '7', because, ...(seenAt === undefined ? {} : { seenAt }) }),
    sets: (requirement: string, state: Extract<Heard, { is: 'requirement-set' }>['state'], because?: string) =>
      hears({
        is: 'requirement-set',
        appointment: '7',
        requirement,
        state,
        ...(because === undefined ? {} : { because }),
      }),
    timeComes: () => hears({ is: 'visit-time', appointment: '7' }),
    calls: () => hears({ is: 'arrived', channel: 'voice-speech' }),
    passes: (milliseconds: number) => {
      now += milliseconds;
    },
    goesTo: (instant: string) => {
      now = Date.parse(instant);
    },
    change: (changes: Partial<Story>) => {
      story = { ...story, ...changes };
    },
    changeVisit: (changes: Partial<PlannedVisit>) => {
      story = { ...story, visits: story.visits.map((visit) => ({ ...visit, ...changes })) };
    },
    now: () => new Date(now),
    story: () => story,
    visit: (appointment = '7') => {
      const found = story.visits.find((visit) => visit.appointment === appointment);
      if (found === undefined) throw new Error(`No visit ${appointment}`);
      return found;
    },
    /** What was decided last, whole. */
    last: () => last,
  };
}
