import type { Address, HumanName, PatientCommunication } from 'fhir/r4.js';
import { present } from '../present.ts';
import { type Field, part, wholePart } from './message.ts';
import { addressUses, inTable, nameUses } from './tables.ts';

/** An XPN; undefined where it is nobody's name. @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-datatype-xpn-to-humanname.html */
export function nameOf(field: Field): HumanName | undefined {
  const use = inTable(nameUses, part(field, 7)) ?? 'none';
  const family = part(field, 1);
  const given = [part(field, 2), part(field, 3)].filter((name) => name !== undefined);
  if (use === 'not-theirs' || (family === undefined && given.length === 0)) return undefined;
  const suffix = [part(field, 4), part(field, 6)].filter((each) => each !== undefined);
  const prefix = part(field, 5);
  return {
    ...(use === 'none' ? {} : { use }),
    ...present({ family }),
    ...(given.length === 0 ? {} : { given }),
    ...(prefix === undefined ? {} : { prefix: [prefix] }),
    ...(suffix.length === 0 ? {} : { suffix }),
  };
}

/** An XAD; undefined where nothing could be delivered. @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-datatype-xad-to-address.html */
export function addressOf(field: Field): Address | undefined {
  const kind = inTable(addressUses, part(field, 7)) ?? {};
  if (kind === 'no-address') return undefined;
  // From 2.3.1 on the street may be parted into street, name and house number.
  const line = [wholePart(field, 1), part(field, 2)].filter((each) => each !== undefined);
  const rest = present({
    city: part(field, 3),
    state: part(field, 4),
    postalCode: part(field, 5),
    country: part(field, 6),
  });
  if (line.length === 0 && Object.keys(rest).length === 0) return undefined;
  return { ...kind, ...(line.length === 0 ? {} : { line }), ...rest };
}

/** Languages as senders write them out. */
const spoken: Readonly<Record<string, string>> = {
  ENGLISH: 'en',
  SPANISH: 'es',
  ESPANOL: 'es',
  CASTELLANO: 'es',
  POLISH: 'pl',
  POLSKI: 'pl',
};

/**
 * A language as a BCP 47 tag (table 0296 leaves it to each site: ISO 639 with two letters or three, or a word). One that is none of
 * them is kept as words.
 */
export function languageOf(field: Field | undefined): PatientCommunication | undefined {
  const words = [part(field, 1), part(field, 2), part(field, 4), part(field, 5)];
  const at = words.findIndex((word) => word !== undefined && tagOf(word) !== undefined);
  const code = tagOf(words[at] ?? '');
  // The words that stand beside the code, not those of another one.
  const text = at < 0 ? (words[1] ?? words[3] ?? words[0]) : words[at < 2 ? 1 : 3];
  if (code === undefined && text === undefined) return undefined;
  return {
    language: {
      ...(code === undefined ? {} : { coding: [{ system: 'urn:ietf:bcp:47', code }] }),
      ...present({ text }),
    },
    preferred: true,
  };
}

function tagOf(word: string): string | undefined {
  const named = inTable(spoken, word.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, ''));
  if (named !== undefined) return named;
  if (!/^[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})*$/.test(word)) return undefined;
  try {
    // Also makes two letters of three, where there are two: eng is en.
    return Intl.getCanonicalLocales(word.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}
