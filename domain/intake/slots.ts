import type { Text } from '../guidance/language.ts';
import type { Answer } from './answer.ts';
import { holds } from './enablement.ts';
import type { Group, Intake, Item, Question } from './intake.ts';

/**
 * A slot is a place for one answer: a question, in one round of each repeating group around it. Its key is the linkId, and with rounds
 * `linkId@2.1`; the question whether a repeating group has another round has the group's key with `+`.
 */
export type Slot =
  | {
      readonly is: 'question';
      readonly key: string;
      readonly question: Question;
      readonly rounds: readonly number[];
      readonly displays: readonly Text[];
    }
  | {
      readonly is: 'another';
      readonly key: string;
      readonly group: Group;
      readonly groupKey: string;
      readonly round: number;
      readonly displays: readonly Text[];
    };

/** What is filled in so far. */
export interface Filled {
  readonly answers: Readonly<Record<string, Answer>>;
  /** Rounds of each repeating group, by the group's key. */
  readonly rounds: Readonly<Record<string, number>>;
}

/** An enabled item with its answers, as a tree: what a response is written from. */
export interface FilledItem {
  readonly item: Item;
  readonly key: string;
  readonly answer?: Answer;
  readonly children: readonly FilledItem[];
}

export function slotKey(linkId: string, rounds: readonly number[]): string {
  return rounds.length === 0 ? linkId : `${linkId}@${rounds.join('.')}`;
}

/** Every slot that is enabled now, in the order of the questionnaire, whether answered or not. Hidden, readOnly and calculated items are not slots. */
export function slotsOf(intake: Intake, filled: Filled): readonly Slot[] {
  // A turn asks several times about the same state, which is never changed in place: worked out once for each.
  const known = worked.get(filled.answers);
  if (known !== undefined && known.intake === intake && known.rounds === filled.rounds) return known.slots;
  const slots = workOut(intake, filled);
  worked.set(filled.answers, { intake, rounds: filled.rounds, slots });
  return slots;
}

interface WorkedOut {
  readonly intake: Intake;
  readonly rounds: Filled['rounds'];
  readonly slots: readonly Slot[];
}

const worked = new WeakMap<Filled['answers'], WorkedOut>();

function workOut(intake: Intake, filled: Filled): readonly Slot[] {
  const slots: Slot[] = [];
  let displays: Text[] = [];
  const walk = new Walk(intake, filled);
  const visit = (items: readonly Item[], rounds: readonly number[]): void => {
    for (const item of items) {
      if (item.hidden || !walk.enabled(item, rounds)) continue;
      if (item.kind === 'display') {
        displays.push(item.text);
        continue;
      }
      if (item.kind === 'question') {
        const key = slotKey(item.linkId, rounds);
        if (isAsked(item)) {
          slots.push({ is: 'question', key, question: item, rounds, displays });
          displays = [];
        }
        if ((filled.answers[key]?.values.length ?? 0) > 0) visit(item.items, rounds);
        continue;
      }
      if (!item.repeats) {
        if (item.items.length > 0 && item.text.default !== '') displays.push(item.text);
        const before = slots.length;
        visit(item.items, rounds);
        // A heading that no question follows is not said before the next group's question.
        if (slots.length === before) displays = displays.filter((text) => text !== item.text);
        continue;
      }
      const groupKey = slotKey(item.linkId, rounds);
      const count = roundsOf(item, groupKey, filled);
      for (let round = 1; round <= count; round++) visit(item.items, [...rounds, round]);
      slots.push({ is: 'another', key: `${groupKey}+`, group: item, groupKey, round: count, displays });
      displays = [];
    }
  };
  visit(intake.items, []);
  return slots;
}

/** How many rounds a repeating group has: a required one begins with one, another waits for a yes. */
export function roundsOf(group: Group, groupKey: string, filled: Filled): number {
  return filled.rounds[groupKey] ?? (group.required ? 1 : 0);
}

/** The enabled items with their answers, as a tree in the order of the questionnaire. */
export function filledTree(intake: Intake, filled: Filled): readonly FilledItem[] {
  const walk = new Walk(intake, filled);
  const build = (items: readonly Item[], rounds: readonly number[]): FilledItem[] =>
    items.flatMap((item): FilledItem[] => {
      if (!walk.enabled(item, rounds)) return [];
      const key = slotKey(item.linkId, rounds);
      if (item.kind === 'display') return [{ item, key, children: [] }];
      if (item.kind === 'question') {
        const answer = filled.answers[key];
        const children = (answer?.values.length ?? 0) > 0 ? build(item.items, rounds) : [];
        return [answer === undefined ? { item, key, children } : { item, key, answer, children }];
      }
      if (!item.repeats) return [{ item, key, children: build(item.items, rounds) }];
      const count = roundsOf(item, key, filled);
      return Array.from({ length: count }, (_, index) => ({
        item,
        key: slotKey(item.linkId, [...rounds, index + 1]),
        children: build(item.items, [...rounds, index + 1]),
      }));
    });
  return build(intake.items, []);
}

function isAsked(question: Question): boolean {
  return !question.readOnly && question.calculated === undefined && question.type !== 'reference';
}

/** Enablement over one state of answers, each item worked out once. */
class Walk {
  readonly #filled: Filled;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #known = new Map<string, boolean>();

  constructor(intake: Intake, filled: Filled) {
    this.#filled = filled;
    this.#places = placesOf(intake);
  }

  enabled(item: Item, rounds: readonly number[]): boolean {
    const { enabled } = item;
    if (enabled === undefined) return true;
    const key = slotKey(item.linkId, rounds);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, false);
    const result = holds(enabled, (linkId) => this.#answersTo(linkId, item, rounds));
    this.#known.set(key, result);
    return result;
  }

  /** The answers that count: in the rounds that the asker shares with the question, and only while the question itself is enabled. */
  #answersTo(linkId: string, asker: Item, rounds: readonly number[]): readonly Answer[] {
    const place = this.#places.get(linkId);
    if (place === undefined) return [];
    const around = this.#places.get(asker.linkId)?.repeatingGroups ?? [];
    const apart = place.repeatingGroups.findIndex((group, depth) => group !== around[depth]);
    const shared = apart < 0 ? rounds : rounds.slice(0, apart);
    return this.#instances(place, shared).flatMap((instance) => {
      const answer = this.#filled.answers[slotKey(linkId, instance)];
      return answer !== undefined && this.#reached(place, instance) ? [answer] : [];
    });
  }

  #instances(place: Place, rounds: readonly number[]): readonly (readonly number[])[] {
    let instances: (readonly number[])[] = [[]];
    for (const [depth, group] of place.repeatingGroups.entries()) {
      const own = rounds[depth];
      instances = instances.flatMap((instance) => {
        if (own !== undefined && instance.every((round, index) => round === rounds[index])) return [[...instance, own]];
        const count = roundsOf(group, slotKey(group.linkId, instance), this.#filled);
        return Array.from({ length: count }, (_, index) => [...instance, index + 1]);
      });
    }
    return instances;
  }

  /** Whether a place and everything around it is enabled (and a parent question answered). */
  #reached(place: Place, rounds: readonly number[]): boolean {
    let depth = 0;
    for (const item of place.around) {
      if (!this.enabled(item, rounds.slice(0, depth))) return false;
      if (item.kind === 'group' && item.repeats) depth++;
      if (
        item.kind === 'question' &&
        (this.#filled.answers[slotKey(item.linkId, rounds.slice(0, depth))]?.values.length ?? 0) === 0
      )
        return false;
    }
    return this.enabled(place.item, rounds);
  }
}

interface Place {
  readonly item: Item;
  readonly around: readonly Item[];
  readonly repeatingGroups: readonly Group[];
}

const places = new WeakMap<Intake, ReadonlyMap<string, Place>>();

function placesOf(intake: Intake): ReadonlyMap<string, Place> {
  const known = places.get(intake);
  if (known !== undefined) return known;
  const found = new Map<string, Place>();
  const visit = (items: readonly Item[], around: readonly Item[]): void => {
    for (const item of items) {
      const repeatingGroups = around.filter((outer): outer is Group => outer.kind === 'group' && outer.repeats);
      found.set(item.linkId, { item, around, repeatingGroups });
      if (item.kind !== 'display') visit(item.items, [...around, item]);
    }
  };
  visit(intake.items, []);
  places.set(intake, found);
  return found;
}
