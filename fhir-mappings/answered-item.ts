import type { Answer } from '../domain/intake/answer.ts';
import type { Item, Question } from '../domain/intake/intake.ts';
import type { Value } from '../domain/intake/value.ts';

/**
 * What was answered, as a tree: only what is enabled, in the order of the intake. A repeating group stands once per round, a question
 * with several answers once. A calculated question may stand here without an answer (where it is enabled only by a condition, it must).
 */
export interface AnsweredItem {
  readonly item: Item;
  readonly answer?: Answer;
  /** Worked out, not said: it stands without the provenance of an answer. Filled in when the response is written. */
  readonly calculated?: readonly Value[];
  /** Inside a group, or nested under a question. */
  readonly children: readonly AnsweredItem[];
  /** The round of a repeating group, from 0. */
  readonly instance?: number;
}

/** The tree with calculated questions that are always enabled put in, in the intake's order. */
export function withCalculated(items: readonly Item[], answered: readonly AnsweredItem[]): readonly AnsweredItem[] {
  return items.flatMap((item): readonly AnsweredItem[] => {
    const here = answered.filter((one) => one.item.linkId === item.linkId);
    if (here.length > 0) {
      return here.map((one) =>
        one.item.kind === 'display' ? one : { ...one, children: withCalculated(one.item.items, one.children) },
      );
    }
    return item.kind === 'question' && item.calculated !== undefined && item.enabled === undefined
      ? [{ item, children: [] }]
      : [];
  });
}

/** Every answered question, outermost first. */
export function answeredQuestions(
  answered: readonly AnsweredItem[],
): readonly (AnsweredItem & { readonly item: Question })[] {
  return answered.flatMap((one) => {
    const inside = answeredQuestions(one.children);
    return isQuestion(one) ? [one, ...inside] : inside;
  });
}

function isQuestion(one: AnsweredItem): one is AnsweredItem & { readonly item: Question } {
  return one.item.kind === 'question';
}
