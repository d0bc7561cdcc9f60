import { asMarkdown, onOneLine, shortened } from './markdown.ts';
import type { HandoffNeed, HandoffVisit } from './visits.ts';

const mostNeeds = 12;

/** A form stands on the card as its questions; arriving and keeping to something are the patient's, and open until the day itself. */
const inBrief: Record<HandoffNeed['kind'], boolean> = {
  referral: true,
  authorisation: true,
  document: true,
  interpreter: true,
  transport: true,
  form: false,
  preparation: false,
  arrival: false,
};

/**
 * The next visit in a few words, where something about it presses or somebody has yet to see to something. `alone`: nothing else is
 * known of the patient, so that the visit itself is said. `room`: characters.
 */
export function visitInBrief(
  visit: HandoffVisit,
  { alone, room }: { readonly alone: boolean; readonly room: number },
): string | undefined {
  const { when, isHere, isToday, standing } = visit;
  const pressing = standing
    .filter(({ presses }) => presses)
    .map(({ words }) => words.replace(/;.*|, (?:said|asked) .*/, ''));
  const needs = visit.open
    .filter(({ kind, presses }) => presses || inBrief[kind])
    .sort((a, b) => Number(b.presses) - Number(a.presses));
  const parts = [
    ...(isHere && isToday ? ['patient is here'] : []),
    ...pressing.map((words) => words.charAt(0).toLowerCase() + words.slice(1)),
    ...(needs.length === 0 ? [] : [`open: ${named(needs)}`]),
  ];
  if (parts.length === 0 && !alone) return undefined;
  const [first] = standing;
  const said = parts.length > 0 ? parts.join('; ') : (first?.words ?? '').toLowerCase();
  const time = when === undefined ? 'Visit without a time yet' : `Visit ${when}`;
  return shortened(onOneLine(said === '' ? time : `${time}; ${said}`), room);
}

function named(needs: readonly HandoffNeed[]): string {
  const [first] = needs;
  if (first === undefined) return '';
  const rest = needs.length - 1;
  return `${first.what.toLowerCase()} (${first.owner})${rest === 0 ? '' : ` and ${rest} more`}`;
}

/** The visit in full: what is new first, then how it stands, what is open with owner and due, and what is settled. */
export function visitBlock(visit: HandoffVisit, seen: { readonly when: string } | undefined): string {
  const { when, isToday, standing, open, settled } = visit;
  const fresh = seen === undefined ? [] : standing.filter(({ isNew }) => isNew);
  const rest = standing.filter((line) => !fresh.includes(line));
  return [
    `**${isToday ? 'Visit' : 'Next visit'} ${when ?? 'without a time yet'}**${rest.length === 0 ? '' : `: ${rest.map(({ words }) => asMarkdown(words)).join('; ')}.`}`,
    ...(fresh.length === 0
      ? []
      : [`New since you saw it ${seen?.when}:\n\n${fresh.map(({ words }) => `- ${asMarkdown(words)}`).join('\n')}`]),
    ...section('The visit still needs', open.map(openLine)),
    ...section('Settled', settled.map(settledLine)),
  ].join('\n\n');
}

function section(name: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length - mostNeeds;
  return [
    `${name}:\n\n${[...lines.slice(0, mostNeeds), ...(more > 0 ? [`- and ${more} more on the desk page`] : [])].join('\n')}`,
  ];
}

function openLine({ what, owner, stands, due, because }: HandoffNeed): string {
  return `- **${what}**: ${asMarkdown(owner)}, ${asMarkdown(stands)}, due ${due}${why(because)}`;
}

function settledLine({ what, stands, because }: HandoffNeed): string {
  return `- ${what}: ${asMarkdown(stands)}${why(because)}`;
}

function why(because: string): string {
  return because.trim() === '' ? '' : ` (${asMarkdown(because, 160)})`;
}
