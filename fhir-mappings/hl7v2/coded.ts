import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { present } from '../present.ts';
import { systems } from '../systems.ts';
import { type Field, part } from './message.ts';
import { codingSystems, inTable } from './tables.ts';

/**
 * A CE, CWE or CNE with its alternate; undefined where it says nothing.
 * @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-datatype-cwe-to-codeableconcept.html
 */
export function conceptOf(field: Field | undefined): CodeableConcept | undefined {
  const coding = [codingAt(field, 1), codingAt(field, 4)].filter((one) => one !== undefined);
  const text = part(field, 9) ?? part(field, 2) ?? part(field, 5);
  if (coding.length === 0 && text === undefined) return undefined;
  return { ...(coding.length === 0 ? {} : { coding }), ...present({ text }) };
}

function codingAt(field: Field | undefined, at: number): Coding | undefined {
  const code = part(field, at)?.replaceAll(/\s+/g, ' ');
  if (code === undefined) return undefined;
  return present({ system: systemOf(part(field, at + 2)), code, display: part(field, at + 1) });
}

/** One of HL7's own tables, one that everybody knows, or one of the sender's, told apart by its name. */
function systemOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const table = /^HL7(\d{4})$/i.exec(name)?.[1];
  if (table !== undefined) return `http://terminology.hl7.org/CodeSystem/v2-${table}`;
  return inTable(codingSystems, name) ?? `${systems.hl7v2}:code:${encodeURIComponent(name.toWellFormed())}`;
}
