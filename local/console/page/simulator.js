import { announce, attempt, h } from './dom.js';
import { reach } from './reaching.js';

const POLL_MS = 1500;

/** The clinic's week and the snow day, at the press of a button, and what the patients got. `changed` is called while it plays. */
export function createSimulator(place, changed) {
  const lines = h('ol', { class: 'simulator-lines', role: 'log', 'aria-label': 'What happens' });
  const count = h('input', { type: 'number', id: 'week-visits', min: 1, max: 1000, value: 200 });
  const buttons = [
    h(
      'button',
      { type: 'button', class: 'go', onclick: () => begin('/simulator/week', { visits: Number(count.value) }) },
      'Play a week',
    ),
    h('button', { type: 'button', onclick: () => begin('/simulator/snow-day', {}) }, 'Snow day'),
  ];
  let timer;
  place.append(
    h(
      'details',
      { class: 'simulator' },
      h('summary', {}, 'A clinic’s week'),
      h(
        'p',
        {},
        'Books visits for people who confirm, move, forget and run late, and lets the days go by. A snow day moves every visit of the next booked day.',
      ),
      h('p', { class: 'simulator-choice' }, h('label', { for: 'week-visits' }, 'Visits'), count, ...buttons),
      lines,
    ),
  );

  function begin(route, body) {
    void attempt(async () => {
      await reach(route, body);
      announce('It begins.');
      watch();
    });
  }

  async function look() {
    const state = await reach('/simulator');
    for (const button of buttons) button.disabled = state.playing !== null;
    lines.replaceChildren(...state.lines.map((line) => h('li', {}, line)));
    changed();
    if (state.playing === null) clearInterval(timer);
  }

  function watch() {
    clearInterval(timer);
    timer = setInterval(() => void attempt(look), POLL_MS);
    void attempt(look);
  }

  void attempt(look);
}
