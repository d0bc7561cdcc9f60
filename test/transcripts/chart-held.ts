import type { Extension, QuestionnaireResponseItem, QuestionnaireResponseItemAnswer } from 'fhir/r4.js';
import { compare, type Played, readable } from './played.ts';
import type { Way } from './transcript.ts';
import { visitExpected, visitHeld, withOwnTimes } from './visit-held.ts';
import type { World } from './world.ts';

const channels: Readonly<Record<Way, string>> = {
  sms: 'sms',
  keypad: 'voice-keypad',
  speech: 'voice-speech',
  page: 'page',
  desk: 'desk',
  mixed: 'sms',
};

/** Holds what the chart, the inbox of staff and the phone have against the end of the transcript: nothing missing, nothing more. */
export async function checkHeld(world: World, played: Played): Promise<void> {
  const { transcript, way, cast } = played;
  const { chart } = transcript;
  const expected = {
    answers: chart.answers.map(({ linkId, value, channel, before }) => {
      const was = before === undefined ? '' : ` (before: ${before})`;
      return `${linkId} = ${value}${was} [${channel ?? channels[way]}]`;
    }),
    response: chart.response,
    task: chart.task,
    staff: chart.staff.map((line) => withOwnTimes(played, line)).toSorted(),
    ...visitExpected(played),
  };
  const held = async () => {
    const responses = [];
    const staff: string[] = [];
    for (const patient of cast.everyone) {
      responses.push(...(await world.chart.search('QuestionnaireResponse', `subject=Patient/${patient}&_count=50`)));
      const tasks = await world.chart.search('Task', `patient=Patient/${patient}&_count=50`);
      staff.push(
        ...tasks
          .filter(({ identifier }) => identifier?.[0]?.system?.endsWith('/staff-task'))
          .map(({ description }) => description ?? ''),
      );
    }
    const order = cast.canonicals;
    responses.sort((a, b) => order.indexOf(a.questionnaire ?? '') - order.indexOf(b.questionnaire ?? ''));
    const tasks = await Promise.all(cast.tasks.map((id) => world.chart.search('Task', `_id=${id}`)));
    return {
      answers: responses.flatMap(({ item = [] }) => rows(item)),
      response: responses.map(({ status }) => status).join(', ') || 'none',
      task: tasks.map(([task]) => task?.status).join(', ') || 'none',
      staff: staff.toSorted(),
      ...(await visitHeld(world, played)),
    };
  };
  let found = await held();
  // Without a clock to move, what is written once a minute is waited for.
  const until = Date.now() + (world.clock === undefined ? 90_000 : 0);
  while (JSON.stringify(found) !== JSON.stringify(expected) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    found = await held();
  }
  compare(played, 'in the chart', found, expected);
  compare(played, 'on the phone, all in all', readable(await cast.phone.received()), played.texts);
  for (const { person, phone, texts } of cast.waiting)
    compare(played, `on the phone of ${person.name}`, readable(await phone.received()), texts);
}

/** Each answered question as a line, nested ones after the one they belong to. */
function rows(items: readonly QuestionnaireResponseItem[]): readonly string[] {
  return items.flatMap((item) => {
    const { answer = [], extension } = item;
    const inside = rows([...(item.item ?? []), ...answer.flatMap((each) => each.item ?? [])]);
    if (answer.length === 0) return inside;
    const part = partsOf(extension?.find(({ url }) => url.endsWith('/answer-provenance')));
    const was = part('corrects')?.valueString;
    const by = part('enteredBy')?.valueReference?.reference;
    const channel = part('channel')?.valueCode ?? 'none';
    const how = by === undefined || by === 'Practitioner/clerk-maya' ? channel : `${channel} by ${by}`;
    return [
      `${item.linkId} = ${answer.map(valueIn).join('; ')}${was === undefined ? '' : ` (before: ${was})`} [${how}]`,
      ...inside,
    ];
  });
}

function partsOf(provenance: Extension | undefined): (name: string) => Extension | undefined {
  return (name) => provenance?.extension?.find(({ url }) => url === name);
}

const absent: Readonly<Record<string, string>> = {
  'asked-unknown': "(doesn't know)",
  'asked-declined': '(would rather not say)',
};

function valueIn(answer: QuestionnaireResponseItemAnswer): string {
  const { valueBoolean, valueQuantity, valueCoding, valueAttachment, extension } = answer;
  const reason = extension?.[0]?.valueCode;
  if (reason !== undefined) return absent[reason] ?? reason;
  if (valueBoolean !== undefined) return valueBoolean ? 'yes' : 'no';
  if (valueQuantity !== undefined)
    return `${valueQuantity.value} ${valueQuantity.unit ?? valueQuantity.code ?? ''}`.trim();
  if (valueCoding !== undefined) return valueCoding.display ?? valueCoding.code ?? '';
  if (valueAttachment !== undefined) return valueAttachment.contentType ?? '';
  const { valueString, valueDate, valueDateTime, valueTime, valueInteger, valueDecimal, valueUri } = answer;
  return String(
    valueString ?? valueDate ?? valueDateTime ?? valueTime ?? valueInteger ?? valueDecimal ?? valueUri ?? '',
  );
}
