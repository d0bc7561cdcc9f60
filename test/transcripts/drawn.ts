import { loadContent } from '../../content/content.ts';
import { type MessageKey, sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import { type Line, means, type Person, type Way } from './transcript.ts';

const catalogue = loadContent().catalogueFor('US');

/** A sentence of the catalogue, with the clinic's own blanks filled. */
export function ours(
  language: Language,
  key: MessageKey,
  blanks: Readonly<Record<string, string | number>> = {},
): string {
  return sentence(catalogue, language, key, { clinic: 'Lakeside Clinic', desk: '312-555-0100', ...blanks });
}

/** One text: everything in one body. */
export function drawnAsText(lines: readonly Line[], person: Person, language: Language): string {
  return lines
    .filter(({ label }) => means(label, 'sms'))
    .flatMap((line) => {
      if (line.kind === 'done') return [ours(language, 'complete', { name: person.name })];
      const { position, total, words } = line;
      const progress =
        position === undefined || total === undefined || total < 2
          ? ''
          : `${ours(language, 'progress', { position, total })} `;
      return [
        `${progress}${words}`,
        ...line.below.filter(({ label }) => means(label, 'sms')).map((each) => each.words),
      ];
    })
    .join('\n');
}

/** What is heard on a call, sentence by sentence: the choice after its meaning. */
export function drawnAloud(lines: readonly Line[], way: Way, person: Person, language: Language): readonly string[] {
  return lines
    .filter(({ label }) => means(label, way))
    .flatMap((line) => {
      if (line.kind === 'done')
        return [ours(language, 'complete', { name: person.name }), ours(language, 'voice.way-out')];
      const options = optionsOf(line);
      const beside = line.below.filter(({ label, words }) => means(label, way) && !isOption(words));
      const hints = beside.filter(({ label }) => label === undefined).map(({ words }) => words);
      const after = beside.filter(({ label }) => label !== undefined).map(({ words }) => words);
      return [line.words, ...hints, ...keysFor(options, language), ...after];
    });
}

function keysFor(options: readonly string[], language: Language): readonly string[] {
  const yesNo = [ours(language, 'value.yes'), ours(language, 'value.no')];
  if (options.length === 2 && options.every((label, index) => label === yesNo[index]))
    return [ours(language, 'voice.yes-no')];
  return options.map((label, index) => {
    const choice = visitChoices.find((each) => ours(language, `choice.${each}`) === label);
    return ours(language, choice === undefined ? 'voice.press' : `voice.choice.${choice}`, {
      label,
      number: index + 1,
    });
  });
}

/** A visit's choices are said in their own words. */
const visitChoices = [
  'come',
  'another-time',
  'give-up',
  'keep',
  'new-time-fine',
  'accept',
  'decline',
  'other-times',
] as const;

export interface DrawnPage {
  readonly notices: readonly string[];
  readonly where: string | undefined;
  readonly words: readonly string[];
  readonly choices: readonly string[];
}

/** What a page shows: what is told above, the question with its choices below; at the end what the page says instead. */
export function drawnOnPage(lines: readonly Line[], way: 'page' | 'desk', language: Language): DrawnPage {
  const here = lines.filter(({ label }) => means(label, way));
  const asks = here.find(({ kind }) => kind === 'asks');
  const { position, total } = asks ?? {};
  const where =
    position === undefined || total === undefined || way === 'desk'
      ? undefined
      : ours(language, 'page.where', { position, total });
  const hints = (asks?.below ?? [])
    .filter(({ label, words }) => means(label, way) && !isOption(words))
    .map(({ words }) => words);
  return {
    notices: here.filter(({ kind }) => kind === 'tells').map(({ words }) => words),
    where,
    words: asks === undefined ? [] : [asks.words, ...hints],
    choices: asks === undefined ? [] : optionsOf(asks),
  };
}

function optionsOf({ below }: Line): readonly string[] {
  return below
    .filter(({ label, words }) => label === undefined && isOption(words))
    .map(({ words }) => words.replace(/^\d+ /, ''));
}

function isOption(words: string): boolean {
  return /^\d+ \S/.test(words);
}
