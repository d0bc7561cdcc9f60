import fc from 'fast-check';
import { waitingSlot } from '../../domain/conversation/asking.ts';
import { decide } from '../../domain/conversation/decide.ts';
import type { Effect } from '../../domain/conversation/effects.ts';
import type { Heard } from '../../domain/conversation/heard.ts';
import { currentConversation, type Decision } from '../../domain/conversation/turn.ts';
import type { Fact } from '../../domain/intake/fact.ts';
import type { FactPolicy } from '../../domain/intake/facts.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import type { Slot } from '../../domain/intake/slots.ts';
import type { Conversation, Story, StoryView } from '../../domain/story/story.ts';
import { compileQuestionnaire } from '../../fhir-mappings/questionnaire.ts';
import { clinic, keyOf, monday } from '../engine/conversation.ts';
import { anyQuestionnaire } from './questionnaires.ts';

/** Whatever people may do to a conversation, on any mix of channels, and what is needed to bring any conversation to its end. */

export type Via = 'sms' | 'voice-keypad' | 'voice-speech' | 'page' | 'desk';

export type Step =
  /** Something that may well answer what waits. */
  | { readonly is: 'answers'; readonly pick: number; readonly via: Via; readonly confidence: number }
  | { readonly is: 'says'; readonly words: string; readonly via: Via; readonly confidence: number }
  /** Said while another question waited. */
  | { readonly is: 'late'; readonly words: string; readonly via: 'sms' | 'page' | 'desk' }
  | { readonly is: 'sends'; readonly words: string }
  | { readonly is: 'calls' }
  | { readonly is: 'is silent'; readonly times: number }
  | { readonly is: 'time passes'; readonly hours: number }
  | { readonly is: 'is asked more' }
  | { readonly is: 'staff answer' };

const commands =
  'back|back|back|repeat|skip|skip|help|person|later|continue|continue|more|polski|english|hablo español|atrás|pomiń|ayuda'.split(
    '|',
  );
const junk = [
  'purple monkey',
  '???',
  '',
  '   ',
  '999999999999',
  'a'.repeat(700),
  '🙂🙂',
  'שלום',
  'left',
  '0',
  '*',
  '**',
  '*0',
  '#',
  '-1',
  '1 or 2',
  'ok',
  'yes and no',
  'my insurance has changed, can you call me back?',
  '<Say>hello</Say>',
];
const danger = ['chest pain', "I can't breathe", 'I want to kill myself', 'yes, and my chest hurts', 'no chest pain'];
const consent = ['please stop texting me', 'enough already', 'start', 'unsubscribe', 'yes'];

const via = fc.constantFrom<Via>('sms', 'sms', 'voice-keypad', 'voice-speech', 'page', 'desk');
const confidence = fc.constantFrom(0.2, 0.5, 0.7, 0.95);
const anyWords = fc.oneof(
  { arbitrary: fc.constantFrom(...commands), weight: 5 },
  { arbitrary: fc.constantFrom(...junk), weight: 3 },
  { arbitrary: fc.constantFrom(...danger), weight: 1 },
  { arbitrary: fc.constantFrom(...consent), weight: 1 },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }), weight: 1 },
);

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ is: fc.constant('answers' as const), pick: fc.nat(50), via, confidence }), weight: 10 },
  { arbitrary: fc.record({ is: fc.constant('says' as const), words: anyWords, via, confidence }), weight: 7 },
  {
    arbitrary: fc.record({
      is: fc.constant('late' as const),
      words: fc.constantFrom('1', 'yes', 'red', '2'),
      via: fc.constantFrom('sms' as const, 'page' as const, 'desk' as const),
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ is: fc.constant('sends' as const), words: fc.constantFrom('', 'here it is') }), weight: 1 },
  { arbitrary: fc.constant({ is: 'calls' as const }), weight: 1 },
  { arbitrary: fc.record({ is: fc.constant('is silent' as const), times: fc.integer({ min: 1, max: 4 }) }), weight: 1 },
  {
    arbitrary: fc.record({ is: fc.constant('time passes' as const), hours: fc.constantFrom(1, 30, 24 * 40) }),
    weight: 1,
  },
  { arbitrary: fc.constant({ is: 'is asked more' as const }), weight: 1 },
  { arbitrary: fc.constant({ is: 'staff answer' as const }), weight: 1 },
);

export const anySteps = fc.array(anyStep, { maxLength: 14, size: 'max' });

export const anyIntake: fc.Arbitrary<Intake> = anyQuestionnaire.map((questionnaire) => {
  const compiled = compileQuestionnaire(questionnaire);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.refusals));
  return compiled.intake;
});

const likely: Readonly<Record<string, readonly string[]>> = {
  boolean: ['yes', 'no', '1', '2', 'tak', 'sí', "I don't know"],
  integer: ['1', '2', 'three', '12', '2.5', "I'd rather not say"],
  decimal: ['1.5', '2', 'three and a half', "I don't know"],
  date: ['2024-01-15', 'June 2024', 'January 15, 2024', '5/6/2024', 'yesterday'],
  dateTime: ['2024-06-20', 'yesterday at noon', 'March 5 at 2 pm'],
  time: ['9 am', '14:30', 'noon', 'nine'],
  string: ['red', 'blue', 'something', "I don't know"],
  text: ['red', 'blue', 'It began on Monday, after lunch.', "I'd rather not say"],
  url: ['www.example.com', 'http://a.example'],
  choice: ['1', '2', '3', 'apple', 'banan', '1 and 2', '13', 'a'],
  'open-choice': ['1', 'cherry', 'something else', '1 and 3'],
  quantity: ['1 kg', '2', '2 g', '130 over 85', '5 pounds'],
  attachment: ['ok', 'skip', "I don't know"],
  another: ['yes', 'no', 'no', '1', '2', "I don't know"],
};

export interface Driven {
  readonly heard: Heard;
  readonly before: StoryView;
  readonly now: Date;
  readonly decision: Decision;
}

/** A story on its way: each step is heard by the engine, and `reload` says what happens to the story between two of them. */
export function drive(setting: {
  readonly intake: Intake;
  readonly more?: Intake;
  readonly visit?: boolean;
  readonly facts?: Readonly<Record<string, Fact>>;
  readonly policy?: FactPolicy;
  readonly reload: (view: StoryView) => StoryView;
}) {
  const { intake, reload } = setting;
  let view: StoryView = { story: newStory(setting.facts ?? {}), intakes: {} };
  let now = monday;
  let turn = 0;
  let tasks = 1;
  let lastSlot: { readonly slot: string; readonly turn: number } = { slot: 'i1', turn: 1 };

  function hears(heard: Heard): Driven {
    turn++;
    const added = heard.is === 'intake-asked' ? { [keyOf(heard.intake)]: heard.intake } : {};
    const before = reload({ story: view.story, intakes: { ...view.intakes, ...added } });
    const remembered = waitingIn(before);
    const decision = decide(before, heard, {
      clinic: { ...clinic, facts: setting.policy ?? clinic.facts },
      now: new Date(now),
      cause: `step/${turn}`,
    });
    if (remembered?.slot !== undefined) lastSlot = { slot: remembered.slot.key, turn: remembered.conversation.turn };
    view = { story: decision.story, intakes: before.intakes };
    return { heard, before, now: new Date(now), decision };
  }

  function heardIn(step: Step): Heard | undefined {
    switch (step.is) {
      case 'answers': {
        const slot = waitingIn(view)?.slot;
        const type = slot === undefined ? 'boolean' : slot.is === 'another' ? 'another' : slot.question.type;
        const words = likely[type] ?? ['1'];
        return said(view, words[step.pick % words.length] ?? '1', step.via, step.confidence);
      }
      case 'says':
        return said(view, step.words, step.via, step.confidence);
      case 'late':
        return step.via === 'sms'
          ? { is: 'words', words: step.words, channel: 'sms', via: 'text', meantFor: lastSlot.slot }
          : { is: 'form', words: step.words, channel: step.via, ...lastSlot };
      case 'sends': {
        const media = [{ id: `media/${turn}`, contentType: 'image/jpeg' }];
        return { is: 'words', words: step.words, channel: 'mms', via: 'text', media };
      }
      case 'calls':
        return { is: 'arrived', channel: 'voice-speech' };
      case 'is silent':
        return { is: 'silence', channel: 'voice-keypad', times: step.times };
      case 'time passes':
        now += step.hours * 3_600_000;
        return undefined;
      case 'is asked more': {
        tasks++;
        const conversation = { id: `task/${tasks}`, ...(tasks % 2 === 0 ? {} : visitOf(now)) };
        return { is: 'intake-asked', conversation, intake: setting.more ?? intake, waits: false };
      }
      case 'staff answer': {
        const paused = view.story.conversations.find((each) => each.paused !== undefined);
        return { is: 'resumed', conversation: paused?.id ?? 'task/1' };
      }
    }
  }

  return {
    begin: () =>
      hears({
        is: 'intake-asked',
        conversation: { id: 'task/1', ...(setting.visit === true ? visitOf(now) : {}) },
        intake,
        waits: false,
      }),
    step: (step: Step): Driven | undefined => {
      const heard = heardIn(step);
      return heard === undefined ? undefined : hears(heard);
    },
    hears,
    view: () => view,
  };
}

function visitOf(now: number) {
  return { visit: { appointment: 'Appointment/1', start: new Date(now + 26 * 3_600_000).toISOString() } };
}

/** The most unhelpful way to the end: "I don't know" to everything, a picture where one is wanted. At most so many turns. */
export function finish(driven: ReturnType<typeof drive>, most: number): readonly Driven[] {
  const turns: Driven[] = [];
  while (turns.length < most) {
    const waiting = waitingIn(driven.view());
    if (waiting === undefined) return turns;
    const { conversation, slot } = waiting;
    const picture = slot?.is === 'question' && slot.question.type === 'attachment';
    const words = conversation.paused !== undefined || slot === undefined ? 'continue' : picture ? '' : "I don't know";
    const media = [{ id: `media/end/${turns.length}`, contentType: 'image/png' }];
    turns.push(
      driven.hears({
        is: 'words',
        words,
        channel: picture ? 'mms' : 'sms',
        via: 'text',
        ...(picture ? { media } : {}),
      }),
    );
  }
  return turns;
}

export function waitingIn({
  story,
  intakes,
}: StoryView): { readonly conversation: Conversation; readonly slot: Slot | undefined } | undefined {
  const conversation = currentConversation(story);
  const intake = conversation === undefined ? undefined : intakes[conversation.intake];
  if (conversation === undefined || intake === undefined) return undefined;
  return { conversation, slot: waitingSlot(intake, conversation, 'sms') };
}

function said(view: StoryView, words: string, via: Via, confidence: number): Heard {
  switch (via) {
    case 'sms':
      return { is: 'words', words, channel: 'sms', via: 'text' };
    case 'voice-keypad':
      return { is: 'words', words, channel: 'voice-keypad', via: 'keypad' };
    case 'voice-speech':
      return { is: 'words', words, channel: 'voice-speech', via: 'speech', confidence };
    case 'page':
    case 'desk': {
      const waiting = waitingIn(view);
      return {
        is: 'form',
        slot: waiting?.slot?.key ?? 'i1',
        turn: waiting?.conversation.turn ?? 0,
        words,
        channel: via,
        ...(via === 'desk' ? { enteredBy: 'Practitioner/clerk' } : {}),
      };
    }
  }
}

export function newStory(facts: Readonly<Record<string, Fact>> = {}): Story {
  return {
    id: 'anna',
    version: 1,
    person: { firstName: 'Anna', language: 'en', deceased: false, phones: ['phone/anna'] },
    consent: { texts: 'allowed' },
    conversations: [],
    facts,
    concerns: [],
    acknowledgements: [],
    visits: [],
    evidence: [],
    onFile: [],
  };
}

/** Whether somebody who did something is answered: with words, or with a person. */
export function answers(effects: readonly Effect[]): boolean {
  return effects.some(
    ({ do: what }) => what === 'tell' || what === 'ask' || what === 'warn' || what === 'connect' || what === 'say-more',
  );
}

export function reloaded(view: StoryView): StoryView {
  return JSON.parse(JSON.stringify(view)) as StoryView;
}
