import type { Ask, Effect, ListNeeds } from '../../domain/conversation/effects.ts';
import { sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import type { Story } from '../../domain/story/story.ts';
import { choiceWords } from '../choosing.ts';
import { needsInWords } from '../needs-speech.ts';
import { isSmallAlphabet, partOff, partText, segmentsOf } from '../segments.ts';
import { choicesOf, leftIn, questionWords, type Speaker, telling, warning } from '../speech.ts';

/** A decision as texts: what is said now, and what waits for MORE. */
export interface SmsWords {
  /** Empty where nothing is to be said. */
  readonly body: string;
  readonly more: readonly string[];
  readonly content: readonly string[];
}

/** What is told or asked by itself. Letters beyond the small alphabet cost double; who reads them shall not read less. */
const mostSegments = { small: 2, large: 4 } as const;
/**
 * All that a visit needs is told once, in one piece: in six segments even a long list fits with its link, and one text is read where four are not. The
 * same words in letters beyond the small alphabet (Spanish, Polish) take more than twice as many; who reads them shall not read less.
 */
const mostOfList = { small: 6, large: 14 } as const;
/**
 * The emergency words come first and whole; then what is told and asked, at most two segments (more with a list of needs,
 * or in letters that cost double), never cutting a word, the rest behind MORE. A visit's choices are never parted from their question.
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
  const lists = effects.filter((effect) => effect.do === 'list-needs');
  // Where the list has the questions among it, they are offered there.
  const offersThere = lists.some(({ needs }) => needs.some(({ kind }) => kind === 'form'));
  for (const effect of effects) {
    if (effect.do === 'warn') {
      const words = warning(speaker, language, effect.kind);
      urgent.push(words.text);
      content.push(words.content);
    } else if (effect.do === 'tell' && (effect.message !== 'need.continue' || !offersThere)) {
      const words = telling(speaker, story, effect, left);
      (asked.length === 0 ? told : asked).push(words.text);
      content.push(words.content);
    } else if (effect.do === 'ask') {
      asked.push(...askLines(speaker, story, effect, content));
    } else if (effect.do === 'choose') {
      const { question, choices } = choiceWords(speaker, story, effect, effects);
      content.push(...question.map((words) => words.content));
      asked.push(...question.map((words) => words.text), ...numbered(speaker, language, choices));
    } else if (effect.do === 'list-needs') {
      told.push(...needLines(speaker, story, effect, effects, content));
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
  if (lists.some(({ manner }) => manner === 'first') && speaker.pageLink !== undefined)
    told.push(sentence(catalogue, language, 'need.details', { link: speaker.pageLink(story.id) }));
  const alphabet = isSmallAlphabet([...told, ...asked, tail].join('')) ? 'small' : 'large';
  const isChoosing = effects.some((effect) => effect.do === 'choose');
  const most = {
    told: lists.length > 0 ? mostOfList[alphabet] : mostSegments[alphabet],
    asked: isChoosing ? mostOfList[alphabet] : mostSegments[alphabet],
  };
  const { first, more } = parted(told.join('\n'), asked.join('\n'), tail, most);
  return { body: [...head, ...first].filter((line) => line !== '').join('\n'), more, content };
}

/** All of it where it fits; else the question is parted by itself: it never waits behind MORE for what is only told before it. */
function parted(
  told: string,
  asked: string,
  tail: string,
  most: { readonly told: number; readonly asked: number },
): { first: readonly string[]; more: readonly string[] } {
  const whole = [told, asked].filter((text) => text !== '').join('\n');
  if (whole === '' || segmentsOf(whole) <= Math.max(most.told, asked === '' ? 0 : most.asked))
    return { first: [whole], more: [] };
  if (asked === '') {
    const [first = '', ...more] = partText(told, most.told, tail);
    return { first: [first], more };
  }
  const [first = '', ...more] = partText(asked, most.asked, tail);
  if (segmentsOf(told) <= most.told) return { first: [told, first], more };
  const { part, rest } = partOff(told, most.told, '');
  return {
    first: [part, first, more.length === 0 ? tail.trim() : ''],
    more: [...more, ...partText(rest, most.told, tail)],
  };
}

/** One line each; numbered, but where numbers are already those of a question's choices. */
function needLines(
  speaker: Speaker,
  story: Story,
  effect: ListNeeds,
  effects: readonly Effect[],
  content: string[],
): readonly string[] {
  const { language } = story.person;
  const isAsking = effects.some((each) => each.do === 'choose' || each.do === 'ask');
  const offers = effects.some((each) => each.do === 'tell' && each.message === 'need.continue');
  const { heading, items } = needsInWords(speaker, story, effect, { times: 'short', offers });
  content.push(...(heading === undefined ? [] : [heading.content]), ...items.map((item) => item.content));
  const [only] = items;
  const lines =
    only !== undefined && items.length === 1
      ? [only.text]
      : items.map(({ text }, index) =>
          sentence(speaker.catalogue, language, isAsking ? 'need.item-unnumbered' : 'need.item', {
            number: index + 1,
            words: text,
          }),
        );
  return [...(heading === undefined ? [] : [heading.text]), ...lines];
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
  const choices = numbered(speaker, language, choicesOf(speaker, language, ask));
  const several =
    ask.slot.is === 'question' && ask.slot.question.repeats && choices.length > 1 && ask.pending === undefined
      ? [sentence(catalogue, language, 'options.several')]
      : [];
  return [`${progress}${first ?? ''}`, ...rest, ...choices, ...several];
}

function numbered({ catalogue }: Speaker, language: Language, choices: readonly string[]): readonly string[] {
  return choices.map((label, index) => sentence(catalogue, language, 'options.item', { number: index + 1, label }));
}
