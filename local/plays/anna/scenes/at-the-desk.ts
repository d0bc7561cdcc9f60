import type { QuestionnaireResponse, QuestionnaireResponseItem } from 'fhir/r4.js';
import { createBrowser } from '../../../hands/browser.ts';
import { formOf } from '../../../hands/words.ts';
import type { Night } from '../night.ts';
import { firstWords, staffTasks } from './at-night.ts';

const firstVisit = formOf('first-visit');
const concern = 'Chest pain or tightness (last night at 2:14 AM)';
const contact = 'Halina Kowalska, +48 600 000 143';

/** What was told, and how the desk and the doctor read it. Pain came by two ways in one second: either may have won. */
const told = [
  { linkId: 'reason', answer: 'I get tired fast when I climb stairs', how: ['by text'], at: '2:21 AM' },
  { linkId: 'since', answer: undefined, how: ['by text'], at: '2:21 AM' },
  { linkId: 'severity', answer: 'A little', how: ['by text'], at: '2:21 AM' },
  { linkId: 'pain', answer: '3', how: ['on the phone, by keypad', 'by text'], at: '7:55 AM' },
  { linkId: 'allergies', answer: 'no', how: ['on the phone, by keypad'], at: '7:55 AM' },
  { linkId: 'smoking', answer: 'Never', how: ['on the phone, by voice'], at: '7:55 AM' },
  { linkId: 'height', answer: '64 in', how: ['on the phone, by voice'], at: '7:55 AM' },
  { linkId: 'medicines', answer: 'just vitamin D', how: ['by text'], at: '8:10 AM' },
] as const;

/** 09:20: nobody has read it yet. 09:40: the clerk's card, the desk page, the last answer; the doctor's card, and "Seen". */
export async function atTheDesk(night: Night): Promise<void> {
  await inboxBefore(night);
  await clerk(night);
  await doctor(night);
  await inTheChart(night);
}

const unread =
  'The visit is near, and nobody has confirmed reading what the patient told. Please open the card in the chart.';

async function inboxBefore(night: Night): Promise<void> {
  await night.at(9, 20, 'The inbox of the front desk');
  const [, note] = await staffTasks(night);
  night.play.heard('Inbox', 'to the desk', [note?.description ?? ''], [unread]);
}

async function clerk(night: Night): Promise<void> {
  const { play, chart, anna } = night;
  await night.at(9, 40, 'Maya at the front desk opens Anna’s chart');
  const [card, ...others] = await chart.open(anna, 'Practitioner/clerk-maya');
  play.check('there is one card', others.length, 0);
  if (card === undefined) return;
  play.heard(
    'Card',
    'to the clerk',
    [card.summary],
    [`${concern}. 8 of 9 answered before the visit, 1 corrected; 1 open: emergency contact`],
  );
  play.check('it is marked critical until somebody has seen it', card.indicator, 'critical');
  play.check('it names the one open question', section(card.detail, 'Open'), [
    `- “${firstVisit.question('emergency-contact')}”`,
  ]);
  toldLines(night, section(card.detail, 'Told'));

  const [link] = card.links;
  const browser = createBrowser();
  const page = await browser.open(await chart.launch(link?.url ?? '', anna, 'clerk-maya'));
  play.aside('She opens the desk page from the card.');
  play.check(
    'the desk page lists the eight answers',
    page.told.map(([question]) => question),
    told.map(({ linkId }) => firstVisit.question(linkId)),
  );
  play.check(
    'with how and when each was given',
    page.told.every(([, , how = ''], index) =>
      (told[index]?.how ?? []).some((way) => how === `${dayOf(index)} at ${told[index]?.at}, ${way}`),
    ) || page.told,
    true,
  );
  play.check('and asks the one that is open', page.question?.words, [firstVisit.question('emergency-contact')]);
  play.line('Maya', 'to Anna', firstVisit.question('emergency-contact'));
  play.line('Anna', 'at the desk', contact);
  const after = await browser.answer(page, [contact]);
  play.check('all is answered, and nothing more is asked', [after.question, after.told.length], [undefined, 9]);
  play.check(
    'the answer says who entered it',
    after.told
      .at(-1)
      ?.slice(0, 2)
      .concat(after.told.at(-1)?.[2]?.replace(/^.*?, /, '') ?? ''),
    [firstVisit.question('emergency-contact'), contact, 'at the desk, typed in by clerk-maya'],
  );
}

function dayOf(index: number): string {
  return index < 3 ? 'last night' : 'today';
}

/** Each answer on its line, the correction beside it. */
function toldLines({ play, day }: Night, lines: readonly string[]): void {
  const since = day.subtract({ weeks: 2 }).toLocaleString('en-US', { month: 'long', day: 'numeric', year: 'numeric' });
  const expected = told.map(({ linkId, answer, how, at }, index) => {
    const correction = linkId === 'severity' ? `; corrected, before: “Quite a bit” (${dayOf(index)} at ${at})` : '';
    return how.map(
      (way) =>
        `- “${firstVisit.question(linkId)}” **${answer ?? since}**, ${way}, ${dayOf(index)} at ${at}${correction}`,
    );
  });
  for (const line of lines) play.line('Card', 'told', line.replace(/^- /, '').replaceAll('**', ''));
  play.check(
    'eight answers, each with how and when',
    (lines.length === expected.length && expected.every((ways, index) => ways.includes(lines[index] ?? ''))) || {
      lines,
      expected,
    },
    true,
  );
}

/** The lines under a heading of a card's detail. */
function section(detail: string, name: string): readonly string[] {
  const blocks = detail.split('\n\n');
  return blocks[blocks.indexOf(`${name}:`) + 1]?.split('\n') ?? [];
}

async function doctor(night: Night): Promise<void> {
  const { play, chart, anna, clock } = night;
  await clock.settle();
  play.aside('Dr Lee opens the chart.');
  const [card] = await chart.open(anna, 'Practitioner/dr-lee');
  if (card === undefined) {
    play.check('Dr Lee is shown a card', 'none', 'one');
    return;
  }
  play.heard('Card', 'to the doctor', [card.summary], [`${concern}. All 9 answered for the visit, 1 corrected`]);
  play.check('it says complete', card.detail.includes('**Before your visit**, visit today at 9:40 AM, complete'), true);
  const corrected = section(card.detail, 'Told').find((line) => line.includes(firstVisit.question('severity')));
  play.check(
    'the correction stands beside the answer',
    corrected?.endsWith('; corrected, before: “Quite a bit” (last night at 2:21 AM)'),
    true,
  );
  await chart.accept(card, 'Seen');
  play.line('Dr Lee', 'on the card', 'Seen');
  const [seen] = await chart.open(anna, 'Practitioner/dr-lee');
  play.check(
    'from then on the card knows that a person has seen it',
    [seen?.indicator, seen?.detail.includes('Already seen by staff.')],
    ['warning', true],
  );
}

async function inTheChart(night: Night): Promise<void> {
  const { play, chart, anna, clock } = night;
  await clock.settle();
  const responses = await chart.search('QuestionnaireResponse', `subject=Patient/${anna}`);
  play.check(
    'the chart holds one response, completed',
    responses.map(({ status, questionnaire }) => [status, questionnaire]),
    [['completed', firstVisit.canonical]],
  );
  const rows = rowsOf(responses[0]);
  const pain = rows.find(([linkId]) => linkId === 'pain')?.[2];
  const since = night.day.subtract({ weeks: 2 }).toPlainDate().toString();
  play.check('with nine answers, each from its channel, none twice', rows, [
    ['reason', 'I get tired fast when I climb stairs', 'sms'],
    ['since', since, 'sms'],
    ['severity', 'A little', 'sms', 'corrects Quite a bit'],
    ['pain', 3, pain === 'sms' ? 'sms' : 'voice-keypad'],
    ['allergies', false, 'voice-keypad'],
    ['smoking', 'Never', 'voice-speech'],
    ['height', '64 in', 'voice-speech'],
    ['medicines', 'just vitamin D', 'sms'],
    ['emergency-contact', contact, 'desk', 'by Practitioner/clerk-maya'],
  ]);
  play.check(
    'the inbox of staff holds the nurse’s entry, done, and the note of the morning',
    (await staffTasks(night)).map(({ status, description }) => [status, description]),
    [
      ['completed', `Chest pain or tightness: "${firstWords}"`],
      ['requested', unread],
    ],
  );
}

/** Each answered item as a short row: linkId, value, channel, and what else its provenance says. */
export function rowsOf(response: QuestionnaireResponse | undefined): readonly (readonly unknown[])[] {
  return (response?.item ?? []).map((item) => {
    const parts = new Map((item.extension?.[0]?.extension ?? []).map((part) => [part.url, part]));
    const corrects = parts.get('corrects')?.valueString;
    const enteredBy = parts.get('enteredBy')?.valueReference?.reference;
    return [
      item.linkId,
      answerOf(item),
      parts.get('channel')?.valueCode,
      ...(corrects === undefined ? [] : [`corrects ${corrects}`]),
      ...(enteredBy === undefined ? [] : [`by ${enteredBy}`]),
    ];
  });
}

function answerOf({ answer = [] }: QuestionnaireResponseItem): unknown {
  const [{ valueString, valueDate, valueInteger, valueBoolean, valueCoding, valueQuantity } = {}] = answer;
  if (valueQuantity !== undefined) return `${valueQuantity.value} ${valueQuantity.unit}`;
  return valueString ?? valueDate ?? valueInteger ?? valueBoolean ?? valueCoding?.display;
}
