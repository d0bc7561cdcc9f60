/** What patients are asked and say in the kill tests: every question and every answer carries its place, so that a shift by one is visible. */
export interface Place {
  readonly set: number;
  readonly question: number;
}

export function canonicalOf(set: number): string {
  return `https://lakeside.example/Questionnaire/kill-${set}`;
}

export function linkIdOf({ question }: Place): string {
  return `q${question}`;
}

export function questionText({ set, question }: Place): string {
  return `Item ${set}.${question}: what do you want us to know?`;
}

export function answerText(who: number, { set, question }: Place): string {
  return `told ${set}.${question} by patient ${who}`;
}

/** The last question in some words of ours. */
export function placeIn(words: string): Place | undefined {
  const [, set, question] = [...words.matchAll(/Item (\d+)\.(\d+):/g)].at(-1) ?? [];
  return set === undefined || question === undefined ? undefined : { set: Number(set), question: Number(question) };
}
