import { h, icon } from './dom.js';
import { channels, timeOf, whenOf } from './formats.js';
import { reach } from './reaching.js';

const MOST = 200;
const because = {
  asked: 'the patient asked for a person',
  misread: 'we could not understand the answer',
  'red-flag': 'of what was said',
  'unknown-number': 'we don’t know the number',
  message: 'the patient wrote something for the team',
  undeliverable: 'a text did not arrive',
  'opted-out': 'the patient wants no texts',
  unread: 'nobody has read what was told',
  'not-answered': 'a caller was not put through',
  'running-late': 'the patient runs late',
  'cannot-be-met': 'something the visit needs can’t be done in time',
  'no-reply': 'the patient does not answer',
  'not-moved': 'no other time could be found',
  'needs-missed': 'something the visit needs is overdue',
  'need-given-back': 'nobody sees to something the visit needs',
};
const ending = {
  'visit-passed': 'the visit has passed',
  'visit-cancelled': 'the visit is off',
  'task-cancelled': 'it was taken back',
  'patient-died': 'the patient has died',
  refused: 'the questions could not be asked',
};
const over = {
  passed: 'it took place',
  cancelled: 'it is off',
  missed: 'nobody came',
  'never-was': 'it was entered in error',
};
const states = {
  sent: 'A text is on its way.',
  delivered: 'A text arrived.',
  undelivered: 'A text did not arrive.',
  failed: 'A text could not be sent.',
  withheld: 'A text was held back: it may not be sent.',
};

/** Each event in plain words: what to draw beside it, what it says, and whether it matters or is only machinery. */
const words = {
  'answer-recorded': (data, questionOf) => ({
    icon: channels[data.channel]?.icon,
    says: `${data.corrected ? 'An answer was corrected' : 'An answer is on file'}, ${channels[data.channel]?.words ?? ''}: ${questionOf(data.slot) ?? data.slot}`,
    weight: 'main',
  }),
  'appointment-booked': (data) => ({
    icon: 'chart',
    says: `A visit is booked${data.start ? ` for ${whenOf(data.start)}` : ''}.`,
    weight: 'main',
  }),
  'chart-changed': (data) => ({
    icon: 'chart',
    says: `The EHR tells us: ${data.resourceType}/${data.id} ${data.deleted ? 'is gone' : 'changed'}.`,
    weight: 'small',
  }),
  'concern-raised': (data) => ({
    icon: 'alarm',
    says: `Red flag: ${(data.flags ?? []).join(', ')}. The on-call nurse is being told.`,
    weight: 'alarm',
  }),
  'consent-changed': (data) => ({
    icon: 'text',
    says: data.allowed
      ? 'Texts are allowed again.'
      : `No more texts to this ${data.scope === 'number' ? 'number' : 'patient'}.`,
    weight: 'main',
  }),
  'conversation-closed': (data) => ({
    icon: 'done',
    says: `The questions end: ${ending[data.because] ?? data.because}.`,
    weight: 'main',
  }),
  'conversation-started': (data) => ({
    icon: 'text',
    says: data.queued ? 'An intake waits behind another on this phone.' : 'An intake begins.',
    weight: 'main',
  }),
  'handoff-acknowledged': (data) => ({ icon: 'person', says: `Seen by ${data.by}.`, weight: 'main' }),
  'handoff-prepared': (data) => ({
    icon: 'desk',
    says: `Ready for staff: ${data.answered} answered, ${data.open} open.`,
    weight: 'main',
  }),
  'intake-completed': (data) => ({
    icon: 'done',
    says: data.amended ? 'A completed intake was corrected.' : 'The intake is complete.',
    weight: 'main',
  }),
  'media-received': (data) => ({
    icon: 'clip',
    says: `${data.media?.length ?? 0} picture(s) came in.`,
    weight: 'main',
  }),
  'message-queued': (data) => ({
    icon: 'text',
    says: data.carriedBy === 'reply' ? 'A text goes out as a reply.' : 'A text waits to be sent.',
    weight: 'small',
  }),
  'message-sent': () => ({ icon: 'text', says: 'The carrier took a text.', weight: 'small' }),
  'message-status-changed': (data) => ({
    icon: 'text',
    says: states[data.state] ?? `A text is ${data.state}.`,
    weight: data.state === 'delivered' || data.state === 'sent' ? 'small' : 'alarm',
  }),
  'number-unknown': () => ({
    icon: 'person',
    says: 'Somebody wrote or rang from a number we don’t know.',
    weight: 'main',
  }),
  'person-requested': (data) => ({
    icon: 'person',
    says: `A person is needed (${data.urgency}), because ${because[data.because] ?? data.because}.`,
    weight: data.urgency === 'stat' ? 'alarm' : 'main',
  }),
  'visit-planned': () => ({ icon: 'desk', says: 'What a visit needs was planned.', weight: 'small' }),
  'visit-ended': (data) => ({
    icon: 'done',
    says: `A visit is over: ${over[data.because] ?? data.because}.`,
    weight: 'main',
  }),
  'visit-confirmed': () => ({ icon: 'done', says: 'The patient says: I’ll come.', weight: 'main' }),
  'patient-arrived': () => ({ icon: 'person', says: 'The patient says: I’m here.', weight: 'main' }),
  'visit-given-up': () => ({ icon: 'text', says: 'The patient gives the visit up.', weight: 'main' }),
  'slots-wanted': () => ({ icon: 'clock', says: 'Other times are being looked for.', weight: 'small' }),
  'slot-chosen': (data) => ({
    icon: 'clock',
    says: data.offer ? 'A patient on the waiting list takes a free time.' : 'The patient chose another time.',
    weight: 'main',
  }),
  'slot-freed': () => ({ icon: 'clock', says: 'A time became free.', weight: 'main' }),
  'offer-declined': () => ({ icon: 'clock', says: 'A free time was declined.', weight: 'small' }),
  'wave-came': () => ({ icon: 'clock', says: 'The next on the waiting list are asked.', weight: 'small' }),
  'visit-time-came': () => ({ icon: 'clock', says: 'Something of a visit fell due.', weight: 'small' }),
  'clinic-late': (data) => ({
    icon: 'clock',
    says: data.minutes
      ? `The clinic runs ${data.minutes.from} to ${data.minutes.to} minutes late.`
      : 'The clinic is on time again.',
    weight: 'main',
  }),
  'hl7-received': () => ({ icon: 'chart', says: 'An HL7 message came in.', weight: 'small' }),
  'file-confirmed': () => ({ icon: 'desk', says: 'Registration confirmed what is on file.', weight: 'main' }),
  'time-came': () => ({ icon: 'clock', says: 'Something fell due.', weight: 'small' }),
};

/** The column of what happens, newest first. `nameFor` turns a patient's id into a name; `chosen` is whose chart is open. */
export function createStory(place, { nameFor, questionOf, chosen, onEvent }) {
  const list = h('ol', { class: 'events', 'aria-live': 'polite', 'aria-relevant': 'additions' });
  const only = h('input', { type: 'checkbox', id: 'story-only' });
  const small = h('input', { type: 'checkbox', id: 'story-small' });
  const empty = h('p', { class: 'quiet' }, 'Nothing yet. Text the clinic from one of the phones.');
  const scroller = h(
    'div',
    { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': 'What happened' },
    empty,
    list,
  );
  const filter = () => {
    place.classList.toggle('with-small', small.checked);
    for (const item of list.children) item.hidden = only.checked && item.dataset.patient !== chosen()?.id;
  };
  only.addEventListener('change', filter);
  small.addEventListener('change', filter);
  const kept = h('pre', { tabindex: '0', 'aria-label': 'The story as it is kept' });
  const looking = h('details', { class: 'fold' }, h('summary', {}, 'What is kept of this patient'), kept);
  const look = async () => {
    if (!looking.open || chosen() === undefined) return;
    const story = await reach(`/stories/${encodeURIComponent(chosen().id)}`).catch((error) => error.message);
    kept.textContent = typeof story === 'string' ? story : JSON.stringify(story, null, 2);
  };
  looking.addEventListener('toggle', () => void look());
  place.append(
    h('div', { class: 'filters' }, h('label', {}, only, 'This patient only'), h('label', {}, small, 'Machinery too')),
    scroller,
    looking,
  );

  const source = new EventSource('/events');
  source.onmessage = (message) => {
    const event = JSON.parse(message.data);
    empty.remove();
    list.prepend(drawn(event, { nameFor, questionOf }));
    while (list.children.length > MOST) list.lastChild.remove();
    filter();
    onEvent(event);
  };
  return {
    changed() {
      filter();
      void look();
    },
  };
}

function drawn(event, { nameFor, questionOf }) {
  const said = words[event.type]?.(event.data ?? {}, questionOf) ?? {
    says: `${event.type.replaceAll('-', ' ')}.`,
    weight: 'small',
  };
  return h(
    'li',
    { class: `event ${said.weight}`, 'data-patient': event.patient, title: event.cause },
    icon(said.icon),
    h(
      'div',
      {},
      h(
        'p',
        { class: 'quiet' },
        h('time', { datetime: event.at }, timeOf(event.at)),
        event.patient ? ` · ${nameFor(event.patient)}` : '',
      ),
      h('p', {}, said.says),
    ),
  );
}
