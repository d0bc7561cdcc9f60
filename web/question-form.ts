import { html, type Markup, ownPath } from './markup.ts';

/** How an answer is given. `text` with choices is an open choice: one of them, or own words. `none`: it cannot be given here. */
export type QuestionInput = 'radio' | 'checkbox' | 'text' | 'number' | 'date' | 'time' | 'textarea' | 'none';

export interface Choice {
  /** What is sent, and what the engine reads: '1' for the first. */
  readonly value: string;
  readonly label: string;
}

/** The waiting question as plain data, the same on the patient's page and at the desk. */
export interface QuestionForm {
  /** Lines to read; the first is the question, the others explain it. */
  readonly words: readonly string[];
  readonly input: QuestionInput;
  /** In the order of their numbers; empty where the answer is free. */
  readonly choices: readonly Choice[];
  /** Without it the question can be skipped. */
  readonly required: boolean;
  /** There is an earlier answer to change. */
  readonly canGoBack: boolean;
  /** Sent along unseen: `question` and `version`, and what the route needs of its own. */
  readonly hidden: { readonly question: string; readonly version: string } & Readonly<Record<string, string>>;
  /** A path of ours; empty for the page's own address. */
  readonly action: string;
  /** The language of the words, where it is not the page's. */
  readonly language?: string;
}

export interface FormLabels {
  readonly send: string;
  readonly dontKnow: string;
  readonly ratherNot: string;
  readonly skip: string;
  readonly back: string;
  readonly person?: string;
  /** Beside the free field of an open choice. */
  readonly ownWords: string;
}

interface FormPlace {
  /** Keeps ids apart where several forms share a page. */
  readonly prefix: string;
  /** Where the question stands among the page's headings. */
  readonly heading: 'h1' | 'h2' | 'h3';
}

const headings: Readonly<Record<FormPlace['heading'], readonly [Markup, Markup]>> = {
  h1: [html`<h1 class="lines">`, html`</h1>`],
  h2: [html`<h2 class="ask lines">`, html`</h2>`],
  h3: [html`<h3 class="ask lines">`, html`</h3>`],
};

/** What the buttons send: words the engine understands in every language, so that the page needs no language of its own. */
export const commandWords = {
  dontKnow: "I don't know",
  ratherNot: "I'd rather not say",
  skip: 'skip',
  back: 'back',
  person: 'person',
} as const;

/**
 * The form fields are `question`, `version` and `answer`; several ticked choices send several `answer` fields, and an empty one means
 * nothing. Every way out is a small form of its own, so that it never carries a half-typed answer along.
 */
export function renderQuestionForm(form: QuestionForm, labels: FormLabels, place: FormPlace): Markup {
  const { prefix } = place;
  const heading = (inside: Markup | string): Markup => {
    const [open, close] = headings[place.heading];
    return html`${open}${inside}${close}`;
  };
  const [question = '', ...hints] = form.words;
  const hintId = `${prefix}-hint`;
  const described = hints.length === 0 ? '' : html` aria-describedby="${hintId}"`;
  const hint = hints.length === 0 ? '' : html`<p class="hint" id="${hintId}">${hints.join('\n')}</p>`;
  const language = form.language === undefined ? '' : html` lang="${form.language}"`;
  if (form.input === 'none') {
    return html`<section class="card"${language}>${heading(question)}${hint}${waysOut(form, labels)}</section>`;
  }
  const fields =
    form.choices.length > 0
      ? html`<fieldset${described}><legend>${heading(question)}</legend>${hint}${choiceFields(form, labels, prefix)}</fieldset>`
      : html`${heading(html`<label for="${prefix}-answer">${question}</label>`)}${hint}${freeField(form, `${prefix}-answer`, described, true)}`;
  return html`<section class="card"${language}><form method="post" action="${ownPath(form.action)}" autocomplete="off">${hiddenFields(form)}${fields}<button class="send" type="submit">${labels.send}</button></form>${waysOut(form, labels)}</section>`;
}

function choiceFields(form: QuestionForm, labels: FormLabels, prefix: string): Markup {
  const open = form.input !== 'radio' && form.input !== 'checkbox';
  const type = form.input === 'checkbox' ? 'checkbox' : 'radio';
  // A browser can insist on one of several radios, but not on one of several ticks, nor on "either of these".
  const needed = form.input === 'radio' ? html` required` : '';
  const choices = form.choices.map(
    ({ value, label }) =>
      html`<label class="choice"><input type="${type}" name="answer" value="${value}"${needed}><span class="lines">${label}</span></label>`,
  );
  const own = open
    ? html`<label class="own" for="${prefix}-own">${labels.ownWords}</label>${freeField(form, `${prefix}-own`, '', false)}`
    : '';
  return html`<div class="choices">${choices}</div>${own}`;
}

function freeField(form: QuestionForm, id: string, described: Markup | '', needed: boolean): Markup {
  const attributes = html` id="${id}" class="field" name="answer"${described}${needed ? html` required` : ''}`;
  if (form.input === 'textarea') return html`<textarea${attributes} rows="4"></textarea>`;
  // Numbers stay text: "5 foot 4" and "about ten" are answers too, and a spinner helps nobody.
  if (form.input === 'number') return html`<input type="text" inputmode="decimal"${attributes}>`;
  const type = form.input === 'date' || form.input === 'time' ? form.input : 'text';
  return html`<input type="${type}"${attributes}>`;
}

function hiddenFields(form: QuestionForm): readonly Markup[] {
  return Object.entries(form.hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
}

function waysOut(form: QuestionForm, labels: FormLabels): Markup {
  const way = (name: keyof typeof commandWords, label: string): Markup =>
    html`<form method="post" action="${ownPath(form.action)}">${hiddenFields(form)}<button type="submit" name="answer" value="${commandWords[name]}">${label}</button></form>`;
  return html`<div class="ways">${way('dontKnow', labels.dontKnow)}${way('ratherNot', labels.ratherNot)}${
    form.required ? '' : way('skip', labels.skip)
  }${form.canGoBack ? way('back', labels.back) : ''}${labels.person === undefined ? '' : way('person', labels.person)}</div>`;
}
