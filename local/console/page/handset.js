import { createCallPanel, transcript } from './call.js';
import { attempt, h, icon, keepDrawn, withLinks } from './dom.js';
import { dayOf, dialled, numberInWords, timeOf } from './formats.js';
import { handset } from './reaching.js';

const OPEN = new Set(['queued', 'ringing', 'in-progress']);
const ended = { completed: 'ended', busy: 'busy', failed: 'failed', 'no-answer': 'not answered', canceled: 'missed' };

/** One phone in somebody's hand. `whose` lists the numbers one can pick; `onTalk` is called after anything was done on it. */
export function createHandset({ id, whose, number, onTalk, onPicked }) {
  let current = number;
  let refreshing = 0;
  const pictures = new Map();

  const pick = h('select', { id: `${id}-who`, onchange: () => change(pick.value) });
  const thread = h('div', { class: 'thread', role: 'log', tabindex: '0', 'aria-label': 'Conversation on this phone' });
  const panel = h('div', { class: 'call-panel' });
  const words = h('textarea', { id: `${id}-text`, rows: '2', placeholder: 'Text the clinic' });
  const file = h('input', { type: 'file', accept: 'image/*', multiple: true, id: `${id}-file`, class: 'hidden' });
  const chosen = h('p', { class: 'chosen', role: 'status' });
  const send = h('button', { type: 'submit' }, 'Send');
  const composer = h(
    'form',
    { class: 'composer' },
    h('label', { for: `${id}-text`, class: 'hidden' }, 'Text'),
    words,
    h('div', { class: 'row' }, file, h('label', { for: `${id}-file`, class: 'attach' }, icon('clip'), 'Picture'), send),
    chosen,
  );
  const call = h(
    'button',
    {
      type: 'button',
      class: 'call-button',
      onclick: (event) => act(() => handset(current, 'calls', {}), event.currentTarget),
    },
    icon('call'),
    'Call',
  );
  const note = h('p', { class: 'phone-note' });
  const element = h(
    'article',
    { class: 'handset', 'aria-labelledby': `${id}-label` },
    h(
      'header',
      {},
      h('label', { for: `${id}-who`, id: `${id}-label`, class: 'hidden' }, `Phone ${id.slice(-1)}`),
      pick,
      call,
    ),
    note,
    thread,
    panel,
    composer,
  );

  file.addEventListener('change', () => {
    chosen.textContent =
      file.files.length === 0 ? '' : `${file.files.length} picture${file.files.length > 1 ? 's' : ''} attached`;
  });
  composer.addEventListener('submit', (event) => {
    event.preventDefault();
    const body = words.value;
    const files = [...file.files];
    if (body.trim() === '' && files.length === 0) return;
    words.value = '';
    composer.reset();
    chosen.textContent = '';
    void act(async () => {
      const media = await Promise.all(
        files.map(async (one) => ({ contentType: one.type || 'image/jpeg', data: await base64(one) })),
      );
      const answer = await handset(current, 'messages', { body, ...(media.length === 0 ? {} : { media }) });
      if (files.length > 0)
        pictures.set(
          answer.messageSid,
          files.map((one) => URL.createObjectURL(one)),
        );
    }, send);
  });
  // Enter sends, as on a phone's own keyboard; with Shift it is a new line.
  words.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  const showCall = createCallPanel(panel, id, () => {
    void refresh();
    onTalk();
  });
  const drawThread = keepDrawn(thread, ({ entries }) =>
    entries.map((entry) => [entry.day && h('p', { class: 'day' }, entry.day), drawn(entry)]),
  );

  function act(work, button) {
    thread.classList.add('busy');
    return attempt(work, button).finally(() => {
      thread.classList.remove('busy');
      void refresh();
      onTalk();
    });
  }

  function drawn(entry) {
    if (entry.kind === 'call') return drawnCall(entry);
    const mine = entry.direction === 'inbound';
    const lost = entry.status === 'undelivered' || entry.status === 'failed';
    const kind = entry.kind === 'carrier-notice' ? 'carrier' : mine ? 'mine' : 'theirs';
    return h(
      'div',
      { class: `bubble ${kind}${lost ? ' lost' : ''}` },
      entry.body === '' ? undefined : h('p', {}, withLinks(entry.body)),
      (pictures.get(entry.sid) ?? []).map((src) => h('img', { src, alt: 'Picture that was sent' })),
      (entry.media?.length ?? 0) > 0 && !pictures.has(entry.sid)
        ? h('p', {}, icon('clip'), `${entry.media.length} picture(s)`)
        : undefined,
      h('small', {}, `${timeOf(entry.at)} · ${delivery(entry, mine)}`),
    );
  }

  async function refresh() {
    refreshing += 1;
    const turn = refreshing;
    const asked = current;
    let view;
    try {
      view = await handset(asked);
    } catch {
      return;
    }
    // An answer that was overtaken by a newer one, or by another choice of phone, is not drawn.
    if (turn !== refreshing || asked !== current) return;
    const all = [...view.messages, ...view.calls.map((one) => ({ ...one, kind: 'call', lines: transcript(one) }))].sort(
      (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0),
    );
    let day = '';
    const entries = all.map((entry) => {
      const its = dayOf(entry.at);
      const first = its !== day;
      day = its;
      return first ? { ...entry, day: its } : entry;
    });
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
    const open = view.calls.findLast((one) => OPEN.has(one.status));
    const grew = drawThread({ asked, entries });
    note.textContent = view.blocked
      ? `${numberInWords(asked)} · has sent STOP: the carrier blocks our texts`
      : numberInWords(asked);
    note.classList.toggle('blocked', view.blocked);
    const before = thread.clientHeight;
    call.hidden = open !== undefined;
    composer.hidden = open !== undefined;
    showCall(open);
    // The panel of a call takes room from the thread; what was last said stays in sight.
    if ((grew || thread.clientHeight !== before) && (atEnd || entries.length < 3))
      thread.scrollTop = thread.scrollHeight;
  }

  function change(value) {
    let next = value;
    if (value === 'other')
      next = dialled(prompt('Which number, with its country code? For example +13125550190') ?? '') ?? current;
    current = next;
    fill();
    thread.replaceChildren();
    drawThread({ entries: [] });
    void refresh().then(() => {
      thread.scrollTop = thread.scrollHeight;
    });
    onPicked?.(current);
  }

  function fill() {
    const known = whose();
    const list = known.some((one) => one.number === current)
      ? known
      : [...known, { number: current, name: 'Another phone', group: 'Others' }];
    const groups = Map.groupBy(list, (one) => one.group);
    pick.replaceChildren(
      ...[...groups].map(([label, members]) =>
        h(
          'optgroup',
          { label },
          members.map((one) => h('option', { value: one.number }, optionWords(one))),
        ),
      ),
      h('option', { value: 'other' }, 'Another number…'),
    );
    pick.value = current;
  }

  /** The number stands below; it is said here only where somebody has several. */
  function optionWords(one) {
    const several = whose().filter((each) => each.name === one.name).length > 1;
    return several ? `${one.name} · ${numberInWords(one.number)}` : one.name;
  }

  fill();
  void refresh();
  return { element, refresh, number: () => current, show: change, fill };
}

function drawnCall(entry) {
  const state = OPEN.has(entry.status)
    ? entry.status === 'in-progress'
      ? 'on the line'
      : 'ringing'
    : (ended[entry.status] ?? entry.status);
  const title = entry.direction === 'inbound' ? 'Call to the clinic' : 'Call from the clinic';
  return h(
    'div',
    { class: 'call-log' },
    h('p', { class: 'call-title' }, icon('call'), `${title} · ${timeOf(entry.at)} · ${state}`),
    entry.lines.map((line) => h('p', { class: `spoken ${line.by}` }, line.words)),
  );
}

function delivery(entry, mine) {
  if (entry.kind === 'carrier-notice') return 'from the carrier';
  if (mine) return entry.status === 'received' ? 'sent' : 'waiting to go out';
  if (entry.status === 'delivered') return 'delivered';
  if (entry.status === 'undelivered' || entry.status === 'failed')
    return `did not arrive${entry.errorCode ? ` (${entry.errorCode})` : ''}`;
  return 'on its way';
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(new Error('That picture could not be read.'));
    reader.readAsDataURL(blob);
  });
}
