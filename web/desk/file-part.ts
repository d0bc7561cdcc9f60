import { html, type Markup } from '../markup.ts';

/** Identity and coverage as they are on file, ready to be read. */
export interface FileView {
  readonly entries: readonly {
    readonly label: string;
    readonly value: string;
    /** "patient record". */
    readonly source: string;
    /** "since March 2, 2026 (3 months ago)". */
    readonly age: string;
    /** "today at 9:38 AM by Maya Torres"; absent while nobody has confirmed it. */
    readonly confirmed?: string;
  }[];
  /** Sent along unseen: what exactly is confirmed, and when the page was made. */
  readonly hidden: Readonly<Record<string, string>>;
}

/** What registration and billing need, each with where it comes from and how old it is; confirmed with one button, once. */
export function filePart(file: FileView, how: { readonly canConfirm: boolean }): Markup {
  const open = file.entries.filter(({ confirmed }) => confirmed === undefined).length;
  const standing =
    open === 0
      ? 'All of it is confirmed: no need to ask again.'
      : open === file.entries.length
        ? 'Not confirmed yet.'
        : `${open} of ${file.entries.length} not confirmed yet, or changed since.`;
  const entries = file.entries.map(
    ({ label, value, source, age, confirmed }) =>
      html`<li><p class="label">${label}</p><p class="answer">${value}</p><p class="how">${source}, ${age}</p>${
        confirmed === undefined
          ? html`<p><span class="mark">Not confirmed yet</span></p>`
          : html`<p class="how">Seen and confirmed ${confirmed}</p>`
      }</li>`,
  );
  const button =
    how.canConfirm && open > 0
      ? html`<form method="post" action="">${hiddenFields(file.hidden)}<button class="send" type="submit" name="act" value="confirm-file">All confirmed</button></form>`
      : '';
  return html`<section class="card part" aria-labelledby="file"><h2 id="file">On file</h2><p class="hint">${standing}</p><ul class="told">${entries}</ul>${button}</section>`;
}

export function hiddenFields(fields: Readonly<Record<string, string>>): readonly Markup[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}
