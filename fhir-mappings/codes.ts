import type { CodeableConcept } from 'fhir/r4.js';

/** Every coding as `system|code`, without doubles, in the order given; a coding without a system begins with the bar. */
export function codesOf(concepts: readonly (CodeableConcept | undefined)[]): readonly string[] {
  const codes = concepts.flatMap((concept) =>
    (concept?.coding ?? []).flatMap(({ system = '', code }) => (code === undefined ? [] : [`${system}|${code}`])),
  );
  return [...new Set(codes)];
}

/**
 * What a person would read, as `text|words`, folded to small letters: charts often hold a medicine or an allergy in words only. A rule
 * may look for a word in it.
 */
export function wordsOf(concepts: readonly (CodeableConcept | undefined)[]): readonly string[] {
  const words = concepts.flatMap((concept) => [
    concept?.text,
    ...(concept?.coding ?? []).map(({ display }) => display),
  ]);
  const said = words.flatMap((word) => word?.trim().toLowerCase().slice(0, longestWords) || []);
  return [...new Set(said)].map((word) => `text|${word}`);
}

/** Enough for the name of a medicine; the story that keeps it is read on every turn. */
const longestWords = 80;
