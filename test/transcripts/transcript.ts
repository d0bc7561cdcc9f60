import type { Language } from '../../domain/guidance/language.ts';

/** How a transcript is played. `mixed`: each line says its own channel. */
export const ways = ['sms', 'keypad', 'speech', 'page', 'desk', 'mixed'] as const;
export type Way = (typeof ways)[number];

/** What a label in brackets stands for. */
export const labels: Readonly<Record<string, readonly Way[]>> = {
  sms: ['sms'],
  keypad: ['keypad'],
  speech: ['speech'],
  page: ['page'],
  desk: ['desk'],
  voice: ['keypad', 'speech'],
  web: ['page', 'desk'],
};

export interface Person {
  readonly name: string;
  readonly language: Language;
  readonly child: boolean;
}

export interface Transcript {
  readonly file: string;
  readonly title: string;
  readonly ways: readonly Way[];
  /** Absent: the number is in no chart. */
  readonly patient?: Person;
  readonly parent?: Person;
  readonly alsoOnThisPhone?: Person;
  /** Hours until the visit. */
  readonly visitIn?: number;
  /** The lines of each form, or the name of one of the clinic's own. */
  readonly forms: readonly (readonly string[])[];
  /** A visit of one of the clinic's types, booked when the transcript says so. */
  readonly visit?: VisitPlan;
  /** Who waits for a time like this visit's, longest first; each has a phone of their own. */
  readonly waiting: readonly Person[];
  readonly steps: readonly Step[];
  readonly chart: Chart;
}

/** Times are words, such as "in 12 days at 10:00"; see times-said.ts. */
export interface VisitPlan {
  /** A key of content/visit-types.json. */
  readonly type: string;
  readonly at: string;
  readonly payer?: string;
  /** Other times that are free in the same calendar. */
  readonly free: readonly string[];
}

export type Step = Said | Answered | Happened;

/** What the person does on one channel, or on any. */
export interface Said {
  readonly is: 'said';
  /** One of those who wait; absent: the patient. */
  readonly who?: string;
  readonly by: readonly { readonly label?: string; readonly confidence?: number; readonly words: string }[];
}

/** Everything that is said to the person before it is their turn again; exact. */
export interface Answered {
  readonly is: 'answered';
  /** One of those who wait; absent: the patient. */
  readonly to?: string;
  readonly lines: readonly Line[];
}

export interface Happened {
  readonly is: 'happened';
  readonly what: string;
}

export interface Line {
  readonly kind: 'tells' | 'asks' | 'done' | 'opening';
  readonly label?: string;
  readonly words: string;
  readonly position?: number;
  readonly total?: number;
  /** Options, hints and what one channel says beside them. */
  readonly below: readonly { readonly label?: string; readonly words: string }[];
}

export interface Chart {
  readonly answers: readonly ChartAnswer[];
  /** Of the QuestionnaireResponse, and of the Task; 'none' where there is none. */
  readonly response: string;
  readonly task: string;
  /** What stands in the inbox of staff, by its words. */
  readonly staff: readonly string[];
  /** The visits, the slots and the Tasks of what the visit needs, as far as the transcript speaks of them; times are still words. */
  readonly visits: readonly string[];
  readonly slots: readonly string[];
  readonly needs: readonly string[];
}

export interface ChartAnswer {
  readonly linkId: string;
  readonly value: string;
  /** The provenance channel, where it is not that of the whole transcript. */
  readonly channel?: string;
  readonly before?: string;
}

/** Whether a label means this way of playing. */
export function means(label: string | undefined, way: Way): boolean {
  return label === undefined || (labels[label] ?? []).includes(way);
}
