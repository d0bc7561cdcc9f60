import { attempt, h, icon, keepDrawn } from './dom.js';
import { onCall } from './reaching.js';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const letters = { 2: 'abc', 3: 'def', 4: 'ghi', 5: 'jkl', 6: 'mno', 7: 'pqrs', 8: 'tuv', 9: 'wxyz' };
/** A person's pause between two keys is shorter than this; after it the carrier would stop waiting. */
const PAUSE_MS = 1300;

/** What this browser's hands did on a call; the carrier keeps only what was said to them. */
export function myPart(sid) {
  try {
    return JSON.parse(sessionStorage.getItem(`call:${sid}`) ?? '[]');
  } catch {
    return [];
  }
}
function remember(call, words) {
  const mine = [...myPart(call.sid), { after: call.said.length, words }];
  sessionStorage.setItem(`call:${call.sid}`, JSON.stringify(mine));
}

/** What was said on a call by both sides, in order. */
export function transcript(call) {
  const mine = myPart(call.sid);
  const lines = [];
  for (let index = 0; index <= call.said.length; index += 1) {
    for (const one of mine) if (one.after === index) lines.push({ by: 'me', words: one.words });
    if (index < call.said.length) lines.push({ by: 'clinic', words: call.said[index] });
  }
  return lines;
}

/** The lower part of a handset while a call is open. `changed` is called after each thing done. */
export function createCallPanel(place, id, changed) {
  let call;
  let typed = '';
  let waiting;
  const screen = h('output', { class: 'keys-typed', 'aria-label': 'Keys typed' });
  const state = h('p', { class: 'call-state', role: 'status' });
  const words = h('input', { type: 'text', id: `${id}-say`, autocomplete: 'off', placeholder: 'What is said' });
  const clear = h('input', { type: 'range', id: `${id}-clear`, min: '0.3', max: '0.98', step: '0.04', value: '0.94' });

  const act = (verb, body, said, button) =>
    attempt(async () => {
      if (said !== undefined) remember(call, said);
      place.setAttribute('aria-busy', 'true');
      try {
        await onCall(call.sid, verb, body);
      } finally {
        place.removeAttribute('aria-busy');
        changed();
      }
    }, button);

  const sendKeys = () => {
    clearTimeout(waiting);
    const digits = typed;
    typed = '';
    screen.textContent = '';
    if (digits !== '') void act('digits', { digits }, `pressed ${digits.split('').join(' ')}`);
  };
  const press = (key) => {
    clearTimeout(waiting);
    typed += key;
    screen.textContent = typed;
    const { numDigits, finishOnKey } = call.gathering ?? call.recording ?? {};
    if (typed.length === numDigits || finishOnKey?.includes(key)) sendKeys();
    else waiting = setTimeout(sendKeys, PAUSE_MS);
  };

  const answering = () => [
    h('p', { class: 'call-state', role: 'status' }, icon('call'), 'The clinic is calling'),
    h(
      'div',
      { class: 'row' },
      h(
        'button',
        { type: 'button', class: 'go', onclick: (event) => act('answer', {}, undefined, event.currentTarget) },
        'Answer',
      ),
      h(
        'button',
        { type: 'button', class: 'stop', onclick: (event) => act('hangup', {}, undefined, event.currentTarget) },
        'Decline',
      ),
    ),
  ];
  const talking = () => [
    state,
    screen,
    h(
      'div',
      { class: 'pad', role: 'group', 'aria-label': 'Dial pad' },
      keys.map((key) =>
        h(
          'button',
          { type: 'button', onclick: () => press(key) },
          key,
          h('small', { 'aria-hidden': 'true' }, letters[key] ?? '\u00a0'),
        ),
      ),
    ),
    h(
      'form',
      {
        class: 'say',
        onsubmit: (event) => {
          event.preventDefault();
          const text = words.value.trim();
          if (text === '') return;
          words.value = '';
          const confidence = Number(clear.value);
          void act('speech', { text, confidence }, `said “${text}”${confidence < 0.7 ? ' (mumbled)' : ''}`);
        },
      },
      h('label', { for: `${id}-say`, class: 'hidden' }, 'Say'),
      words,
      h('button', { type: 'submit' }, 'Say'),
    ),
    h(
      'div',
      { class: 'clear' },
      h('label', { for: `${id}-clear`, class: 'hidden' }, 'How clearly'),
      h('span', { 'aria-hidden': 'true' }, 'mumbled'),
      clear,
      h('span', { 'aria-hidden': 'true' }, 'clear'),
    ),
    h(
      'div',
      { class: 'row' },
      h(
        'button',
        { type: 'button', onclick: (event) => act('silence', {}, 'stayed silent', event.currentTarget) },
        'Stay silent',
      ),
      h(
        'button',
        { type: 'button', class: 'stop', onclick: (event) => act('hangup', {}, 'hung up', event.currentTarget) },
        'Hang up',
      ),
    ),
  ];
  const draw = keepDrawn(place, ({ mode }) => (mode === 'ringing' ? answering() : mode === 'talking' ? talking() : []));

  return (open) => {
    if (open?.sid !== call?.sid) {
      typed = '';
      screen.textContent = '';
      clearTimeout(waiting);
    }
    call = open;
    const ringing = open !== undefined && open.direction === 'outbound' && open.status !== 'in-progress';
    draw({ mode: open === undefined ? 'none' : ringing ? 'ringing' : 'talking', sid: open?.sid });
    if (open !== undefined) state.textContent = standing(open);
  };
}

function standing(call) {
  if (call.status !== 'in-progress') return 'Calling…';
  if (call.dialing.length > 0) return 'You are being put through. Their phone is ringing.';
  if (call.recording !== null) return 'Recording. Say something, then press a key.';
  if (call.gathering === null) return 'On the line.';
  const { input } = call.gathering;
  if (input.includes('speech') && input.includes('dtmf')) return 'On the line: say it, or use the keys.';
  return input.includes('speech') ? 'On the line: say it.' : 'On the line: use the keys.';
}
