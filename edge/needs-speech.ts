import type { ListNeeds } from '../domain/conversation/effects.ts';
import { fill, type MessageKey, sentence } from '../domain/guidance/catalogue.ts';
import { wordsIn } from '../domain/guidance/language.ts';
import type { Requirement } from '../domain/requirements/requirement.ts';
import type { Story } from '../domain/story/story.ts';
import { type Speaker, type Words, whenFor } from './speech.ts';

/** What a visit needs, in words: what is said before the list, where something is, and the list. */
export interface NeedsWords {
  readonly heading?: Words;
  readonly items: readonly Words[];
}

/** `times`: whole, or short where they are read. `offers`: the questions wait, and are offered where the list names them. */
interface ListManner {
  readonly times: 'long' | 'short';
  readonly offers: boolean;
}

/** The words of a `list-needs` effect, before a channel gives them its form. */
export function needsInWords(
  speaker: Speaker,
  story: Story,
  effect: ListNeeds,
  how: ListManner = { times: 'long', offers: false },
): NeedsWords {
  const { appointment, needs, manner } = effect;
  const items = needs.map((need) => itemOf(speaker, story, need, manner, how));
  const heading = (key: MessageKey, blanks: Record<string, string> = {}): NeedsWords => ({
    heading: said(speaker, story, key, { clinic: speaker.clinic.name, ...blanks }),
    items,
  });
  if (manner === 'changed') return { items };
  if (manner === 'open') return heading('need.open');
  const start = story.visits.find((visit) => visit.appointment === appointment)?.start;
  return heading(needs.length === 0 ? 'need.first-ready' : 'need.first', {
    when: start === undefined ? '' : whenFor(speaker, story, start),
  });
}

/** What the patient hears of one of them, its times filled in. */
export function needInWords(
  speaker: Speaker,
  story: Story,
  { says, due, from }: Requirement,
  length: 'long' | 'short' = 'long',
): string {
  return withTimes(speaker, story, wordsIn(says, story.person.language), { due, from, length });
}

/** An editor's sentence about a requirement with its blanks `{due}` and `{from}` filled. */
export function withTimes(
  speaker: Speaker,
  story: Story,
  words: string,
  { due, from, length }: { readonly due: string; readonly from: string | undefined; readonly length: 'long' | 'short' },
): string {
  // Most sentences name no time, and to word one takes longer than all the rest.
  const at = (blank: string, instant: string | undefined) =>
    instant !== undefined && words.includes(`{${blank}}`) ? whenFor(speaker, story, instant, length) : '';
  return fill(words, { due: at('due', due), from: at('from', from) });
}

/** Only news say that something is done or off: elsewhere nothing of that kind is listed. */
function itemOf(
  speaker: Speaker,
  story: Story,
  need: Requirement,
  manner: ListNeeds['manner'],
  { times, offers }: ListManner,
): Words {
  const words = needInWords(speaker, story, need, times);
  const key = keyFor(need, manner, offers);
  return { text: key === undefined ? words : said(speaker, story, key, { words }).text, content: need.content };
}

function keyFor({ kind, state }: Requirement, manner: ListNeeds['manner'], offers: boolean): MessageKey | undefined {
  if (manner === 'changed' && state === 'met') return 'need.done';
  if (manner === 'changed' && state === 'waived') return 'need.off';
  return kind === 'form' && offers ? 'need.form' : undefined;
}

function said(speaker: Speaker, story: Story, key: MessageKey, blanks: Record<string, string>): Words {
  return {
    text: sentence(speaker.catalogue, story.person.language, key, blanks),
    content: `${key}@${speaker.catalogue.version}`,
  };
}
