import { renderDocument } from '../document.ts';
import { html } from '../markup.ts';
import { type FileView, filePart } from './file-part.ts';

export interface BillingPageView {
  readonly clinicName: string;
  /** Who is signed in. */
  readonly clerk: string;
  readonly patient: { readonly name: string };
  readonly file: FileView;
}

/** What billing needs and nothing beside it: the same facts that registration has confirmed, only to be read. */
export function renderBillingPage({ clinicName, clerk, patient, file }: BillingPageView): string {
  const body =
    file.entries.length === 0
      ? html`<section class="card part"><h2>Nothing is on file with us</h2><p>Identity and coverage come from the EHR. None has reached us yet.</p></section>`
      : filePart(file, { canConfirm: false });
  return renderDocument({
    language: 'en',
    title: `${clinicName}: billing`,
    place: 'desk',
    body: html`<header><div class="top"><h1>${patient.name}</h1><span>Signed in: ${clerk}</span></div></header>
<main>${body}</main>
<footer><p>Registration confirms these at the desk. They are changed in the EHR.</p></footer>`,
  });
}
