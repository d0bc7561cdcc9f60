import { announce, attempt, h, icon } from './dom.js';
import { dayOf, fieldOf, instantOf, timeOf } from './formats.js';
import { reach } from './reaching.js';

const steps = [
  ['PT1M', '+1 min'],
  ['PT1H', '+1 hour'],
  ['P1D', '+1 day'],
  ['P1W', '+1 week'],
];

/** The simulated clock: shows the clinic's time and moves it. `onMoved` is called when all that fell due has happened. */
export function createClock(place, onMoved) {
  let offset = 0;
  const time = h('strong', { class: 'now-time' });
  const day = h('span', { class: 'now-day' });
  const field = h('input', { type: 'datetime-local', id: 'clock-field', required: true });
  const now = () => new Date(Date.now() + offset);
  const draw = () => {
    time.textContent = timeOf(now());
    day.textContent = dayOf(now());
  };
  const take = (answer) => {
    offset = Date.parse(answer.now) - Date.now();
    draw();
  };
  const move = (body, button) =>
    attempt(async () => {
      place.setAttribute('aria-busy', 'true');
      announce('Moving the clock; what falls due on the way happens now…');
      try {
        take(await reach('/clock', body));
        announce('');
      } finally {
        place.removeAttribute('aria-busy');
      }
      onMoved();
    }, button);
  const setting = h(
    'details',
    { class: 'set-clock' },
    h('summary', {}, 'Set'),
    h(
      'form',
      {
        class: 'popover',
        onsubmit: (event) => {
          event.preventDefault();
          setting.open = false;
          void move({ now: instantOf(field.value).toISOString() });
        },
      },
      h('label', { for: 'clock-field' }, 'Clinic’s time'),
      field,
      h('button', { type: 'submit' }, 'Set the clock'),
    ),
  );
  setting.addEventListener('toggle', () => {
    if (setting.open) field.value = fieldOf(now());
  });
  place.append(
    h('div', { class: 'now' }, icon('clock'), time, day),
    h(
      'div',
      { class: 'steps', role: 'group', 'aria-label': 'Move the clock' },
      steps.map(([advance, words]) =>
        h('button', { type: 'button', onclick: (event) => move({ advance }, event.currentTarget) }, words),
      ),
      setting,
    ),
  );
  const refresh = async () => take(await reach('/clock'));
  setInterval(draw, 1000);
  setInterval(() => void refresh().catch(() => undefined), 10_000);
  return { now, refresh };
}
