import type { ContactPoint, HumanName, Patient } from 'fhir/r4.js';
import { systems } from '../systems.ts';
import type { PersonPart, PersonSaid, PersonStatement } from './person.ts';
import { digitsOf } from './telecom.ts';

/** A record as this message alone would have it, marked as brought by HL7 v2. */
export function newPatient({ identifiers }: Pick<PersonStatement, 'identifiers'>): Patient {
  return { resourceType: 'Patient', meta: { source: systems.hl7v2 }, identifier: [...identifiers], active: true };
}

/** A record with these parts of what was said; everything else in it stays as it is. */
export function withPerson(patient: Patient, said: PersonSaid, parts: readonly PersonPart[]): Patient {
  return parts.reduce((current, part) => {
    const apply: (patient: Patient, said: PersonSaid) => Patient = appliers[part];
    return said[part] === undefined ? current : apply(current, said);
  }, patient);
}

const appliers: Readonly<Record<PersonPart, (patient: Patient, said: PersonSaid) => Patient>> = {
  name: (patient, { name }) => {
    if (name === undefined || name.is === 'none') return patient;
    const names = name.is.map((one) => asWritten(one, patient.name ?? []));
    return { ...patient, name: [...names, ...(patient.name ?? []).filter((one) => isOlder(one, names))] };
  },
  birthDate: (patient, { birthDate }) =>
    birthDate === undefined || birthDate.is === 'none' || isMoreExact(patient.birthDate, birthDate.is)
      ? patient
      : { ...patient, birthDate: birthDate.is },
  gender: (patient, { gender }) =>
    gender === undefined || gender.is === 'none' ? patient : { ...patient, gender: gender.is },
  address: (patient, { address }) => {
    const { address: before, ...rest } = patient;
    if (address === undefined) return patient;
    const kept = (before ?? []).filter(({ use }) => use === 'old' || use === 'billing');
    const all = address.is === 'none' ? kept : [...address.is, ...kept.filter((one) => !contains(address.is, one))];
    return all.length === 0 ? rest : { ...rest, address: all };
  },
  home: (patient, { home }) => withTelecom(patient, home, isAtHome),
  work: (patient, { work }) => withTelecom(patient, work, isAtWork),
  email: (patient, { email }) => withTelecom(patient, email, ({ system }) => system === 'email'),
  language: (patient, { language }) => {
    const { communication: before = [], ...rest } = patient;
    if (language === undefined) return patient;
    // The one that was preferred gives way; others that somebody noted in the chart stay.
    const others = before.filter(({ preferred }) => preferred !== true);
    if (language.is === 'none') return others.length === 0 ? rest : { ...rest, communication: others };
    const spoken = language.is;
    const different = others.filter((one) => !speaksSame(one.language, spoken.language));
    // One that is there already is left as the chart has it, words and all.
    const known = before.find((one) => speaksSame(one.language, spoken.language));
    return { ...rest, communication: [known === undefined ? spoken : { ...known, preferred: true }, ...different] };
  },
  death: (patient, { death }) => {
    const { deceasedBoolean, deceasedDateTime, ...alive } = patient;
    if (death === undefined) return patient;
    if (death.is === 'none') return alive;
    // When somebody died is not forgotten because a message only says that they did.
    if (death.is.deceasedDateTime === undefined && deceasedDateTime !== undefined) return patient;
    return { ...alive, ...death.is };
  },
};

const isAtWork = ({ system, use }: ContactPoint): boolean => use === 'work' && system !== 'email' && system !== 'url';
const isAtHome = (point: ContactPoint): boolean =>
  !isAtWork(point) && point.use !== 'old' && point.system !== 'email' && point.system !== 'url';

/** A field names all numbers of its kind; what the chart has beside a number (its rank, how it is written) stays with it. */
function withTelecom(
  patient: Patient,
  said: { readonly is: readonly ContactPoint[] | 'none' } | undefined,
  isOfKind: (point: ContactPoint) => boolean,
): Patient {
  const { telecom: before = [], ...rest } = patient;
  if (said === undefined) return patient;
  const others = before.filter((point) => !isOfKind(point));
  const points = said.is === 'none' ? [] : said.is.map((point) => asInChart(point, before.filter(isOfKind)));
  // Where the first of its kind stood: some who read a chart take the first number that they see.
  const at = before.findIndex(isOfKind);
  const all = at < 0 ? [...others, ...points] : [...others.slice(0, at), ...points, ...others.slice(at)];
  return all.length === 0 ? rest : { ...rest, telecom: all };
}

function asInChart(point: ContactPoint, before: readonly ContactPoint[]): ContactPoint {
  const known = before.find((one) => sameNumber(one, point));
  return known === undefined ? point : { ...known, ...point, value: known.value ?? point.value ?? '' };
}

function sameNumber(one: ContactPoint, other: ContactPoint): boolean {
  const [a, b] = [digitsOf(one.value ?? ''), digitsOf(other.value ?? '')];
  if (a === '' || b === '') return one.value?.toLowerCase() === other.value?.toLowerCase();
  // With and without the country's code.
  return a === b || (Math.min(a.length, b.length) >= 7 && (a.endsWith(b) || b.endsWith(a)));
}

/** Many senders write in capitals and without accents: a name that is the same but for those stays as people wrote it. */
function asWritten(name: HumanName, before: readonly HumanName[]): HumanName {
  return before.find((one) => folded(one) === folded(name)) ?? name;
}

function folded({ family = '', given = [] }: HumanName): string {
  return [family, ...given]
    .join(' ')
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[łŁ]/g, 'l')
    .replaceAll(/[\s-]+/g, ' ')
    .trim()
    .toUpperCase();
}

/** Former and maiden names stay in the record though a message does not repeat them. */
function isOlder(name: HumanName, names: readonly HumanName[]): boolean {
  return (name.use === 'old' || name.use === 'maiden') && !names.some((one) => folded(one) === folded(name));
}

/** A year does not take the place of the day that is known. */
function isMoreExact(before: string | undefined, said: string): boolean {
  return before?.startsWith(said) === true;
}

function contains<T>(all: readonly T[], one: T): boolean {
  return all.some((other) => JSON.stringify(other) === JSON.stringify(one));
}

type Spoken = NonNullable<Patient['communication']>[number]['language'];

function speaksSame(one: Spoken, other: Spoken): boolean {
  const codes = (spoken: Spoken) => (spoken.coding ?? []).map(({ code }) => code?.toLowerCase());
  return (
    codes(one).some((code) => code !== undefined && codes(other).includes(code)) ||
    (one.text !== undefined && one.text === other.text)
  );
}
