import { renderDocument } from '../document.ts';
import { html, type Markup, ownPath } from '../markup.ts';
import { type FormLabels, type QuestionForm, renderQuestionForm } from '../question-form.ts';
import { type FileView, filePart } from './file-part.ts';
import { type DeskVisit, visitPart } from './visit-part.ts';

/** One answer as a clerk reads it. Every text is ready to be shown; times are in the clinic's zone. */
export interface ToldAnswer {
  readonly question: string;
  readonly answer: string;
  /** "by text", "on the phone, by voice, read back and confirmed". */
  readonly how: string;
  readonly when: string;
  /** Who typed it in, where that was not the patient. */
  readonly enteredBy?: string;
  /** What stood there before, newest last. */
  readonly corrected: readonly { readonly was: string; readonly when: string; readonly how?: string }[];
  readonly inChart: boolean;
}

export interface DeskConversation {
  /** Our id of it; shown nowhere. */
  readonly id: string;
  readonly title: string;
  /** "Monday, March 2, 9:40 AM". */
  readonly visit?: string;
  /** How many questions are open. */
  readonly open: number;
  /** The waiting question; absent where all is told, or another conversation goes first. */
  readonly waiting?: QuestionForm;
  /** Why nothing is asked, where it is not because all is told. */
  readonly state?: string;
  readonly told: readonly ToldAnswer[];
}

export interface DeskConcern {
  /** "Chest pain or tightness". */
  readonly what: string;
  /** As the person wrote or said it. */
  readonly words: string;
  readonly how: string;
  readonly when: string;
}

export interface DeskPageView {
  readonly clinicName: string;
  /** Who is signed in. */
  readonly clerk: string;
  /** What the session allows to be shown. */
  readonly patient: { readonly name: string; readonly birthDate?: string; readonly language?: string };
  readonly notices: readonly { readonly kind: 'alarm' | 'note'; readonly words: string }[];
  readonly concerns: readonly DeskConcern[];
  /** Today's visits, else the next one. */
  readonly visits: readonly DeskVisit[];
  /** What registration confirms; absent where the EHR has told us nothing yet. */
  readonly file?: FileView;
  /** Where billing reads the same; a path of ours. */
  readonly billing?: string;
  readonly conversations: readonly DeskConversation[];
}

const labels: FormLabels = {
  send: 'Save the answer',
  dontKnow: "Patient doesn't know",
  ratherNot: 'Patient would rather not say',
  skip: 'Skip this one',
  back: 'Change the last answer',
  ownWords: 'Or in their own words',
};

/** The desk page: the same question as on any other channel, entered in the patient's name, and beneath it what is already told. */
export function renderDeskPage(view: DeskPageView): string {
  const { patient, clerk, clinicName } = view;
  const facts = [patient.birthDate && `born ${patient.birthDate}`, patient.language && `speaks ${patient.language}`]
    .filter(Boolean)
    .join(', ');
  const conversations =
    view.conversations.length === 0
      ? html`<section class="card"><h2>No questions are waiting for this patient</h2></section>`
      : view.conversations.map(conversationPart);
  return renderDocument({
    language: 'en',
    title: `${clinicName}: front desk`,
    place: 'desk',
    body: html`<header><div class="top"><h1>${patient.name}</h1><span>Signed in: ${clerk}</span></div>${facts !== '' && html`<div class="facts">${facts}</div>`}</header>
<main>${view.concerns.length > 0 && concernsPart(view.concerns)}${view.notices.map(noticePart)}${view.visits.map(visitPart)}${view.file !== undefined && filePart(view.file, { canConfirm: true })}${conversations}</main>
<footer><p>What you save here is entered in the patient's name and marked as entered by you.</p>${view.billing !== undefined && html`<p><a href="${ownPath(view.billing)}">The same for billing</a></p>`}</footer>`,
  });
}

/** A page for staff that only says something: the session is over, the sign-in did not work. */
export function renderStaffMessage(view: { readonly clinicName: string; readonly words: readonly string[] }): string {
  const [heading = '', ...rest] = view.words;
  return renderDocument({
    language: 'en',
    title: `${view.clinicName}: front desk`,
    place: 'desk',
    body: html`<header><p>${view.clinicName}</p></header><main><section class="card"><h1>${heading}</h1>${rest.map((line) => html`<p class="lines">${line}</p>`)}</section></main>`,
  });
}

function noticePart({ kind, words }: DeskPageView['notices'][number]): Markup {
  return kind === 'alarm'
    ? html`<div class="notice alarm" role="alert">${words}</div>`
    : html`<div class="notice calm" role="status">${words}</div>`;
}

function concernsPart(concerns: readonly DeskConcern[]): Markup {
  const list = concerns.map(
    ({ what, words, how, when }) =>
      html`<li><p class="answer">${what}</p><p>“${words}”</p><p class="how">${when}, ${how}</p></li>`,
  );
  return html`<section class="notice alarm" aria-labelledby="concerns"><h2 id="concerns">Look at this first</h2><ul class="told">${list}</ul></section>`;
}

function conversationPart(conversation: DeskConversation, index: number): Markup {
  const { title, visit, open, waiting, state, told } = conversation;
  const id = `c${index + 1}`;
  const standing =
    state ??
    (open === 0 ? 'All questions are answered.' : open === 1 ? '1 question is open.' : `${open} questions are open.`);
  const late = told.some(({ inChart }) => !inChart);
  return html`<div class="conversation"><h2>${title}</h2>
<p class="facts">${visit !== undefined && `Visit: ${visit}. `}${standing}</p>
${waiting === undefined ? '' : renderQuestionForm(waiting, labels, { prefix: id, heading: 'h3' })}
<div class="card"><h3>Already told: no need to ask again</h3>${late && html`<p><span class="mark">Some answers are not yet in the chart</span></p>`}${
    told.length === 0 ? html`<p class="facts">Nothing yet.</p>` : html`<ul class="told">${told.map(toldPart)}</ul>`
  }</div></div>`;
}

function toldPart({ question, answer, how, when, enteredBy, corrected, inChart }: ToldAnswer): Markup {
  const was = corrected.map(
    (one) =>
      html`<p class="was">Corrected. Before: “${one.was}” (${one.when}${one.how !== undefined && `, ${one.how}`})</p>`,
  );
  return html`<li><p class="asked">${question}</p><p class="answer">${answer}</p><p class="how">${when}, ${how}${enteredBy !== undefined && `, entered by ${enteredBy}`}</p>${was}${!inChart && html`<p><span class="mark">Not yet in the chart</span></p>`}</li>`;
}
