import type { Ask, Choose, Effect, ListNeeds } from '../../domain/conversation/effects.ts';
import { type MessageKey, sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import type { Story } from '../../domain/story/story.ts';
import { choiceWords } from '../choosing.ts';
import { needsInWords } from '../needs-speech.ts';
import type { Spoken, VoiceReply, VoiceStep } from '../reply.ts';
import { choicesOf, leftIn, questionWords, type Speaker, telling, warning } from '../speech.ts';

/** Where a call goes next. */
export interface CallPaths {
  /** The sealed reference of the next turn. */
  next(): string;
  /** Where the outcome of a dial is reported. */
  dialled(to: 'desk' | 'on-call'): string;
}

/** What the phone adds: sentences that have their own wording where they are heard, not read. */
const spokenInstead: Partial<Record<MessageKey, MessageKey | 'silent'>> = {
  'options.several': 'silent',
  'more.hint': 'silent',
  visit: 'visit',
  'need.continue': 'voice.continue-or-text',
};

/** What a call is to the patient, beside its words. */
export interface CallManner {
  /** No text of ours tells what this call says: the number takes none, or we called instead. */
  readonly untexted?: boolean;
  /** The first they hear of the visit. */
  readonly first?: boolean;
}

/**
 * A decision as a call goes on: short sentences, the choice after its meaning, one Gather that takes keys and speech, or a person. A call
 * never ends in the middle of a sentence without saying how to go on.
 */
export function renderVoiceTurn(
  speaker: Speaker,
  story: Story,
  effects: readonly Effect[],
  paths: CallPaths,
  manner: CallManner = {},
): VoiceReply {
  const { language } = story.person;
  const untexted = manner.untexted === true || story.consent.texts === 'refused';
  // The heading of what is told for the first time says the visit's time itself.
  const tellsAll = manner.first === true && effects.some((effect) => effect.do === 'list-needs');
  const left = leftIn(effects);
  const before: Spoken[] = [];
  const asks = effects.findLast((effect): effect is Ask | Choose => effect.do === 'ask' || effect.do === 'choose');
  const ask = asks?.do === 'ask' ? asks : undefined;
  for (const effect of effects) {
    if (effect.do === 'warn') before.push({ text: warning(speaker, language, effect.kind).text, language });
    if (effect.do === 'tell' && !(tellsAll && effect.message === 'need.next-visit')) {
      const spoken = spokenInstead[effect.message] ?? effect.message;
      const message = spoken === 'voice.continue-or-text' && untexted ? 'voice.continue' : spoken;
      if (message !== 'silent')
        before.push({ text: telling(speaker, story, { ...effect, message }, left).text, language });
    }
    if (effect.do === 'list-needs')
      before.push(...needsAloud(speaker, story, tellsAll ? { ...effect, manner: 'first' } : effect, untexted));
  }
  const connect = effects.find((effect) => effect.do === 'connect');
  if (connect?.do === 'connect')
    return { steps: [...before.map(say), ...putThrough(speaker, language, connect.to, paths)] };
  if (effects.some((effect) => effect.do === 'hang-up')) return { steps: [...before.map(say), { do: 'hangup' }] };
  if (effects.some((effect) => effect.do === 'hold'))
    return { steps: [...before.map(say), { do: 'pause', seconds: holdSeconds }, { do: 'redirect', to: paths.next() }] };
  const asked =
    asks === undefined
      ? [{ text: sentence(speaker.catalogue, language, 'voice.way-out'), language }]
      : asks.do === 'ask'
        ? askAloud(speaker, language, asks)
        : chooseAloud(speaker, story, asks, effects);
  return { steps: [gather([...before, ...asked], language, ask, paths), { do: 'redirect', to: paths.next() }] };
}

/** Long enough for the EHR to answer in most cases, short enough not to sound like a line gone dead. */
const holdSeconds = 2;

/** The choice after its meaning. An example of how to write one helps nobody who hears them all. */
function chooseAloud(speaker: Speaker, story: Story, choose: Choose, effects: readonly Effect[]): readonly Spoken[] {
  const { language } = story.person;
  const { question, aloud } = choiceWords(speaker, story, { ...choose, manner: 'plain' }, effects);
  return [...question.map(({ text }) => text), ...aloud].map((text) => ({ text, language }));
}

/**
 * People take in some 150 words a minute. With the greeting before and the choices after it, a list of this length is heard in less than
 * one; what matters most comes first, and who wants the rest reads it or asks.
 */
const mostWordsOfNeeds = 85;

function needsAloud(speaker: Speaker, story: Story, effect: ListNeeds, untexted: boolean): readonly Spoken[] {
  const { language } = story.person;
  const { heading, items } = needsInWords(speaker, story, effect);
  const spoken: string[] = heading === undefined ? [] : [heading.text];
  let words = spoken.join(' ').split(/\s+/).length;
  for (const { text } of items) {
    words += text.split(/\s+/).length;
    if (words > mostWordsOfNeeds) {
      spoken.push(sentence(speaker.catalogue, language, untexted ? 'voice.need-rest-untexted' : 'voice.need-rest'));
      break;
    }
    spoken.push(text);
  }
  return spoken.map((text) => ({ text, language }));
}

/** Puts a caller through to a person; what happens when nobody picks up is decided by the next turn. */
export function putThrough(
  speaker: Speaker,
  language: Language,
  to: 'desk' | 'on-call',
  paths: CallPaths,
): readonly VoiceStep[] {
  const number = to === 'desk' ? speaker.clinic.desk : speaker.clinic.onCall;
  return [
    say({ text: sentence(speaker.catalogue, language, 'voice.connecting'), language }),
    { do: 'dial', number, action: paths.dialled(to), timeout: 25 },
  ];
}

function askAloud(speaker: Speaker, language: Language, ask: Ask): readonly Spoken[] {
  const aloud = (key: MessageKey, blanks: Record<string, string | number> = {}): Spoken => ({
    text: sentence(speaker.catalogue, language, key, blanks),
    language,
  });
  const choices = choicesOf(speaker, language, ask);
  // Where the choices are spoken anyway, an example of how to write one helps nobody.
  const plain: Ask = choices.length > 0 ? { ...ask, manner: 'plain' } : ask;
  const question = questionWords(speaker, language, plain).map(({ text }) => ({ text, language }));
  const yesNo =
    ask.slot.is === 'another' ||
    ask.slot.question.type === 'boolean' ||
    (ask.pending !== undefined && ask.pending.kind !== 'which');
  const ways: Spoken[] = yesNo
    ? [aloud('voice.yes-no')]
    : choices.map((label, index) => aloud('voice.press', { label, number: index + 1 }));
  const longNumber =
    ask.slot.is === 'question' &&
    ['integer', 'decimal', 'quantity', 'date', 'dateTime', 'time'].includes(ask.slot.question.type);
  const { position } = ask.progress;
  const hintOnFirst = position === 1 && !yesNo && choices.length === 0 ? [aloud('voice.speak')] : [];
  return [
    ...question,
    ...ways,
    ...(longNumber && ask.pending === undefined ? [aloud('voice.speak'), aloud('voice.pound')] : hintOnFirst),
  ];
}

/** `#` ends a longer number; without it the pause does. No single-key limit: `**` and `*0` are two keys. */
function gather(spoken: readonly Spoken[], language: Language, ask: Ask | undefined, paths: CallPaths): VoiceStep {
  const slot = ask?.slot;
  const hints =
    slot?.is === 'question'
      ? slot.question.options.slice(0, 20).map((option) => option.label.byLanguage?.[language] ?? option.label.default)
      : [];
  return {
    do: 'gather',
    say: spoken,
    action: paths.next(),
    input: ['dtmf', 'speech'],
    finishOnKey: '#',
    timeout: 5,
    speechTimeout: 'auto',
    language,
    ...(hints.length === 0 ? {} : { hints }),
    bargeIn: true,
    actionOnEmptyResult: true,
  };
}

function say(spoken: Spoken): VoiceStep {
  return { do: 'say', ...spoken };
}
