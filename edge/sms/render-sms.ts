import type { Ask, Effect } from '../../domain/conversation/effects.ts';
import { sentence } from '../../domain/guidance/catalogue.ts';
import type { Story } from '../../domain/story/story.ts';
import { partText, segmentsOf } from '../segments.ts';
import { choicesOf, leftIn, questionWords, type Speaker, telling, warning } from '../speech.ts';

/** A decision as texts: what is said now, and what waits for MORE. */
export interface SmsWords {
  /** Empty where nothing is to be said. */
  readonly body: string;
  readonly more: readonly string[];
  readonly content: readonly string[];
}

const mostSegments = 2;

/**
 * The emergency words come first and whole; then what is told and asked, at most two segments, never cutting a word, the rest behind MORE.
 * `introduce`: the first text to a number names the clinic, STOP and HELP. `forWhom`: on a shared phone each text names whom it is for.
 */
export function renderSms(
  speaker: Speaker,
  story: Story,
  effects: readonly Effect[],
  how: { readonly introduce: boolean; readonly forWhom?: string },
): SmsWords {
  const { language } = story.person;
  const { catalogue, clinic } = speaker;
  const content: string[] = [];
  const urgent: string[] = [];
  const told: string[] = [];
  const asked: string[] = [];
  const left = leftIn(effects);
  for (const effect of effects) {
    if (effect.do === 'warn') {
      const words = warning(speaker, language, effect.kind);
      urgent.push(words.text);
      content.push(words.content);
    } else if (effect.do === 'tell') {
      const words = telling(speaker, story, effect, left);
      (asked.length === 0 ? told : asked).push(words.text);
      content.push(words.content);
    } else if (effect.do === 'ask') {
      asked.push(...askLines(speaker, story, effect, content));
    } else if (effect.do === 'say-more') {
      const [first, ...others] = effect.parts;
      return { body: first ?? '', more: others, content: ['more'] };
    }
  }
  if (urgent.length === 0 && told.length === 0 && asked.length === 0) return { body: '', more: [], content };
  const head = [
    ...urgent,
    ...(how.introduce ? [sentence(catalogue, language, 'intro', { clinic: clinic.name })] : []),
    ...(how.forWhom === undefined ? [] : [sentence(catalogue, language, 'for-whom', { name: how.forWhom })]),
  ];
  const tail = `\n${sentence(catalogue, language, 'more.hint')}`;
  const { first, more } = parted(told.join('\n'), asked.join('\n'), tail);
  return { body: [...head, ...first].filter((line) => line !== '').join('\n'), more, content };
}

/** All of it where it fits; else the question is parted by itself: it never waits behind MORE for what is only told before it. */
function parted(told: string, asked: string, tail: string): { first: readonly string[]; more: readonly string[] } {
  const whole = [told, asked].filter((text) => text !== '').join('\n');
  const alone = asked === '' || segmentsOf(whole) <= mostSegments;
  const [first = '', ...more] = whole === '' ? [] : partText(alone ? whole : asked, mostSegments, tail);
  return { first: alone ? [first] : [told, first], more };
}

function askLines(speaker: Speaker, story: Story, ask: Ask, content: string[]): readonly string[] {
  const { language } = story.person;
  const { catalogue } = speaker;
  const words = questionWords(speaker, language, ask);
  content.push(...words.map((each) => each.content));
  const texts = words.map((each) => each.text);
  const { position, total } = ask.progress;
  const plain = ask.pending === undefined && ask.slot.is === 'question';
  const progress = plain && total > 1 ? `${sentence(catalogue, language, 'progress', { position, total })} ` : '';
  const [first, ...rest] = texts;
  const choices = choicesOf(speaker, language, ask).map((label, index) =>
    sentence(catalogue, language, 'options.item', { number: index + 1, label }),
  );
  const several =
    ask.slot.is === 'question' && ask.slot.question.repeats && choices.length > 1 && ask.pending === undefined
      ? [sentence(catalogue, language, 'options.several')]
      : [];
  return [`${progress}${first ?? ''}`, ...rest, ...choices, ...several];
}
