import type { ContactPoint } from 'fhir/r4.js';
import { present } from '../present.ts';
import { type Field, part } from './message.ts';
import { inTable, telecomEquipment, telecomUses } from './tables.ts';
import { dateTimeOf, readTimestamp, spanOf } from './timestamp.ts';

/** Fewer digits are no number that anybody could be reached by: `none`, `ask her sister`, an extension. */
const fewestDigits = 5;

export type ReadTelecom = { readonly is: 'point'; readonly point: ContactPoint } | { readonly is: 'unreadable' };

/**
 * An XTN of any version: the number whole (XTN.12), in its parts (XTN.5 to 8), or as it was typed (XTN.1). `usual` is what the field
 * itself says of a number that says nothing of its use.
 * @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-datatype-xtn-to-contactpoint.html
 */
export function telecomOf(field: Field, usual: 'home' | 'work' | undefined, timeZone: string): ReadTelecom | undefined {
  const said = inTable(telecomUses, part(field, 2));
  const equipment = inTable(telecomEquipment, part(field, 3));
  const numbers = [part(field, 12), inParts(field), part(field, 1)].filter((each) => each !== undefined);
  const number = numbers.find((each) => digitsOf(each).length >= fewestDigits) ?? numbers[0];
  const email = [part(field, 4), part(field, 1), part(field, 12)].find((text) => /^[^\s@]+@[^\s@]+$/.test(text ?? ''));
  if (number === undefined && email === undefined) return undefined;
  const isEmail = email !== undefined && (equipment?.system ?? said?.system ?? 'email') === 'email';
  const system = isEmail ? 'email' : (said?.system ?? (equipment?.system === 'email' ? 'phone' : equipment?.system));
  const value = isEmail ? email : number;
  if (value === undefined || (!isEmail && digitsOf(value).length < fewestDigits)) return { is: 'unreadable' };
  const use = equipment?.use ?? said?.use ?? usual;
  const rank = Number(part(field, 18));
  return {
    is: 'point',
    point: {
      system: system ?? 'phone',
      value,
      ...present({ use: isEmail && use === 'mobile' ? undefined : use, period: periodOf(field, timeZone) }),
      ...(Number.isInteger(rank) && rank > 0 && rank < 100 ? { rank } : {}),
    },
  };
}

function inParts(field: Field): string | undefined {
  const [country, area, local, extension] = [part(field, 5), part(field, 6), part(field, 7), part(field, 8)];
  if (local === undefined) return undefined;
  // Some write the country's code, others its exit code or its name: only digits make a number.
  const code = country === undefined ? '' : digitsOf(country).replace(/^00/, '');
  const number = [area, local].filter((one) => one !== undefined).join(' ');
  const whole = code === '' || number.startsWith('+') ? number : `+${code} ${number}`;
  return extension === undefined ? whole : `${whole} ext. ${extension}`;
}

function periodOf(field: Field, timeZone: string): ContactPoint['period'] {
  const [from, until] = [readTimestamp(part(field, 13)), readTimestamp(part(field, 14))];
  if (from === undefined && until === undefined) return undefined;
  // One that ends before it begins says nothing.
  if (from && until && spanOf(from, timeZone).from > spanOf(until, timeZone).until) return undefined;
  return present({
    start: from === undefined ? undefined : dateTimeOf(from, timeZone),
    end: until === undefined ? undefined : dateTimeOf(until, timeZone),
  });
}

export function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}
