import { createChart } from './chart.js';
import { createClock } from './clock.js';
import { announce, attempt, h } from './dom.js';
import { createStory } from './feed.js';
import { dialled, nameOf, useZone } from './formats.js';
import { createHandset } from './handset.js';
import { reach, search } from './reaching.js';
import { createSimulator } from './simulator.js';

const POLL_MS = 2000;

/** Everybody who has a phone: patients, those who answer for them, and staff. */
function phones(patients, related, people) {
  const found = new Map();
  const add = (number, name, group) => {
    if (number === undefined) return;
    const before = found.get(number);
    if (before === undefined) found.set(number, { number, name, group });
    else if (!before.name.includes(name)) before.name = `${before.name} and ${name}`;
  };
  for (const [list, group] of [
    [patients, 'Patients'],
    [related, 'Family'],
  ])
    for (const person of list)
      for (const { system, value, use } of person.telecom ?? [])
        if (system === 'phone' && value && use !== 'old') add(dialled(value), nameOf(person), group);
  add(people.desk, 'Front desk', 'Staff');
  add(people.onCall, 'On-call nurse', 'Staff');
  return [...found.values()];
}

function tabs() {
  const buttons = [...document.querySelectorAll('.tabs button')];
  for (const button of buttons) {
    button.addEventListener('click', () => {
      document.body.dataset.view = button.dataset.view;
      for (const one of buttons) one.setAttribute('aria-pressed', String(one === button));
    });
  }
}

/** Phones that are not on the screen, when they ring or get something: nobody should miss the nurse's phone. */
function watchElsewhere(place, known, shown, pickUp) {
  const seen = new Map();
  let waiting = new Map();
  return async () => {
    const { handsets = [] } = (await reach('/carrier/handsets').catch(() => undefined)) ?? {};
    const first = seen.size === 0 && waiting.size === 0;
    for (const one of handsets) {
      const count = one.messages + one.calls;
      if (shown().includes(one.e164)) waiting.delete(one.e164);
      else if (!first && count > (seen.get(one.e164) ?? 0)) waiting.set(one.e164, (waiting.get(one.e164) ?? 0) + 1);
      seen.set(one.e164, count);
    }
    waiting = new Map([...waiting].filter(([number]) => !shown().includes(number)));
    const numbers = [...waiting.keys()];
    if (place.dataset.for === numbers.join()) return;
    place.dataset.for = numbers.join();
    place.replaceChildren(
      ...numbers.map((number) => {
        const name = known().find((one) => one.number === number)?.name ?? number;
        return h('button', { type: 'button', onclick: () => pickUp(number) }, `New on: ${name}`);
      }),
    );
  };
}

async function start() {
  tabs();
  const endpoints = await reach('/endpoints');
  useZone(endpoints.clinic.timeZone);
  document.querySelector('h1').textContent = `Told Once · ${endpoints.clinic.name}`;
  const [patients, related, practitioners] = await Promise.all([
    search('Patient?_count=200'),
    search('RelatedPerson?_count=200'),
    search('Practitioner?_count=50'),
  ]);
  const known = phones(patients, related, endpoints.people);

  let chart;
  let story;
  let soon;
  const handsets = [];
  const refreshAll = () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      for (const one of handsets) void one.refresh();
      void chart?.refresh();
    }, 150);
  };
  const clock = createClock(document.getElementById('clock'), refreshAll);
  await clock.refresh();

  const anna = patients.find((one) => one.id.startsWith('anna')) ?? patients[0];
  const annasPhone =
    known.find((one) => anna && one.name.includes(nameOf(anna)))?.number ?? known[0]?.number ?? '+13125550190';
  const place = document.getElementById('handsets');
  for (const [index, number] of [annasPhone, endpoints.people.onCall].entries()) {
    const handset = createHandset({ id: `phone-${index + 1}`, whose: () => known, number, onTalk: refreshAll });
    handsets.push(handset);
    place.append(handset.element);
  }
  chart = createChart(document.getElementById('chart'), {
    now: clock.now,
    fhirBase: endpoints.ehr,
    patients,
    practitioners,
    onPatient: () => story?.changed(),
    onChanged: refreshAll,
  });
  // Events name questions, whose words come with the chart.
  await chart.ready;
  story = createStory(document.getElementById('story'), {
    nameFor: (id) => nameOf(patients.find((one) => one.id === id) ?? { id }),
    questionOf: (slot) => chart.questionOf(slot),
    chosen: () => chart.patient(),
    onEvent(event) {
      refreshAll();
      if (event.patient === chart.patient()?.id) chart.tellNews(event.at);
    },
  });
  createSimulator(document.getElementById('simulator'), refreshAll);
  const elsewhere = watchElsewhere(
    document.getElementById('elsewhere'),
    () => known,
    () => handsets.map((one) => one.number()),
    (number) => {
      handsets[1].show(number);
      handsets[1].element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      void elsewhere();
    },
  );
  let polls = 0;
  setInterval(() => {
    if (document.hidden) return;
    polls += 1;
    for (const one of handsets) void one.refresh();
    // What we write to the EHR arrives there a little later than the events that tell of it.
    if (polls % 3 === 0) void chart.refresh();
    void elsewhere();
  }, POLL_MS);
  await elsewhere();
  document.body.dataset.ready = 'yes';
}

void attempt(start).then(() => {
  if (document.body.dataset.ready !== 'yes' && document.getElementById('status').textContent === '')
    announce('The console could not start. Reload the page.', 'error');
});
