import { drawCards } from './card.js';
import { answersPart, messagesPart, personPart, tasksPart, visitsPart } from './chart-parts.js';
import { attempt, h, keepDrawn } from './dom.js';
import { nameOf } from './formats.js';
import { createNeeds } from './needs.js';
import { createOrders } from './orders.js';
import { reach, search, update } from './reaching.js';

const newestFirst = (resources, key) => resources.toSorted((a, b) => (String(key(a)) < String(key(b)) ? 1 : -1));

/** The EHR's chart of one patient, with the card a clinician sees when it is opened. `onPatient` hears whose chart it is. */
export function createChart(place, { now, fhirBase, patients, practitioners, onPatient, onChanged }) {
  const who = h(
    'select',
    { id: 'chart-patient' },
    patients.map((one) => h('option', { value: one.id }, nameOf(one))),
  );
  const as = h(
    'select',
    { id: 'chart-user' },
    practitioners.map((one) => h('option', { value: `Practitioner/${one.id}` }, nameOf(one))),
  );
  const open = h('button', { type: 'button', onclick: () => void openChart() }, 'Open again');
  const news = h('p', { class: 'news', role: 'status' });
  const cards = h('div', { class: 'cards' });
  const [person, visits, tasks, answers, messages] = Array.from({ length: 5 }, () => h('div'));
  let questionnaires = [];
  let refreshes = 0;
  let openedAt = '';
  const titleOf = (canonical) => {
    const [url] = canonical.split('|');
    const one = questionnaires.find((each) => each.url === url);
    return one?.title ?? one?.name ?? (url === '' ? 'Questions' : url.split('/').at(-1));
  };
  const chosen = () => patients.find(({ id }) => id === who.value) ?? patients[0];
  const orders = createOrders(now, () => changed());
  const changed = () => {
    void refresh();
    onChanged();
  };
  const needs = createNeeds(chosen, now, () => changed());

  const draw = {
    person: keepDrawn(person, ({ patient, related }) => personPart(patient, related)),
    visits: keepDrawn(visits, (list) =>
      visitsPart(
        list,
        (visit, button) => void attempt(() => update({ ...visit, status: 'cancelled' }), button).then(changed),
      ),
    ),
    tasks: keepDrawn(tasks, ({ list }) =>
      tasksPart(
        list,
        titleOf,
        (task, button) => void attempt(() => update({ ...task, status: 'completed' }), button).then(changed),
      ),
    ),
    answers: keepDrawn(answers, ({ list }) => answersPart(list, titleOf)),
    messages: keepDrawn(messages, (list) => messagesPart(list)),
  };

  async function refresh() {
    const patient = chosen();
    if (patient === undefined) return;
    const { id } = patient;
    const about = `Patient/${id}`;
    const [fresh, related, appointments, taskList, responses, communications, forms] = await Promise.all([
      reach(`/ehr/fhir/${about}`),
      search(`RelatedPerson?patient=${about}`),
      search(`Appointment?patient=${about}&_count=50`),
      search(`Task?patient=${about}&_count=50`),
      search(`QuestionnaireResponse?subject=${about}&_count=20`),
      search(`Communication?subject=${about}&_count=50`),
      // They change seldom, and are the largest thing here.
      refreshes++ % 5 === 0 ? search('Questionnaire?_count=100') : questionnaires,
    ]).catch(() => []);
    if (fresh === undefined || chosen()?.id !== id) return;
    questionnaires = forms;
    const titles = forms.map(({ url, title }) => [url, title]);
    draw.person({ patient: fresh, related });
    void needs.refresh();
    draw.visits(newestFirst(appointments, ({ start }) => start ?? ''));
    draw.tasks({ list: newestFirst(taskList, (one) => one.authoredOn ?? one.meta?.lastUpdated), titles });
    draw.answers({ list: newestFirst(responses, (one) => one.authored ?? one.meta?.lastUpdated), titles });
    draw.messages(newestFirst(communications, (one) => one.received ?? one.sent ?? one.meta?.lastUpdated));
    orders.show(fresh, appointments, forms);
  }

  /** Opening a chart calls the CDS services once, as in an EHR; looking at it again does not. */
  async function openChart() {
    const patient = chosen();
    if (patient === undefined) return;
    news.textContent = '';
    openedAt = now().toISOString();
    cards.replaceChildren(h('p', { class: 'quiet' }, 'Opening…'));
    const [, answer] = await Promise.all([
      refresh(),
      reach('/ehr/cds/patient-view', { patient: patient.id, ...(as.value === '' ? {} : { user: as.value }) }).catch(
        (error) => error,
      ),
    ]);
    if (chosen()?.id !== patient.id) return;
    cards.replaceChildren(
      ...(answer instanceof Error
        ? [h('p', { class: 'quiet' }, `No card: ${answer.message}`)]
        : drawCards({
            calls: answer.calls ?? [],
            patient: patient.id,
            user: as.value,
            fhirBase,
            now,
            onAnswered: changed,
          })),
    );
  }

  who.addEventListener('change', () => {
    onPatient(chosen());
    void openChart();
  });
  as.addEventListener('change', () => void openChart());
  const anna = patients.find((one) => one.id.startsWith('anna'));
  if (anna) who.value = anna.id;
  place.append(
    h(
      'div',
      { class: 'chart-head' },
      h('div', {}, h('label', { for: 'chart-patient' }, 'Chart of'), who),
      h('div', {}, h('label', { for: 'chart-user' }, 'Opened by'), as),
      open,
    ),
    news,
    cards,
    person,
    orders.element,
    needs.element,
    answers,
    visits,
    tasks,
    messages,
  );
  const ready = openChart();
  return {
    ready,
    refresh,
    patient: chosen,
    /** The question that a slot of a conversation stands for, as its author wrote it. */
    questionOf: (slot) =>
      questionIn(
        questionnaires.flatMap(({ item }) => item ?? []),
        slot.replace(/(?:@[\d.]+)?\+?$/, ''),
      ),
    /** Something happened to this patient since the card was drawn. */
    tellNews(at) {
      // Events from before are told again when the page is loaded.
      if (at > openedAt)
        news.textContent = 'Something is new since this card was drawn. Open the chart again to see it.';
    },
  };
}

function questionIn(items, linkId) {
  for (const item of items) {
    const found = item.linkId === linkId ? item.text : questionIn(item.item ?? [], linkId);
    if (found !== undefined) return found;
  }
  return undefined;
}
