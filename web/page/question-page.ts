import { type Catalogue, sentence } from '../../domain/guidance/catalogue.ts';
import { renderDocument } from '../document.ts';
import { html, type Markup } from '../markup.ts';
import { type FormLabels, type QuestionForm, renderQuestionForm } from '../question-form.ts';
import { renderVisitNeeds, type VisitNeeds } from './visit-needs.ts';

export type PageLanguage = keyof Catalogue['messages'];

/** Words above the question. `alarm`: emergency and crisis words; `note`: what became of the last answer. */
export interface Notice {
  readonly kind: 'alarm' | 'note';
  readonly words: string;
}

export interface QuestionPageView {
  readonly language: PageLanguage;
  readonly clinicName: string;
  /** Said at the foot of every page. */
  readonly emergencyNumber: string;
  /** Whom it is for, by first name, where a phone is shared. */
  readonly forWhom?: string;
  readonly notices: readonly Notice[];
  readonly progress?: { readonly position: number; readonly total: number };
  /** Above the question. */
  readonly visit?: VisitNeeds;
  readonly question: QuestionForm;
}

export interface MessagePageView {
  readonly language: PageLanguage;
  readonly clinicName: string;
  readonly emergencyNumber: string;
  readonly notices: readonly Notice[];
  /** Above what there is to say. */
  readonly visit?: VisitNeeds;
  /** What there is to say; the first line is the heading. Without any, the visit stands alone. */
  readonly words: readonly string[];
}

/** The patient's page with the waiting question. Works without a script; says nothing about health but the question itself. */
export function renderQuestionPage(view: QuestionPageView, catalogue: Catalogue): string {
  const { language, clinicName, progress, forWhom } = view;
  const say = speaker(catalogue, language, view);
  const where =
    progress === undefined
      ? ''
      : html`<div class="where"><span id="where">${say('page.where', { ...progress })}</span><progress aria-labelledby="where" max="${progress.total}" value="${Math.max(0, progress.position - 1)}"></progress></div>`;
  const whom = forWhom === undefined ? '' : html`<div>${say('for-whom', { name: forWhom })}</div>`;
  const visit = view.visit === undefined ? '' : renderVisitNeeds(view.visit);
  const heading = view.visit === undefined ? 'h1' : 'h2';
  const labels: FormLabels = {
    send: say('page.send'),
    dontKnow: say('page.dont-know'),
    ratherNot: say('page.rather-not'),
    skip: say('page.skip'),
    back: say('page.back'),
    person: say('page.person'),
    ownWords: say('hint.string'),
  };
  return renderDocument({
    language,
    title: say('page.title'),
    place: 'page',
    body: html`<header><p>${clinicName}</p>${where}${whom}</header>
<main>${notices(view.notices)}${visit}${renderQuestionForm(view.question, labels, { prefix: 'q', heading })}</main>
<footer><p>${say('page.emergency')}</p></footer>`,
  });
}

/** A page that only says something: all is told, the link is too old, something went wrong. */
export function renderMessagePage(view: MessagePageView, catalogue: Catalogue): string {
  const say = speaker(catalogue, view.language, view);
  const [heading = '', ...rest] = view.words;
  const more = rest.map((line) => html`<p class="lines">${line}</p>`);
  const visit = view.visit === undefined ? '' : renderVisitNeeds(view.visit);
  const top =
    view.visit === undefined ? html`<h1 class="lines">${heading}</h1>` : html`<h2 class="lines">${heading}</h2>`;
  const said = view.words.length === 0 ? '' : html`<section class="card">${top}${more}</section>`;
  return renderDocument({
    language: view.language,
    title: say('page.title'),
    place: 'page',
    body: html`<header><p>${view.clinicName}</p></header>
<main>${notices(view.notices)}${visit}${said}</main>
<footer><p>${say('page.emergency')}</p></footer>`,
  });
}

function speaker(
  catalogue: Catalogue,
  language: PageLanguage,
  view: { readonly clinicName: string; readonly emergencyNumber: string },
) {
  const always = { clinic: view.clinicName, emergency: view.emergencyNumber };
  return (key: Parameters<typeof sentence>[2], blanks: Readonly<Record<string, string | number>> = {}): string =>
    sentence(catalogue, language, key, { ...always, ...blanks });
}

/** Emergency words stand first, whatever the order they came in. */
function notices(list: readonly Notice[]): readonly Markup[] {
  const order = [...list.filter(({ kind }) => kind === 'alarm'), ...list.filter(({ kind }) => kind === 'note')];
  return order.map(({ kind, words }) =>
    kind === 'alarm'
      ? html`<div class="notice alarm" role="alert">${words}</div>`
      : html`<div class="notice calm" role="status">${words}</div>`,
  );
}
