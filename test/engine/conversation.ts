import type { QuestionnaireItem } from 'fhir/r4.js';
import { loadContent } from '../../content/content.ts';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import { decide } from '../../domain/conversation/decide.ts';
import type { Effect } from '../../domain/conversation/effects.ts';
import type { Heard, NewConversation } from '../../domain/conversation/heard.ts';
import type { Language } from '../../domain/guidance/language.ts';
import type { Answer } from '../../domain/intake/answer.ts';
import type { Fact } from '../../domain/intake/fact.ts';
import type { FactPolicy } from '../../domain/intake/facts.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import type { Value } from '../../domain/intake/value.ts';
import type { ClosedBecause, Conversation, Story, StoryView, Visit } from '../../domain/story/story.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';

export const content = loadContent();

export const clinic: Clinic = {
  tenant: 'lakeside',
  name: 'Lakeside Clinic',
  country: 'US',
  timeZone: 'America/Chicago',
  dateOrder: 'month-first',
  desk: '+13125550100',
  onCall: '+13125550199',
  redFlags: content.redFlags,
  facts: { defaultDays: 30, absentDays: 2, byKey: {} },
  readBackBelow: 0.6,
  lateness: { tellAgainMinutes: 15, tellWithinMinutes: 180, checkInFromMinutes: 180 },
  sender: { kind: 'short-code', perSecond: 100 },
  quietHours: { from: '21:00', until: '08:00', holds: ['reminder', 'survey'] },
};

export const monday = Date.parse('2026-03-02T14:00:00.000Z');
const hour = 3_600_000;

export interface Setting {
  readonly language?: Language;
  readonly facts?: Readonly<Record<string, Fact>>;
  readonly policy?: FactPolicy;
  readonly story?: Partial<Story>;
  /** Without it, the intake is asked for at once and what that said is in `talk.first`. */
  readonly silent?: boolean;
  readonly visit?: Visit;
  readonly task?: string;
}

type Words = Omit<Extract<Heard, { is: 'words' }>, 'is' | 'words'>;
const bySms: Words = { channel: 'sms', via: 'text' };

/**
 * One patient's talk with the engine, told line by line: each call hears one thing and returns, as short lines, all that was decided.
 * Between any two the story goes through JSON, as through any store.
 */
export function talk(intake: Intake | readonly QuestionnaireItem[], setting: Setting = {}) {
  const own = 'canonical' in intake ? intake : compiled([...intake]);
  let view: StoryView = { story: newStory(setting), intakes: {} };
  let now = monday;
  let turn = 0;
  const policy = setting.policy ?? clinic.facts;

  function hears(heard: Heard): readonly string[] {
    turn++;
    const intakes = heard.is === 'intake-asked' ? { [keyOf(heard.intake)]: heard.intake } : {};
    const loaded: StoryView = structuredClone({ story: view.story, intakes: { ...view.intakes, ...intakes } });
    const decision = decide(loaded, heard, {
      clinic: { ...clinic, facts: policy },
      now: new Date(now),
      cause: `test/${turn}`,
    });
    view = JSON.parse(JSON.stringify({ story: decision.story, intakes: loaded.intakes })) as StoryView;
    return decision.effects.map(lineOf);
  }

  const asksFor = (asked: NewConversation, what: Intake = own, waits = false) =>
    hears({ is: 'intake-asked', conversation: asked, intake: what, waits });
  const first = setting.silent
    ? []
    : asksFor({
        id: 'task/1',
        ...(setting.visit === undefined ? {} : { visit: setting.visit }),
        ...(setting.task === undefined ? {} : { task: setting.task }),
      });

  return {
    /** What was said when the intake was asked for. */
    first,
    hears,
    asksFor,
    says: (words: string, how: Partial<Words> = {}) => hears({ is: 'words', words, ...bySms, ...how }),
    keys: (words: string) => hears({ is: 'words', words, channel: 'voice-keypad', via: 'keypad' }),
    speaks: (words: string, confidence = 0.95) =>
      hears({ is: 'words', words, channel: 'voice-speech', via: 'speech', confidence }),
    sends: (contentType: string, words = '') =>
      hears({ is: 'words', words, channel: 'mms', via: 'text', media: [{ id: 'media/1', contentType }] }),
    fills: (slot: string, words: string, at?: number, channel: 'page' | 'desk' = 'page') =>
      hears({
        is: 'form',
        slot,
        turn: at ?? current(view).turn,
        words,
        channel,
        ...(channel === 'desk' ? { enteredBy: 'Practitioner/clerk' } : {}),
      }),
    calls: () => hears({ is: 'arrived', channel: 'voice-speech' }),
    isSilent: (times: number) => hears({ is: 'silence', channel: 'voice-keypad', times }),
    ends: (conversation: string, because: ClosedBecause) => hears({ is: 'ended', conversation, because }),
    passes: (hours: number) => {
      now += hours * hour;
    },
    story: () => view.story,
    conversation: (id = 'task/1') => conversationOf(view, id),
    /** What is on file, in short: `q1: 5`. */
    onFile: (id = 'task/1') =>
      Object.entries(conversationOf(view, id).answers).map(([slot, answer]) => `${slot}: ${short(answer)}`),
    answer: (slot: string, id = 'task/1') => conversationOf(view, id).answers[slot],
  };
}

function newStory({ language = 'en', facts = {}, story = {} }: Setting): Story {
  return {
    id: 'anna',
    version: 1,
    person: { firstName: 'Anna', language, deceased: false, phones: ['phone/anna'] },
    consent: { texts: 'allowed' },
    conversations: [],
    facts,
    concerns: [],
    acknowledgements: [],
    visits: [],
    evidence: [],
    onFile: [],
    ...story,
  };
}

export function keyOf({ canonical, version }: Intake): string {
  return `${canonical}|${version}`;
}

function conversationOf({ story }: StoryView, id: string): Conversation {
  const found = story.conversations.find((each) => each.id === id);
  if (found === undefined) throw new Error(`No conversation ${id}`);
  return found;
}

function current({ story }: StoryView): Conversation {
  const found = story.conversations.find((each) => each.asked !== undefined) ?? story.conversations.at(-1);
  if (found === undefined) throw new Error('No conversation');
  return found;
}

export function short(answer: Pick<Answer, 'values' | 'absent'>): string {
  return answer.absent ?? answer.values.map(shortValue).join(' + ');
}

export function shortValue(value: Value): string {
  switch (value.kind) {
    case 'coding':
      return value.display ?? value.code ?? '';
    case 'quantity':
      return `${value.value} ${value.unit ?? value.code ?? ''}`.trim();
    case 'attachment':
      return value.media;
    case 'reference':
      return value.reference;
    default:
      return String(value.value);
  }
}

/** One effect as one line. */
export function lineOf(effect: Effect): string {
  switch (effect.do) {
    case 'tell':
      return effect.value === undefined
        ? `tell ${effect.message}`
        : `tell ${effect.message} ${short(effect.value.answer)}`;
    case 'ask': {
      const { slot, pending, manner, progress } = effect;
      if (pending?.kind === 'which') return `ask ${slot.key}: which? ${pending.choices.map(listed).join(' | ')}`;
      if (pending?.kind === 'read-back') return `ask ${slot.key}: heard ${listed(pending.values)}?`;
      if (pending?.kind === 'confirm')
        return `ask ${slot.key}: ${pending.shown ? `${listed(pending.values)}, right?` : 'keep what is on file?'}`;
      const place = slot.is === 'question' ? ` (${progress.position} of ${progress.total})` : '';
      const displays = slot.displays.map((text) => ` [${text.default}]`).join('');
      return `ask ${slot.key}${place}${displays}${manner === 'plain' ? '' : ' with an example'}`;
    }
    case 'record':
      return `record ${effect.slot} = ${short(effect.answer)}${effect.replaced === undefined ? '' : `, was ${short(effect.replaced)}`}`;
    case 'warn':
      return `warn ${effect.kind}`;
    case 'raise':
      return `raise ${effect.flags.map(({ code }) => code).join(', ')}`;
    case 'hand-over':
      return `hand over: ${effect.because}`;
    case 'connect':
      return `connect ${effect.to}`;
    case 'keep-unused':
      return `keep unused ${effect.slot} "${effect.words}"`;
    case 'begin':
      return `begin ${effect.conversation}${effect.queued ? ', queued' : ''}`;
    case 'complete':
      return `complete ${effect.conversation}${effect.amended ? ', amended' : ''}`;
    case 'close':
      return `close ${effect.conversation}: ${effect.because}`;
    case 'say-more':
      return `more: ${effect.parts.join(' / ')}`;
    case 'hang-up':
    case 'opt-out':
    case 'opt-in':
    case 'hold':
      return effect.do;
    case 'list-needs':
      return `list needs, ${effect.manner}: ${effect.needs.map(({ id, state }) => `${id} ${state}`).join(', ')}`;
    case 'choose':
      return `choose ${effect.ask.is}: ${effect.ask.choices.map(({ is }) => is).join(' | ')}`;
    case 'tell-desk':
      return `tell the desk: ${effect.because}${effect.minutes === undefined ? '' : `, ${effect.minutes} minutes`}`;
    case 'visit-over':
      return `visit over: ${effect.because}`;
    case 'take-slot':
      return `take slot ${effect.slot.slot}`;
    case 'plan':
    case 'find-slots':
    case 'other-channel':
    case 'decline-offer':
    case 'give-up':
    case 'confirm-visit':
    case 'check-in':
      return effect.do;
  }
}

function listed(values: readonly Value[]): string {
  return values.map(shortValue).join(' + ');
}

// Items as a form's author writes them, with no more than a test is about.

export function asks(
  linkId: string,
  type: QuestionnaireItem['type'],
  more: Partial<QuestionnaireItem> = {},
): QuestionnaireItem {
  return { linkId, type, text: `Question ${linkId}`, required: true, ...more };
}

export function offers(
  linkId: string,
  options: readonly string[],
  more: Partial<QuestionnaireItem> = {},
): QuestionnaireItem {
  return asks(linkId, 'choice', {
    answerOption: options.map((display) => ({
      valueCoding: { system: 'http://clinic.example/codes', code: display.toLowerCase(), display },
    })),
    ...more,
  });
}

export function group(
  linkId: string,
  item: QuestionnaireItem[],
  more: Partial<QuestionnaireItem> = {},
): QuestionnaireItem {
  return { linkId, type: 'group', text: `Group ${linkId}`, item, ...more };
}

export function display(linkId: string, text: string): QuestionnaireItem {
  return { linkId, type: 'display', text };
}

export function extension(name: string, value: Record<string, unknown>): { url: string } {
  return { url: `http://hl7.org/fhir/StructureDefinition/${name}`, ...value };
}

export const hidden = [extension('questionnaire-hidden', { valueBoolean: true })];

export function loinc(code: string): QuestionnaireItem['code'] {
  return [{ system: 'http://loinc.org', code }];
}

export function fact(key: string, values: readonly Value[], more: Partial<Fact> = {}): Readonly<Record<string, Fact>> {
  return {
    [key]: {
      key,
      values,
      provenance: { channel: 'sms', at: '2026-03-01T09:00:00.000Z' },
      validUntil: '2026-03-20T09:00:00.000Z',
      ...more,
    },
  };
}
