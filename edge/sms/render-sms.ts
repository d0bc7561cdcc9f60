import type { Ask, Effect, ListNeeds } from '../../domain/conversation/effects.ts';
import { sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import type { Story } from '../../domain/story/story.ts';
import { choiceWords } from '../choosing.ts';
import { needsInWords } from '../needs-speech.ts';
import { partOff, partText, segmentsOf } from '../segments.ts';
import { choicesOf, leftIn, questionWords, type Speaker, telling, warning } from '../speech.ts';

/** A decision as texts: what is said now, and what waits for MORE. */
export interface SmsWords {
  /** Empty where nothing is to be said. */
  readonly body: string;
  readonly more: readonly string[];
  readonly content: readonly string[];
}

const mostSegments = 2;
/** All that a visit needs is told once, in one piece: in four segments even a long list fits, and one text is read where four are not. */
const mostOfFirstList = 4;

/**
 * The emergency words come first and whole; then what is told and asked, at most two segments (a first list of needs: four), never cutting a word, the rest behind MORE.
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
  let details: string | undefined;
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
    } else if (effect.do === 'choose') {
      const { question, choices } = choiceWords(speaker, story, effect, effects);
      content.push(...question.map((words) => words.content));
      asked.push(...question.map((words) => words.text), ...numbered(speaker, language, choices));
    } else if (effect.do === 'list-needs') {
      const isAsking = effects.some((each) => each.do === 'choose');
      told.push(...needLines(speaker, story, effect, isAsking, content));
      if (effect.manner === 'first' && speaker.pageLink !== undefined)
        details = sentence(catalogue, language, 'need.details', { link: speaker.pageLink(story.id) });
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
  const isFirstList = effects.some((effect) => effect.do === 'list-needs' && effect.manner === 'first');
  const most = isFirstList ? mostOfFirstList : mostSegments;
  const { first, more } = parted(told.join('\n'), asked.join('\n'), {
    tail,
    most,
    ...(details === undefined ? {} : { details }),
  });
  return { body: [...head, ...first].filter((line) => line !== '').join('\n'), more, content };
}

/**
 * All of it where it fits; else the question is parted by itself: it never waits behind MORE for what is only told before it. The link to
 * the details stays with the first part: it leads to all the rest.
 */
function parted(
  told: string,
  asked: string,
  how: { readonly tail: string; readonly most: number; readonly details?: string },
): { first: readonly string[]; more: readonly string[] } {
  const { tail, most, details = '' } = how;
  const join = (...texts: readonly string[]) => texts.filter((text) => text !== '').join('\n');
  const whole = join(told, details, asked);
  if (whole === '' || segmentsOf(whole) <= most) return { first: [whole], more: [] };
  if (asked !== '') {
    const lead = join(told, details);
    const [first = '', ...more] = partText(asked, mostSegments, tail);
    if (segmentsOf(lead) <= most) return { first: [lead, first], more };
    const { part, rest } = partOff(lead, most, '');
    const hint = more.length === 0 ? tail.trim() : '';
    return { first: [part, first, hint], more: [...more, ...partText(rest, mostSegments, tail)] };
  }
  const { part, rest } = partOff(told, most, `${details === '' ? '' : `\n${details}`}${tail}`);
  return { first: [part], more: partText(rest, mostSegments, tail) };
}

/** One line each; numbered, but where numbers are already those of a question's choices. */
function needLines(
  speaker: Speaker,
  story: Story,
  effect: ListNeeds,
  isAsking: boolean,
  content: string[],
): readonly string[] {
  const { language } = story.person;
  const { heading, items } = needsInWords(speaker, story, effect);
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
