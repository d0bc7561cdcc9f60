import type { Identifier } from 'fhir/r4.js';
import { present } from '../present.ts';
import { systems } from '../systems.ts';
import { type Field, part } from './message.ts';
import { identifierTypes, inTable } from './tables.ts';

/** What an identifier identifies: each has its own rules, since one authority numbers patients and visits alike. */
export type Identified = 'patients' | 'appointments' | 'practitioners' | 'locations';

/**
 * Which FHIR system the numbers of an authority have in the EHR. With an authority: by its namespace or universal id, and where the
 * message says a type, one of `types`. Without: where the message names no authority, but one of `types`.
 */
export interface SystemRule {
  readonly authority?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly system: string;
}
export type SystemRules = Readonly<Record<Identified, readonly SystemRule[]>>;

/** What a message's identifiers and times are read with. */
export interface MappingContext {
  /** IANA: what is meant by a time without an offset. */
  readonly timeZone: string;
  readonly systems: SystemRules;
}

/** An HD: who assigned a number. @see https://www.hl7.eu/HL7v2x/v251/std251/ch02a.html (HD) */
interface Authority {
  readonly namespace?: string;
  readonly universal?: string;
  readonly universalType?: string;
}

export interface FoundSystem {
  readonly system: string;
  /** By a rule of the clinic's content, so that the EHR knows it. */
  readonly known: boolean;
}

export interface Numbered {
  readonly system: string;
  readonly value: string;
  readonly known: boolean;
}

/** The HD in these three components of a field, or in the three subcomponents of one. */
function authorityIn(field: Field | undefined, at: 'field' | number): Authority {
  const [namespace, universal, universalType] =
    at === 'field'
      ? [part(field, 1), part(field, 2), part(field, 3)]
      : [part(field, at, 1), part(field, at, 2), part(field, at, 3)];
  return present({ namespace, universal, universalType });
}

/**
 * The system of a number. One that no rule knows gets a URI of its own that two authorities never share; a number without any authority
 * is its sender's.
 */
function systemOf(
  identified: Identified,
  authority: Authority,
  type: string | undefined,
  sender: Field | undefined,
  { systems: rules }: MappingContext,
): FoundSystem {
  const same = (a: string | undefined, b: string | undefined) =>
    a !== undefined && a.toLowerCase() === b?.toLowerCase();
  const isNamed = authority.namespace !== undefined || authority.universal !== undefined;
  const ofAuthority = rules[identified].filter((rule) =>
    rule.authority === undefined
      ? !isNamed && type !== undefined
      : same(authority.namespace, rule.authority) || same(authority.universal, rule.authority),
  );
  const rule = ofAuthority.find(
    ({ types }) => type === undefined || types === undefined || types.some((each) => same(each, type)),
  );
  if (rule !== undefined) return { system: rule.system, known: true };
  const assigner = isNamed ? authority : authorityIn(sender, 'field');
  if (isNamed && ofAuthority.length === 0) return { system: uriOf(assigner), known: false };
  // An authority of ours that numbers something else here, or a sender's number of some kind: not in one line with its other numbers.
  const name = assigner.universal ?? assigner.namespace ?? 'unnamed';
  return { system: `${systems.hl7v2}:${encoded(name)}:${encoded(type ?? identified)}`, known: false };
}

/** @see https://terminology.hl7.org/CodeSystem-v2-0301.html */
function uriOf({ namespace, universal, universalType }: Authority): string {
  const type = universalType?.toUpperCase();
  for (const id of [universal, namespace]) {
    if (id === undefined) continue;
    if (/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(id) && (id === namespace || type === undefined || type === 'ISO'))
      return `urn:oid:${id}`;
    if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) return `urn:uuid:${id.toLowerCase()}`;
    if (/^https?:\/\/[^\s<>"{}|\\^`]+$/i.test(id)) return id;
  }
  return `${systems.hl7v2}:${encoded(namespace ?? universal ?? 'unnamed')}`;
}

/** Different words stay different. */
function encoded(words: string): string {
  return encodeURIComponent(words.trim().toWellFormed());
}

/** A CX: the number, its authority in the fourth component, its type in the fifth. Undefined without a number. */
export function numberedCx(
  field: Field,
  identified: Identified,
  sender: Field | undefined,
  context: MappingContext,
): Numbered | undefined {
  const value = part(field, 1);
  if (value === undefined) return undefined;
  return { value, ...systemOf(identified, authorityIn(field, 4), part(field, 5), sender, context) };
}

/** A CX as FHIR has it. @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-datatype-cx-to-identifier.html */
export function identifierOf(field: Field, numbered: Numbered): Identifier {
  const type = part(field, 5);
  const display = inTable(identifierTypes, type);
  return {
    ...present({
      type:
        type === undefined
          ? undefined
          : display === undefined
            ? { text: type }
            : {
                coding: [
                  { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: type.toUpperCase(), display },
                ],
              },
    }),
    system: numbered.system,
    value: numbered.value,
  };
}

/** An EI: the number, its authority in the components behind it. `kind` tells a sender's own numbers apart. */
export function numberedEi(
  field: Field | undefined,
  identified: Identified,
  kind: string,
  sender: Field | undefined,
  context: MappingContext,
): Numbered | undefined {
  const value = part(field, 1);
  if (value === undefined) return undefined;
  const [namespace, universal, universalType] = [part(field, 2), part(field, 3), part(field, 4)];
  const authority = present({ namespace, universal, universalType });
  const isNamed = namespace !== undefined || universal !== undefined;
  return { value, ...systemOf(identified, authority, isNamed ? undefined : kind, sender, context) };
}

/** An XCN's number: its authority in the ninth component, its type in the thirteenth. */
export function numberedXcn(field: Field, sender: Field | undefined, context: MappingContext): Numbered | undefined {
  const value = part(field, 1);
  if (value === undefined) return undefined;
  return { value, ...systemOf('practitioners', authorityIn(field, 9), part(field, 13), sender, context) };
}

/** A number that is put together of several components, under an authority in one component. */
export function numberedPlace(
  value: string,
  field: Field,
  authorityAt: number,
  sender: Field | undefined,
  context: MappingContext,
): Numbered {
  return { value, ...systemOf('locations', authorityIn(field, authorityAt), undefined, sender, context) };
}
