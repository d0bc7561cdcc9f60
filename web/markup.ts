/** HTML that was put together here; everything else is text and is escaped. */
export interface Markup {
  readonly markup: string;
}

export type Piece = Markup | string | number | undefined | false | readonly Piece[];

/** Controls that HTML does not allow, even as character references. @see https://html.spec.whatwg.org/#control-character-reference-parse-error */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that can stand between tags and inside a quoted attribute, and stays text there. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(forbidden, '')
    .replace(/[&<>"']/g, (character) => references[character] ?? '');
}

/** Markup from a template; each blank is escaped unless it is markup itself. Attributes must be written with double quotes. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: parts.map((part, index) => part + (index < pieces.length ? rendered(pieces[index]) : '')).join('') };
}

function rendered(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece === 'string') return escapeText(piece);
  if (typeof piece === 'number') return String(piece);
  if ('markup' in piece) return piece.markup;
  return piece.map(rendered).join('');
}

/** Where a form goes: within our own site, or the page's own address. Anything else becomes the page's own address. */
export function ownPath(action: string): string {
  return /^(?:\/(?![/\\])|\?)[^\s]*$/.test(action) ? action : '';
}
