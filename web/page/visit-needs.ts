import { html, type Markup } from '../markup.ts';

/** What a visit needs, as its patient reads it. */
export interface VisitNeeds {
  /** The visit's time. */
  readonly heading: string;
  readonly needs: readonly {
    readonly words: string;
    /** The same in more words. */
    readonly details?: string;
    /** Where it stands and who sees to it. */
    readonly state: string;
    readonly owner: string;
  }[];
  /** Said below, where there is nothing to list. */
  readonly note?: string;
}

/** The list of what a visit needs, as the first thing on the patient's page. */
export function renderVisitNeeds({ heading, needs, note }: VisitNeeds): Markup {
  const items = needs.map(
    ({ words, details, state, owner }) =>
      html`<li><p class="answer">${words}</p>${details === undefined ? '' : html`<p>${details}</p>`}<p class="how">${state} · ${owner}</p></li>`,
  );
  const list = items.length === 0 ? '' : html`<ul class="told">${items}</ul>`;
  return html`<section class="card"><h1 class="lines">${heading}</h1>${list}${note === undefined ? '' : html`<p class="lines">${note}</p>`}</section>`;
}
