import { h, icon } from './dom.js';
import { channels, dateOf, dialled, nameOf, numberInWords, valueInWords, whenOf } from './formats.js';

const provenance = 'https://told-once.dev/fhir/StructureDefinition/answer-provenance';

const part = (title, rows, empty) =>
  h('section', { class: 'part' }, h('h3', {}, title), rows.length === 0 ? h('p', { class: 'quiet' }, empty) : rows);

const pill = (words, kind = '') => h('span', { class: `pill ${kind}` }, words);
const textOf = (concept) =>
  concept?.text ?? concept?.coding?.find(({ display }) => display)?.display ?? concept?.coding?.[0]?.code;

export function personPart(patient, related) {
  const phones = (patient.telecom ?? []).filter(({ system }) => system === 'phone');
  const language = patient.communication?.find(({ preferred }) => preferred) ?? patient.communication?.[0];
  const facts = [
    ['Born', patient.birthDate && dateOf(patient.birthDate)],
    ['Speaks', textOf(language?.language)],
    [
      'Phone',
      phones.map(({ value, use }) => `${numberInWords(dialled(value) ?? value)}${use ? ` (${use})` : ''}`).join(', '),
    ],
    [
      'With',
      related
        .map((one) => `${nameOf(one)}${textOf(one.relationship?.[0]) ? `, ${textOf(one.relationship[0])}` : ''}`)
        .join('; '),
    ],
    ['Died', patient.deceasedDateTime && dateOf(patient.deceasedDateTime.slice(0, 10))],
  ].filter(([, value]) => value);
  return h(
    'dl',
    { class: 'facts' },
    facts.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  );
}

const ahead = new Set(['proposed', 'pending', 'booked', 'arrived', 'checked-in', 'waitlist']);

export function visitsPart(appointments, onCancel) {
  const rows = appointments.map((visit) => {
    const what = [visit.appointmentType, ...(visit.serviceType ?? []), ...(visit.specialty ?? [])]
      .map(textOf)
      .filter(Boolean);
    return h(
      'div',
      { class: 'row-item' },
      h('p', {}, h('strong', {}, visit.start ? whenOf(visit.start) : 'no time yet'), ' ', pill(visit.status)),
      h('p', { class: 'quiet' }, [...new Set(what)].join(', ') || visit.description || 'Visit'),
      ahead.has(visit.status)
        ? h(
            'button',
            { type: 'button', class: 'small', onclick: (event) => onCancel(visit, event.currentTarget) },
            'Call it off',
          )
        : undefined,
    );
  });
  return part('Visits', rows, 'No visit is booked.');
}

const done = new Set(['completed', 'cancelled', 'rejected', 'failed', 'entered-in-error']);

export function tasksPart(tasks, titleOf, onDone) {
  const rows = tasks.map((task) => {
    const canonical = task.input?.find(({ valueCanonical }) => valueCanonical)?.valueCanonical;
    const asksFor = canonical === undefined ? undefined : `Intake: ${titleOf(canonical)}`;
    const urgent = task.priority === 'stat' || task.priority === 'urgent' || task.priority === 'asap';
    return h(
      'div',
      { class: 'row-item' },
      h(
        'p',
        {},
        urgent && !done.has(task.status) ? icon('alarm') : undefined,
        h('strong', {}, asksFor ?? textOf(task.code) ?? 'Task'),
        ' ',
        pill(task.status, done.has(task.status) ? '' : urgent ? 'alarm' : 'open'),
      ),
      task.description ? h('p', {}, task.description) : undefined,
      h(
        'p',
        { class: 'quiet' },
        [task.authoredOn && whenOf(task.authoredOn), task.statusReason && textOf(task.statusReason)]
          .filter(Boolean)
          .join(' · '),
      ),
      asksFor === undefined && !done.has(task.status)
        ? h('button', { type: 'button', class: 'small', onclick: (event) => onDone(task, event.currentTarget) }, 'Done')
        : undefined,
    );
  });
  return part('Inbox', rows, 'Nothing waits for staff.');
}

/** Each answer with how and when it was given, and what it corrected. */
export function answersPart(responses, titleOf) {
  const forms = responses.map((response) => {
    const rows = answersIn(response.item ?? []);
    return h(
      'div',
      { class: 'form-answers' },
      h(
        'h4',
        {},
        titleOf(response.questionnaire ?? ''),
        ' ',
        pill(response.status, response.status === 'in-progress' ? 'open' : 'fine'),
      ),
      rows.length === 0
        ? h('p', { class: 'quiet' }, 'Nothing yet.')
        : h(
            'ol',
            {},
            rows.map((row) => h('li', {}, row)),
          ),
    );
  });
  return part('What the patient told', forms, 'Nothing yet.');
}

function answersIn(items) {
  return items.flatMap((item) => {
    const inside = [...(item.item ?? []), ...(item.answer ?? []).flatMap((answer) => answer.item ?? [])];
    return [...(item.answer?.length ? [answerRow(item)] : []), ...answersIn(inside)];
  });
}

function answerRow(item) {
  const extension = item.extension?.find(({ url }) => url === provenance);
  const how = Object.fromEntries(
    (extension?.extension ?? []).map((one) => [
      one.url,
      Object.entries(one).find(([key]) => key.startsWith('value'))?.[1],
    ]),
  );
  const channel = channels[how.channel];
  const details = [
    channel?.words,
    how.at && whenOf(how.at),
    how.confidence !== undefined && `heard with ${Math.round(how.confidence * 100)}% certainty`,
    how.readBack && 'read back and confirmed',
    how.enteredBy && `entered by ${how.enteredBy.display ?? how.enteredBy.reference}`,
  ].filter(Boolean);
  return [
    h('p', { class: 'quiet' }, item.text ?? item.linkId),
    h('p', { class: 'answer' }, item.answer.map(valueInWords).join(', ')),
    details.length === 0 ? undefined : h('p', { class: 'how' }, icon(channel?.icon ?? 'dot'), details.join(' · ')),
    how.corrects ? h('p', { class: 'was' }, `Corrected. Before: “${how.corrects}”`) : undefined,
  ];
}

export function messagesPart(communications) {
  const rows = communications.map((one) => {
    const words = (one.payload ?? [])
      .map(({ contentString, contentAttachment }) => contentString ?? `[${contentAttachment?.contentType ?? 'file'}]`)
      .join(' ');
    const code = one.medium?.flatMap(({ coding = [] }) => coding).find((coding) => channels[coding.code])?.code;
    const from = one.received ? 'Received' : 'Sent';
    return h(
      'div',
      { class: 'row-item' },
      h(
        'p',
        { class: 'how' },
        icon(channels[code]?.icon ?? 'text'),
        `${from} ${channels[code]?.words ?? ''} · ${whenOf(one.received ?? one.sent ?? one.meta?.lastUpdated)}`,
        ' ',
        pill(one.status, one.status === 'stopped' || one.status === 'not-done' ? 'alarm' : ''),
      ),
      h('p', { class: 'clamp' }, words),
    );
  });
  const body = part('Messages', rows, 'No messages in the chart.');
  return h('details', { class: 'fold' }, h('summary', {}, `Messages in the chart (${communications.length})`), body);
}
