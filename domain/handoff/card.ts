import { type Handoff, type HandoffConcern, type HandoffConversation, isEmpty } from './handoff.ts';
import { asMarkdown, onOneLine, shortened } from './markdown.ts';
import type { HandoffAnswer, OpenQuestion } from './told.ts';
import { visitBlock, visitInBrief } from './visit-on-card.ts';
import type { HandoffVisit } from './visits.ts';

/** When a card is shown: the chart is opened, or a visit is being booked. */
export type CardHook = 'patient-view' | 'appointment-book';

/** A handoff as a card in the chart. */
export interface Card {
  /** Fewer than 140 characters, one line, plain text. */
  readonly summary: string;
  /** Markdown; everything said by others is escaped. */
  readonly detail: string;
  /** `critical`: a concern that nobody on staff has confirmed seeing. */
  readonly indicator: 'info' | 'warning' | 'critical';
}

/** @see https://cds-hooks.hl7.org/2.0/#card-attributes */
const longestSummary = 139;
/** A visit in fewer characters says nothing. */
const leastRoom = 40;
const mostAnswers = 25;
/** What ended stays in full for the visit that it was for, and a little after. */
const fullDays = 14;

/** The card for a handoff; undefined where nothing is known. */
export function cardOf(handoff: Handoff, hook: CardHook, now: Date): Card | undefined {
  if (isEmpty(handoff)) return undefined;
  return {
    summary: summaryOf(handoff, hook),
    detail: detailOf(handoff, hook, now),
    indicator: indicatorOf(handoff),
  };
}

function indicatorOf({ concerns, person, visits }: Handoff): Card['indicator'] {
  if (concerns.some(({ seen }) => !seen)) return 'critical';
  return concerns.length > 0 || person !== undefined || visits.some(needsSomebody) ? 'warning' : 'info';
}

function needsSomebody({ standing, open }: HandoffVisit): boolean {
  return [...standing, ...open].some(({ presses }) => presses);
}

function summaryOf(handoff: Handoff, hook: CardHook): string {
  const { concerns, person, consent, conversations, visits } = handoff;
  const [concern] = concerns;
  const [main] = conversations;
  const [next] = visits;
  const first = [
    ...(concern === undefined ? [] : [concernInBrief(concern, concerns.length)]),
    ...(person === undefined || concern !== undefined ? [] : [capitalised(person.why)]),
  ];
  const alone = main === undefined && first.length === 0;
  const room = Math.max(leastRoom, longestSummary - first.join('. ').length - 2 * first.length);
  const visit = next === undefined ? undefined : visitInBrief(next, { alone, room });
  const parts = [
    ...first,
    ...(visit === undefined ? [] : [visit]),
    ...(main === undefined ? [] : [standing(main, hook)]),
    ...(consent.texts === 'refused' ? ['No texts'] : []),
  ];
  // What comes first matters most: the last parts give way.
  for (let kept = parts.length; kept > 1; kept--) {
    const summary = parts.slice(0, kept).join('. ');
    if (summary.length <= longestSummary) return summary;
  }
  return shortened(parts[0] ?? '', longestSummary);
}

function concernInBrief({ what, when }: HandoffConcern, count: number): string {
  const more = count > 1 ? ` and ${count - 1} more` : '';
  return `${shortened(onOneLine(what), 60)} (${when})${more}`;
}

/** "8 of 9 answered before the visit; 1 open: emergency contact". */
function standing(conversation: HandoffConversation, hook: CardHook): string {
  const { total, told, earlier, notKnown, open, visit, state, note } = conversation;
  const title = shortened(onOneLine(conversation.title), 40);
  if (total === 0) return `“${title}”: ${note ?? 'nothing asked yet'}`;
  const answered = told.length + earlier.length;
  const corrected = told.filter((each) => each.corrected.length > 0).length;
  const inTime = visit !== undefined && told.every(({ at }) => Date.parse(at) <= Date.parse(visit.at));
  const before = hook !== 'patient-view' || visit === undefined ? '' : inTime ? ' before the visit' : ' for the visit';
  const about = hook === 'appointment-book' ? ` in “${title}”` : '';
  const counts = [
    answered === total ? `All ${total} answered${before}${about}` : `${answered} of ${total} answered${before}${about}`,
    ...(corrected === 0 ? [] : [`${corrected} corrected`]),
    ...(notKnown.length === 0 ? [] : [`${notKnown.length} not known or not said`]),
  ].join(', ');
  if (state === 'ended') return `${counts}; ${note ?? 'ended'}`;
  if (open.length === 0) return counts;
  return `${counts}; ${open.length} open: ${labels(open, longestSummary - counts.length - 12)}`;
}

/** As many names as fit; the rest as a number. */
function labels(questions: readonly OpenQuestion[], room: number): string {
  const names = questions.map(({ label }) => onOneLine(label));
  for (let kept = Math.min(names.length, 3); kept > 0; kept--) {
    const rest = names.length - kept;
    const list = `${names.slice(0, kept).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    if (list.length <= room) return list;
  }
  return shortened(names[0] ?? '', Math.max(room, 12));
}

function detailOf(handoff: Handoff, hook: CardHook, now: Date): string {
  const { concerns, person, consent, conversations } = handoff;
  const recent = conversations.filter(
    ({ state, changedAt }, index) =>
      state === 'asking' ||
      state === 'waiting' ||
      index === 0 ||
      now.getTime() - Date.parse(changedAt) < fullDays * 86_400_000,
  );
  const older = conversations.filter((each) => !recent.includes(each));
  const blocks = [
    ...concerns.map((concern) => concernBlock(concern, handoff.deceased)),
    ...(person === undefined ? [] : [`**${capitalised(person.why)}** ${person.when}.`]),
    ...(consent.texts === 'refused' ? [`**No texts:** ${consent.words}. Calls are still fine.`] : []),
    ...handoff.visits.map((visit) => visitBlock(visit, handoff.seen)),
    ...recent.map((each) => (hook === 'patient-view' ? whole(each, handoff) : inShort(each, handoff))),
    ...(older.length === 0
      ? []
      : [
          older.map(({ title, changed }) => `Earlier: ${asMarkdown(title, 80)}, last changed ${changed}.`).join('  \n'),
        ]),
  ];
  return blocks.join('\n\n');
}

function concernBlock({ what, words, when, how, opening, seen }: HandoffConcern, deceased: boolean): string {
  const lines = [
    `**${asMarkdown(what, 80)}**, ${when}, ${how}: “${asMarkdown(words, 500)}”`,
    ...(deceased ? [] : [`To begin: *${asMarkdown(opening, 320)}*`]),
    ...(seen ? ['Already seen by staff.'] : []),
  ];
  return lines.join('  \n');
}

function heading({ title, visit, note, state }: HandoffConversation, { person }: Handoff): string {
  // That a person is needed stands above everything already.
  const said = state === 'asking' && person !== undefined ? undefined : note;
  const parts = [
    `**${asMarkdown(title, 80)}**`,
    ...(visit === undefined ? [] : [`visit ${visit.when}`]),
    ...(state === 'complete' ? ['complete'] : state === 'waiting' ? ['not asked yet'] : []),
    ...(said === undefined ? [] : [said]),
  ];
  return parts.join(', ');
}

/** When a visit is booked: what need not be asked again, and what is still missing. */
function inShort(conversation: HandoffConversation, handoff: Handoff): string {
  const { told, earlier, open, total } = conversation;
  const known = told.length + earlier.length;
  return [
    `${heading(conversation, handoff)}: ${known} of ${total} known, no need to ask again.`,
    ...section('Still open', open.map(openLine)),
  ].join('\n\n');
}

/** The new first, then what is open, then the rest. */
function whole(conversation: HandoffConversation, handoff: Handoff): string {
  const { seen } = handoff;
  const { told, earlier, notKnown, passedOver, open, state } = conversation;
  const fresh = [...told, ...notKnown].filter(({ isNew }) => isNew);
  const rest = told.filter(({ isNew }) => !isNew);
  const unknown = notKnown.filter(({ isNew }) => !isNew);
  return [
    heading(conversation, handoff),
    ...(seen === undefined ? [] : section(`New since you saw it ${seen.when}`, fresh.map(answerLine))),
    ...section(state === 'complete' || state === 'ended' ? 'Not answered' : 'Open', open.map(openLine)),
    ...section('Told', rest.map(answerLine)),
    ...section('Known from earlier, not asked again', earlier.map(answerLine)),
    ...section('Not known or not said', unknown.map(answerLine)),
    ...section('Left out by the patient', passedOver.map(openLine)),
  ].join('\n\n');
}

function section(name: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, mostAnswers);
  const more = lines.length - shown.length;
  return [`${name}:\n\n${[...shown, ...(more > 0 ? [`- and ${more} more on the desk page`] : [])].join('\n')}`];
}

function openLine({ question }: OpenQuestion): string {
  return `- “${asMarkdown(question, 160)}”`;
}

/** The correction stands beside the answer, never behind a link. */
function answerLine({ question, answer, how, when, corrected }: HandoffAnswer): string {
  const before = corrected.map(
    ({ was, when: then }) => `“${asMarkdown(was, 80)}”${then === undefined ? '' : ` (${then})`}`,
  );
  const correction = before.length === 0 ? '' : `; corrected, before: ${before.join(', ')}`;
  return `- “${asMarkdown(question, 160)}” **${asMarkdown(answer) || 'no words'}**, ${asMarkdown(how, 120)}, ${when}${correction}`;
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
