import { html, type Markup, type Piece } from './markup.ts';
import { stylesheet, stylesheetHash } from './stylesheet.ts';

export interface Document {
  readonly language: string;
  /** Seen in tabs, histories and on shared screens: nothing about a person. */
  readonly title: string;
  readonly place: 'page' | 'desk';
  readonly body: Piece;
}

/** A whole page, with nothing to fetch beside it. */
export function renderDocument(document: Document): string {
  const { language, title, place, body } = document;
  const style: Markup = { markup: `<style>${stylesheet}</style>` };
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
${style}
</head>
<body class="${place}">
${body}
</body>
</html>
`.markup;
}

/**
 * What goes with every page: it runs no script, loads nothing, sends its form only home, and leaves no trace in caches or referrers.
 * `framedBy` are the origins that may show it inside themselves (an EHR that opens the desk page in its own window).
 * @see https://www.w3.org/TR/CSP3/
 */
export function pageHeaders(framedBy: readonly string[] = []): Readonly<Record<string, string>> {
  const ancestors = framedBy.length === 0 ? "'none'" : framedBy.join(' ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src ${stylesheetHash}; form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex, nofollow',
  };
}
