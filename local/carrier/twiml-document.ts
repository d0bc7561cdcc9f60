/** One element of a TwiML document, plain enough to be stored while a call waits in the middle of it. */
export interface TwimlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (TwimlElement | string)[];
}

/** A document that is not well-formed XML; Twilio reports it as error 12100. */
export class MalformedXml extends Error {
  override readonly name = 'MalformedXml';
}

const NAME = /[A-Za-z_][A-Za-z0-9_.:-]*/y;
const SPACE = /[ \t\r\n]*/y;
const ENTITY = /&(#x[0-9A-Fa-f]+|#[0-9]+|[A-Za-z]+);|&/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const DEEPEST = 20;

/**
 * Reads one XML document strictly and returns its root; a DOCTYPE is refused, as nothing that TwiML needs is in one.
 * @throws MalformedXml with the character position, never with the text of the document
 * @see https://www.w3.org/TR/xml/
 */
export function parseXml(source: string): TwimlElement {
  const text = source.replace(/^\uFEFF/, '');
  let at = 0;

  const fail = (reason: string): never => {
    throw new MalformedXml(`${reason} at character ${at}`);
  };
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const skipPast = (end: string, what: string): string => {
    const stop = text.indexOf(end, at);
    if (stop < 0) return fail(`${what} is not closed`);
    const inside = text.slice(at, stop);
    at = stop + end.length;
    return inside;
  };
  const isCharacter = (point: number): boolean =>
    point === 0x9 ||
    point === 0xa ||
    point === 0xd ||
    (point >= 0x20 && point <= 0xd7ff) ||
    (point >= 0xe000 && point <= 0xfffd) ||
    (point >= 0x10000 && point <= 0x10ffff);
  const checked = (raw: string): string => {
    for (const character of raw)
      if (!isCharacter(character.codePointAt(0) ?? 0)) fail('a character XML does not allow');
    return raw;
  };
  const decoded = (raw: string): string =>
    checked(raw).replace(ENTITY, (_whole, name: string | undefined) => {
      if (name === undefined) return fail('a bare ampersand');
      if (!name.startsWith('#')) return NAMED[name] ?? fail('an unknown entity');
      const point = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
      return isCharacter(point) ? String.fromCodePoint(point) : fail('a character XML does not allow');
    });
  const skipMisc = (): void => {
    for (;;) {
      match(SPACE);
      if (text.startsWith('<!--', at)) {
        at += 4;
        skipPast('-->', 'a comment');
      } else if (text.startsWith('<?', at)) {
        at += 2;
        skipPast('?>', 'a processing instruction');
      } else return;
    }
  };

  const readAttributes = (): Record<string, string> => {
    const attributes: Record<string, string> = {};
    for (;;) {
      const space = match(SPACE);
      if (text[at] === '>' || text[at] === '/') return attributes;
      if (space === '') fail('a space is missing before an attribute');
      const name = match(NAME);
      if (name === '') fail('an attribute name is expected');
      match(SPACE);
      if (text[at] !== '=') fail('an attribute has no value');
      at += 1;
      match(SPACE);
      const quote = text[at];
      if (quote !== '"' && quote !== "'") return fail('an attribute value is not quoted');
      at += 1;
      const raw = skipPast(quote, 'an attribute value');
      if (raw.includes('<')) fail('an attribute value holds "<"');
      if (Object.hasOwn(attributes, name)) fail('an attribute is given twice');
      attributes[name] = decoded(raw);
    }
  };

  const readElement = (depth: number): TwimlElement => {
    if (depth > DEEPEST) fail('elements are nested too deeply');
    if (text[at] !== '<') fail('an element is expected');
    at += 1;
    const name = match(NAME);
    if (name === '') fail('an element name is expected');
    const attributes = readAttributes();
    if (text.startsWith('/>', at)) {
      at += 2;
      return { name, attributes, children: [] };
    }
    if (text[at] !== '>') fail('a tag is not closed');
    at += 1;
    const children: (TwimlElement | string)[] = [];
    for (;;) {
      const next = text.indexOf('<', at);
      if (next < 0) fail('an element is not closed');
      if (next > at) {
        children.push(decoded(text.slice(at, next)));
        at = next;
      }
      if (text.startsWith('</', at)) {
        at += 2;
        if (match(NAME) !== name) fail('a closing tag does not match');
        match(SPACE);
        if (text[at] !== '>') fail('a closing tag is not closed');
        at += 1;
        return { name, attributes, children };
      }
      if (text.startsWith('<!--', at)) {
        at += 4;
        skipPast('-->', 'a comment');
      } else if (text.startsWith('<![CDATA[', at)) {
        at += 9;
        children.push(checked(skipPast(']]>', 'a CDATA section')));
      } else if (text.startsWith('<?', at)) {
        at += 2;
        skipPast('?>', 'a processing instruction');
      } else children.push(readElement(depth + 1));
    }
  };

  if (text.startsWith('<?xml', at)) {
    at += 5;
    skipPast('?>', 'the XML declaration');
  }
  skipMisc();
  const root = readElement(0);
  skipMisc();
  if (at < text.length) fail('something follows the document');
  return root;
}

/** The text inside an element, its markup dropped: what is spoken or texted. */
export function textOf(element: TwimlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

/** The elements inside an element. */
export function elementsOf(element: TwimlElement): TwimlElement[] {
  return element.children.filter((child): child is TwimlElement => typeof child !== 'string');
}
