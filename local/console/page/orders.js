import { announce, attempt, h } from './dom.js';
import { fieldOf, instantOf, nameOf, whenOf } from './formats.js';
import { create, search, update } from './reaching.js';

const sdc = 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp';
const kinds = 'http://terminology.hl7.org/CodeSystem/v2-0276';
const snomed = 'http://snomed.info/sct';
const concept = (system, code, display) => ({ coding: [{ system, code, display }] });

/** What can be booked; the clinic's content says which of them ask for an intake. */
const visitTypes = [
  { words: 'New problem', appointmentType: concept(kinds, 'ROUTINE', 'Routine appointment') },
  { words: 'Check-up', appointmentType: concept(kinds, 'CHECKUP', 'A routine check-up') },
  { words: 'Walk-in', appointmentType: concept(kinds, 'WALKIN', 'A previously unscheduled walk-in visit') },
  {
    words: 'Cardiology follow-up',
    appointmentType: concept(kinds, 'FOLLOWUP', 'A follow up visit from a previous appointment'),
    specialty: [concept(snomed, '394579002', 'Cardiology')],
  },
  { words: 'MRI scan', serviceType: [concept(snomed, '113091000', 'Magnetic resonance imaging')] },
  {
    words: 'MRI scan with contrast',
    serviceType: [concept(snomed, '51619007', 'Magnetic resonance imaging with contrast')],
  },
];

/** What staff do in the EHR: book a visit, ask for an intake. `changed` is called when it is stored. */
export function createOrders(now, changed) {
  const type = h(
    'select',
    { id: 'visit-type' },
    visitTypes.map(({ words }, index) => h('option', { value: index }, words)),
  );
  const time = h('input', { type: 'datetime-local', id: 'visit-time', required: true });
  const questionnaire = h('select', { id: 'intake-form', required: true });
  const visit = h('select', { id: 'intake-visit' });
  let patient;

  /** The free time of that kind at or soonest after the one chosen; undefined where the calendar has none. */
  const freeSlot = async (codes, from) => {
    const wanted = new Set((codes.serviceType ?? []).flatMap(({ coding }) => coding.map(({ code }) => code)));
    if (wanted.size === 0) return undefined;
    const slots = await search(`Slot?status=free&start=ge${encodeURIComponent(from.toISOString())}&_count=500`);
    const fitting = slots.filter(({ serviceType = [] }) =>
      serviceType.some(({ coding = [] }) => coding.some(({ code }) => wanted.has(code))),
    );
    return fitting.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start))[0];
  };
  const participants = async () => {
    const [location] = await search('Location?_count=1');
    return [
      { actor: { reference: `Patient/${patient.id}`, display: nameOf(patient) }, status: 'accepted' },
      ...(location === undefined
        ? []
        : [
            { actor: { reference: `Location/${location.id}`, display: location.name ?? 'Clinic' }, status: 'accepted' },
          ]),
    ];
  };
  const book = async () => {
    const { words: _, ...codes } = visitTypes[Number(type.value)];
    const slot = await freeSlot(codes, instantOf(time.value));
    const start = slot === undefined ? instantOf(time.value) : new Date(slot.start);
    const end = slot === undefined ? new Date(start.getTime() + 30 * 60_000) : new Date(slot.end);
    if (slot !== undefined) await update({ ...slot, status: 'busy' });
    await create({
      resourceType: 'Appointment',
      status: 'booked',
      ...codes,
      start: start.toISOString(),
      end: end.toISOString(),
      ...(slot === undefined ? {} : { slot: [{ reference: `Slot/${slot.id}` }] }),
      participant: await participants(),
    });
    announce(`Booked for ${whenOf(start)}.`);
  };
  const wait = async () => {
    const { words: _, ...codes } = visitTypes[Number(type.value)];
    const from = now();
    await create({
      resourceType: 'Appointment',
      status: 'waitlist',
      ...codes,
      requestedPeriod: [{ start: from.toISOString(), end: new Date(from.getTime() + 28 * 86_400_000).toISOString() }],
      participant: await participants(),
    });
    announce('On the waiting list. A time that is given up will be offered.');
  };
  const ask = async () => {
    await create({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: sdc, code: 'complete-questionnaire' }] },
      for: { reference: `Patient/${patient.id}` },
      authoredOn: now().toISOString(),
      ...(visit.value === '' ? {} : { reasonReference: { reference: `Appointment/${visit.value}` } }),
      input: [{ type: { coding: [{ system: sdc, code: 'questionnaire' }] }, valueCanonical: questionnaire.value }],
    });
    announce('The intake is asked for.');
  };
  const form = (work, ...content) =>
    h(
      'form',
      {
        class: 'order',
        onsubmit: (event) => {
          event.preventDefault();
          void attempt(work, event.submitter).then(changed);
        },
      },
      ...content,
    );
  const element = h(
    'div',
    { class: 'orders' },
    h(
      'details',
      {},
      h('summary', {}, 'Book a visit'),
      form(
        book,
        h('label', { for: 'visit-type' }, 'Kind of visit'),
        type,
        h('label', { for: 'visit-time' }, 'When (clinic’s time)'),
        time,
        h('button', { type: 'submit', class: 'go' }, 'Book it'),
        h(
          'button',
          { type: 'button', onclick: (event) => void attempt(wait, event.currentTarget).then(changed) },
          'Put on the waiting list',
        ),
      ),
    ),
    h(
      'details',
      {},
      h('summary', {}, 'Ask for an intake'),
      form(
        ask,
        h('label', { for: 'intake-form' }, 'Questions'),
        questionnaire,
        h('label', { for: 'intake-visit' }, 'For the visit'),
        visit,
        h('button', { type: 'submit', class: 'go' }, 'Ask the patient'),
      ),
    ),
  );
  return {
    element,
    show(chosen, appointments, questionnaires) {
      const other = chosen.id !== patient?.id;
      patient = chosen;
      if (other || time.value === '')
        time.value = `${fieldOf(new Date(now().getTime() + 3 * 3_600_000)).slice(0, 13)}:00`;
      refill(
        questionnaire,
        questionnaires.map((one) => [
          one.version === undefined ? one.url : `${one.url}|${one.version}`,
          one.title ?? one.name ?? one.url,
        ]),
      );
      const open = appointments.filter(({ status }) => status === 'booked' || status === 'arrived');
      refill(visit, [['', 'no visit'], ...open.map((one) => [one.id, one.start ? whenOf(one.start) : one.id])]);
    },
  };
}

function refill(select, options) {
  const before = select.value;
  select.replaceChildren(...options.map(([value, words]) => h('option', { value }, words)));
  if (options.some(([value]) => value === before)) select.value = before;
}
