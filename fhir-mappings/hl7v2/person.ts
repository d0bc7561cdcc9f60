import type { Address, ContactPoint, HumanName, Identifier, Patient, PatientCommunication } from 'fhir/r4.js';
import { present } from '../present.ts';
import { type Field, isDeleted, type Message, repetitions, type Segment, textAt } from './message.ts';
import { addressOf, languageOf, nameOf } from './names-and-addresses.ts';
import { identifierOf, type MappingContext, type Numbered, numberedCx } from './systems.ts';
import { inTable, sexes, yesOrNo } from './tables.ts';
import { telecomOf } from './telecom.ts';
import { dateOf, dateTimeOf, readTimestamp } from './timestamp.ts';

/** Something that a message says of a person: a value, or that there is none any more. What it does not speak of is not there. */
type Said<T> = { readonly is: T } | { readonly is: 'none' };

/** Each part is kept by the newest message that speaks of it, so that the order of arrival does not matter. */
export interface PersonSaid {
  readonly name?: Said<readonly HumanName[]>;
  readonly birthDate?: Said<string>;
  readonly gender?: Said<NonNullable<Patient['gender']>>;
  readonly address?: Said<readonly Address[]>;
  /** Numbers at home and in the pocket; those at work; e-mail. */
  readonly home?: Said<readonly ContactPoint[]>;
  readonly work?: Said<readonly ContactPoint[]>;
  readonly email?: Said<readonly ContactPoint[]>;
  readonly language?: Said<PatientCommunication>;
  readonly death?: Said<Pick<Patient, 'deceasedBoolean' | 'deceasedDateTime'>>;
}
export type PersonPart = keyof PersonSaid;

export interface PersonStatement {
  /** What the record is looked up by, and made under. */
  readonly primary: Numbered;
  readonly identifiers: readonly Identifier[];
  readonly said: PersonSaid;
  /** Contact entries that are no numbers; they change nothing. */
  readonly unreadablePhones: number;
}

/** Who is speaking: registration knows the person; a schedule knows how to reach them, and may have the rest from long ago. */
export type Authority = 'registration' | 'schedule';

/** A person as a PID segment describes them; undefined where it names no record. Never throws. @see https://www.hl7.eu/HL7v2x/v251/std251/ch03.html (3.4.2, PID) */
export function personIn(
  message: Message,
  pid: Segment,
  by: Authority,
  sender: Field | undefined,
  context: MappingContext,
): PersonStatement | undefined {
  const found = numbersIn(message, pid, 3, sender, context);
  const [primary] = found;
  if (primary === undefined) return undefined;
  const telecom = telecomIn(message, pid, context.timeZone);
  return {
    primary: primary.numbered,
    identifiers: found.map(({ identifier }) => identifier),
    said: {
      ...identityIn(message, pid),
      ...telecom.said,
      ...present({ language: languageIn(message, pid), death: deathIn(message, pid, by, context.timeZone) }),
    },
    unreadablePhones: telecom.unreadable,
  };
}

/** A person's numbers in a field of CX, the one that leads first: a record number before any other, one whose system the EHR knows before others. */
export function numbersIn(
  message: Message,
  segment: Segment | undefined,
  field: number,
  sender: Field | undefined,
  context: MappingContext,
): readonly { readonly numbered: Numbered; readonly identifier: Identifier }[] {
  const all = repetitions(message, segment, field).flatMap((repeat) => {
    const numbered = numberedCx(repeat, 'patients', sender, context);
    return numbered === undefined ? [] : [{ numbered, identifier: identifierOf(repeat, numbered) }];
  });
  const distinct = all.filter(
    ({ numbered }, at) =>
      all.findIndex((other) => other.numbered.system === numbered.system && other.numbered.value === numbered.value) ===
      at,
  );
  const leading = ({ numbered, identifier }: (typeof all)[number]) =>
    (isRecordNumber(identifier) ? 0 : 2) + (numbered.known ? 0 : 1);
  return [...distinct].sort((a, b) => leading(a) - leading(b));
}

/** Not one that somebody carries to every clinic, mistypes or shares. */
function isRecordNumber({ type }: Identifier): boolean {
  return type === undefined || (type.coding ?? []).some(({ code }) => code === 'MR' || code === 'PI' || code === 'PT');
}

function identityIn(message: Message, pid: Segment): PersonSaid {
  const names = repetitions(message, pid, 5).flatMap((field) => nameOf(field) ?? []);
  const born = readTimestamp(textAt(message, pid, 7));
  const gender = inTable(sexes, textAt(message, pid, 8));
  const addresses = repetitions(message, pid, 11).flatMap((field) => addressOf(field) ?? []);
  return present({
    // A record without a name or a birth date helps nobody: those are never taken away.
    name: names.length === 0 ? undefined : { is: names },
    birthDate: born === undefined ? undefined : { is: dateOf(born) },
    gender: gender === undefined ? undefined : { is: gender },
    address: addresses.length > 0 ? { is: addresses } : noneIf(isDeleted(pid, 11)),
  });
}

function noneIf(deleted: boolean): { readonly is: 'none' } | undefined {
  return deleted ? { is: 'none' } : undefined;
}

interface TelecomSaid {
  readonly said: Pick<PersonSaid, 'home' | 'work' | 'email'>;
  readonly unreadable: number;
}

/** PID-13 and PID-14 part home from work; PID-40, from 2.7 on, holds both. */
function telecomIn(message: Message, pid: Segment, timeZone: string): TelecomSaid {
  const usual = { 13: 'home', 14: 'work', 40: undefined } as const;
  const read = ([13, 14, 40] as const).flatMap((field) =>
    repetitions(message, pid, field).flatMap((repeat) => telecomOf(repeat, usual[field], timeZone) ?? []),
  );
  const points = read.flatMap((one) => (one.is === 'point' ? [one.point] : []));
  const distinct = points.filter((point, at) => points.findIndex((other) => other.value === point.value) === at);
  const emails = distinct.filter(({ system }) => system === 'email');
  const phones = distinct.filter(({ system }) => system !== 'email');
  const home = phones.filter(({ use }) => use !== 'work');
  const work = phones.filter(({ use }) => use === 'work');
  return {
    said: present({
      home: home.length > 0 ? { is: home } : noneIf(isDeleted(pid, 13)),
      work: work.length > 0 ? { is: work } : noneIf(isDeleted(pid, 14)),
      email: emails.length > 0 ? { is: emails } : undefined,
    }),
    unreadable: read.filter(({ is }) => is === 'unreadable').length,
  };
}

function languageIn(message: Message, pid: Segment): PersonSaid['language'] {
  const [field] = repetitions(message, pid, 15);
  const language = languageOf(field);
  return language === undefined ? noneIf(isDeleted(pid, 15)) : { is: language };
}

/** A schedule may say that somebody died. That they did not is registration's to say: many senders fill in N without knowing. */
function deathIn(message: Message, pid: Segment, by: Authority, timeZone: string): PersonSaid['death'] {
  const at = readTimestamp(textAt(message, pid, 29));
  const died = inTable(yesOrNo, textAt(message, pid, 30));
  if (at !== undefined && died !== false) return { is: { deceasedDateTime: dateTimeOf(at, timeZone) } };
  if (died === true) return { is: { deceasedBoolean: true } };
  return noneIf(by === 'registration' && (died === false || isDeleted(pid, 30)));
}

/** The same person by name, birth date, … as the message has them, for the parts that a schedule may change in a record that is there. */
export const partsOf: Readonly<Record<Authority, readonly PersonPart[]>> = {
  registration: ['name', 'birthDate', 'gender', 'address', 'home', 'work', 'email', 'language', 'death'],
  schedule: ['address', 'home', 'work', 'email', 'language', 'death'],
};
