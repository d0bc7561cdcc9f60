import { html, type Markup } from '../markup.ts';
import { hiddenFields } from './file-part.ts';

/** A visit as the desk works with it. Every text is ready to be shown; times are in the clinic's zone. */
export interface DeskVisit {
  /** "today at 9:40 AM". */
  readonly when: string;
  readonly isToday: boolean;
  /** "Confirmed yesterday at 2:00 PM". */
  readonly standing: readonly string[];
  readonly open: readonly DeskNeed[];
  readonly settled: readonly DeskNeed[];
  /** The patient can be checked in. */
  readonly canCheckIn: boolean;
  /** Whom lateness can be told to; empty where nobody can be named. */
  readonly late: readonly DeskChoice[];
  /** Sent along unseen with whatever is done about it. */
  readonly hidden: Readonly<Record<string, string>>;
}

export interface DeskNeed {
  readonly id: string;
  /** "Authorisation by the payer". */
  readonly what: string;
  readonly owner: string;
  readonly stands: string;
  readonly due: string;
  readonly because: string;
  readonly presses: boolean;
  /** Staff said so, and can take it back. */
  readonly isStaffs: boolean;
}

interface DeskChoice {
  readonly value: string;
  readonly label: string;
}

/** How late the clinic runs, as it is told to those who wait. */
const lateness: readonly DeskChoice[] = [
  { value: '0', label: 'On time again' },
  { value: '10-20', label: '10 to 20 minutes' },
  { value: '20-30', label: '20 to 30 minutes' },
  { value: '30-45', label: '30 to 45 minutes' },
  { value: '45-60', label: '45 to 60 minutes' },
];

/** A visit with what it still needs, each with its owner and why, and what the desk can do about it. */
export function visitPart(visit: DeskVisit, index: number): Markup {
  const id = `v${index + 1}`;
  const { when, isToday, standing, open, settled, canCheckIn, hidden } = visit;
  const here = canCheckIn
    ? html`<form method="post" action="">${hiddenFields(hidden)}<button class="send" type="submit" name="act" value="check-in">Patient is here</button></form>`
    : '';
  return html`<section class="card part" aria-labelledby="${id}"><h2 id="${id}">${isToday ? 'Today' : 'Next visit'}: visit ${when}</h2>
<ul class="plain">${standing.map((line) => html`<li>${line}</li>`)}</ul>${here}
<h3>What the visit still needs</h3>${
    open.length === 0
      ? html`<p class="hint">Nothing is open.</p>`
      : html`<ul class="told">${open.map((need, at) => openNeed(need, `${id}-n${at + 1}`, hidden))}</ul>`
  }${settled.length > 0 && html`<h3>Settled</h3><ul class="told">${settled.map((need) => settledNeed(need, hidden))}</ul>`}${latePart(visit, id)}</section>`;
}

function openNeed(need: DeskNeed, id: string, hidden: DeskVisit['hidden']): Markup {
  const fields = hiddenFields({ ...hidden, need: need.id });
  const { what, owner, stands, due, because, presses } = need;
  return html`<li><p class="answer">${what}</p><p class="how">${owner}, ${presses ? html`<span class="mark">${stands}</span>` : stands}, due ${due}</p><p class="how">${because}</p>
<div class="ways"><form method="post" action="">${fields}<button type="submit" name="act" value="need-done" aria-label="Done: ${what}">Done</button></form></div>
<details><summary>Not needed: ${what}</summary><form method="post" action="" autocomplete="off">${fields}<label for="${id}">Why it is not needed</label><input type="text" id="${id}" class="field" name="because" maxlength="200" required><button class="send" type="submit" name="act" value="need-not-needed">Not needed</button></form></details></li>`;
}

function settledNeed({ id, what, stands, because, isStaffs }: DeskNeed, hidden: DeskVisit['hidden']): Markup {
  const back = isStaffs
    ? html`<div class="ways"><form method="post" action="">${hiddenFields({ ...hidden, need: id })}<button type="submit" name="act" value="need-open" aria-label="Take back: ${what}">Take back</button></form></div>`
    : '';
  return html`<li><p class="answer">${what}</p><p class="how">${stands}</p><p class="how">${because}</p>${back}</li>`;
}

function latePart({ late, hidden }: DeskVisit, id: string): Markup | '' {
  const [only, ...others] = late;
  if (only === undefined) return '';
  const radios = (name: string, choices: readonly DeskChoice[]) =>
    choices.map(
      ({ value, label }) =>
        html`<label class="choice"><input type="radio" name="${name}" value="${value}" required><span>${label}</span></label>`,
    );
  const whose =
    others.length === 0
      ? html`<input type="hidden" name="whose" value="${only.value}"><p class="hint">For: ${only.label}</p>`
      : html`<fieldset><legend>Who is running late?</legend><div class="choices">${radios('whose', late)}</div></fieldset>`;
  return html`<details id="${id}-late"><summary>We are running late</summary><p>Everyone who waits today is told honestly, once.</p><form method="post" action="">${hiddenFields(hidden)}${whose}<fieldset><legend>How late?</legend><div class="choices">${radios('minutes', lateness)}</div></fieldset><button class="send" type="submit" name="act" value="clinic-late">Tell those who wait</button></form></details>`;
}
