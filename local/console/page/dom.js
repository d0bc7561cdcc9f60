/** An element with its attributes and children. Text is always text: nothing here reads markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const shapes = {
  text: 'M3 4h14v9H9l-4 4v-4H3z',
  call: 'M5 3l3 1 1 4-2 1c1 3 2 4 5 5l1-2 4 1 1 3c-1 2-3 2-5 2C7 17 3 12 3 6c0-1 0-2 2-3z',
  page: 'M5 2h7l4 4v12H5zM12 2v4h4M8 10h5M8 13h5',
  desk: 'M3 8h14M4 8v8M16 8v8M7 8V5h6v3',
  chart: 'M4 3h12v14H4zM10 6v6M7 9h6',
  person: 'M10 9a3 3 0 100-6 3 3 0 000 6zM4 17c0-4 3-6 6-6s6 2 6 6',
  alarm: 'M10 3l8 14H2zM10 8v4M10 14v1',
  clock: 'M10 3a7 7 0 100 14 7 7 0 000-14zM10 6v4l3 2',
  done: 'M4 10l4 4 8-8',
  clip: 'M13 6l-6 6a2 2 0 003 3l6-6a4 4 0 00-6-6L4 9',
  dot: 'M10 8a2 2 0 100 4 2 2 0 000-4z',
};

/** A small drawing beside words that say the same; hidden from those who listen. */
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true' }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', shapes[name] ?? shapes.dot);
  svg.append(path);
  return svg;
}

/** Replaces what is inside only when what it is made from has changed, so that focus and scrolling stay. */
export function keepDrawn(element, draw) {
  let last;
  return (data) => {
    const now = JSON.stringify(data);
    if (now === last) return false;
    last = now;
    element.replaceChildren(...[draw(data)].flat(3).filter(Boolean));
    return true;
  };
}

/** Words with their web addresses made into links. */
export function withLinks(words) {
  return words
    .split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
    .map((part, index) =>
      index % 2 === 1 ? h('a', { href: part, target: '_blank', rel: 'noreferrer noopener' }, part) : part,
    );
}

/** One line for everybody at the top of the page; an empty one clears it. */
export function announce(words, kind = 'note') {
  const line = document.getElementById('status');
  line.textContent = words;
  line.dataset.kind = kind;
}

/** Runs something a person asked for, and says in words when it did not work. */
export async function attempt(work, button) {
  button?.setAttribute('aria-busy', 'true');
  try {
    announce('');
    return await work();
  } catch (error) {
    announce(error instanceof Error ? error.message : 'That did not work.', 'error');
    return undefined;
  } finally {
    button?.removeAttribute('aria-busy');
  }
}
