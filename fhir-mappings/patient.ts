import type { ContactPoint, HumanName, Patient, PatientCommunication, PatientLink, RelatedPerson } from 'fhir/r4.js';
import type { Language } from '../domain/guidance/language.ts';
import { present } from './present.ts';
import { languageOf } from './questionnaire/words.ts';
import { idOf } from './reference.ts';

/** A number as a chart holds it, in E.164; undefined when it is none. The rules of numbers live in the domain and are passed in. */
export type Normalise = (raw: string) => string | undefined;

export interface ReadPhone {
  readonly number: string;
  readonly use: 'mobile' | 'home' | 'work' | 'temp' | 'unknown';
  /** Only ever written to, not called (`sms`), or nothing said (`phone`). */
  readonly system: 'phone' | 'sms';
  /** FHIR's rank, 1 first. */
  readonly rank?: number;
}

export interface ReadName {
  /** What we greet by: the first given name as it is written, else the family name, else the whole text. */
  readonly first?: string;
  readonly family?: string;
  /** The whole name as a person reads it. */
  readonly full?: string;
}

export interface ReadPerson {
  readonly id: string;
  readonly name: ReadName;
  /** Best first: by rank, then a mobile before the others. */
  readonly phones: readonly ReadPhone[];
  /** Raw numbers that could not be read, by how many: for staff, without the numbers. */
  readonly unreadablePhones: number;
  readonly language?: Language;
  readonly birthDate?: string;
  readonly deceased: boolean;
  readonly active: boolean;
  /** The Patient's id that this record was merged into. */
  readonly replacedBy?: string;
  /** Ids of records that were merged into this one. */
  readonly replaces: readonly string[];
  /** IANA. */
  readonly timeZone?: string;
  /** Needs somebody to interpret. */
  readonly interpreter?: boolean;
}

export interface ReadRelatedPerson
  extends Omit<ReadPerson, 'deceased' | 'replacedBy' | 'replaces' | 'timeZone' | 'interpreter'> {
  /** The id of the patient they act for; absent when the resource does not name one. */
  readonly patient?: string;
  /** Codes and words: `MTH`, `mother`. */
  readonly relationship: readonly string[];
  /** ISO date of the last day on which they act. */
  readonly until?: string;
}

/** A patient as the phone index and the greeting need them. `today` (ISO date) ends periods. Never throws on a valid Patient. */
export function readPerson(patient: Patient, normalise: Normalise, today: string): ReadPerson {
  const linked = (type: PatientLink['type']) =>
    (patient.link ?? []).flatMap((link) => (link.type === type ? (idOf(link.other?.reference, 'Patient') ?? []) : []));
  return {
    ...common(patient, normalise, today),
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
    replaces: linked('replaces').filter((id) => id !== patient.id),
    ...present({
      replacedBy: linked('replaced-by').find((id) => id !== patient.id),
      timeZone: timeZoneOf(patient),
      interpreter: (patient.extension ?? []).find(({ url }) => url === interpreterRequired)?.valueBoolean,
    }),
  };
}

/** @see https://hl7.org/fhir/R4/extension-patient-interpreterrequired.html */
const interpreterRequired = 'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired';
/** @see https://hl7.org/fhir/extensions/StructureDefinition-timezone.html */
const timeZone = 'http://hl7.org/fhir/StructureDefinition/timezone';

/** The person's own, else that of where they live; none where it is no zone at all. */
function timeZoneOf({ extension = [], address = [] }: Patient): string | undefined {
  const homes = [...address].sort((a, b) => Number(b.use === 'home') - Number(a.use === 'home'));
  const said = [extension, ...homes.map((home) => home.extension ?? [])].flatMap((each) =>
    each.flatMap(({ url, valueCode }) => (url === timeZone ? (valueCode?.trim() ?? []) : [])),
  );
  return said.find(isTimeZone);
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

/** Somebody who may act for a patient. An ended period means that they no longer do. */
export function readRelatedPerson(related: RelatedPerson, normalise: Normalise, today: string): ReadRelatedPerson {
  const read = common(related, normalise, today);
  const relationship = (related.relationship ?? []).flatMap(({ coding = [], text }) => [
    ...coding.flatMap(({ code, display }) => [code, display]),
    text,
  ]);
  return {
    ...read,
    active: read.active && !ended(related.period?.end, today),
    relationship: [...new Set(relationship.flatMap((word) => word ?? []))],
    ...present({ patient: idOf(related.patient?.reference, 'Patient'), until: lastDay(related.period?.end) }),
  };
}

/** The part of a date that is given decides: `2025` ends with the year. */
function lastDay(end: string | undefined): string | undefined {
  return end === undefined ? undefined : `${end.slice(0, 10)}${'-12-31'.slice(Math.min(end.length, 10) - 4)}`;
}

type Source = Pick<Patient, 'id' | 'name' | 'telecom' | 'language' | 'birthDate' | 'active'> & {
  readonly communication?: readonly Pick<PatientCommunication, 'language' | 'preferred'>[] | undefined;
};

function common(source: Source, normalise: Normalise, today: string) {
  const telecom = (source.telecom ?? []).filter((point) => isUsable(point, today));
  const phones = telecom.flatMap((point) => phoneOf(point, normalise) ?? []);
  return {
    id: source.id ?? '',
    name: nameOf(source.name ?? [], today),
    phones: distinct([...phones].sort(byPreference)),
    unreadablePhones: telecom.length - phones.length,
    active: source.active !== false,
    ...present({ language: spokenBy(source), birthDate: source.birthDate }),
  };
}

/** Whether a phone's system is one that we reach. @see https://hl7.org/fhir/R4/valueset-contact-point-system.html */
const reachable: Record<NonNullable<ContactPoint['system']>, 'phone' | 'sms' | undefined> = {
  phone: 'phone',
  sms: 'sms',
  fax: undefined,
  email: undefined,
  pager: undefined,
  url: undefined,
  other: undefined,
};

/** @see https://hl7.org/fhir/R4/valueset-contact-point-use.html */
const uses: Record<NonNullable<ContactPoint['use']>, ReadPhone['use'] | 'ignored'> = {
  mobile: 'mobile',
  home: 'home',
  work: 'work',
  temp: 'temp',
  old: 'ignored',
};

const useOrder: Record<ReadPhone['use'], number> = { mobile: 0, home: 1, temp: 2, unknown: 3, work: 4 };

function systemOf({ system }: ContactPoint): 'phone' | 'sms' | undefined {
  return system !== undefined && Object.hasOwn(reachable, system) ? reachable[system] : undefined;
}

function useOf({ use }: ContactPoint): ReadPhone['use'] | 'ignored' {
  return use !== undefined && Object.hasOwn(uses, use) ? uses[use] : 'unknown';
}

function isUsable(point: ContactPoint, today: string): boolean {
  return (
    systemOf(point) !== undefined &&
    useOf(point) !== 'ignored' &&
    !ended(point.period?.end, today) &&
    (point.value ?? '').trim() !== ''
  );
}

function phoneOf(point: ContactPoint, normalise: Normalise): ReadPhone | undefined {
  const number = normalise((point.value ?? '').replace(/^tel:/i, '').trim());
  const system = systemOf(point);
  const use = useOf(point);
  if (number === undefined || system === undefined || use === 'ignored') return undefined;
  return { number, use, system, ...present({ rank: point.rank }) };
}

function byPreference(a: ReadPhone, b: ReadPhone): number {
  return (a.rank ?? 99) - (b.rank ?? 99) || useOrder[a.use] - useOrder[b.use];
}

function distinct(phones: readonly ReadPhone[]): readonly ReadPhone[] {
  return phones.filter((phone, at) => phones.findIndex(({ number }) => number === phone.number) === at);
}

/** The part of a date that is given decides: `2025` ends with the year. */
export function ended(end: string | undefined, today: string): boolean {
  return end !== undefined && end.slice(0, 10) < today.slice(0, Math.min(10, end.length));
}

/** Which name is used first; `old` and `maiden` never while there is another. @see https://hl7.org/fhir/R4/valueset-name-use.html */
const nameOrder: Record<NonNullable<HumanName['use']>, number> = {
  usual: 0,
  nickname: 2,
  official: 1,
  temp: 3,
  anonymous: 4,
  maiden: 5,
  old: 6,
};

function nameOf(names: readonly HumanName[], today: string): ReadName {
  const order = ({ use }: HumanName) => (use !== undefined && Object.hasOwn(nameOrder, use) ? nameOrder[use] : 1);
  const current = names.filter(({ period }) => !ended(period?.end, today));
  const [name] = [...(current.length > 0 ? current : names)].sort((a, b) => order(a) - order(b));
  if (name === undefined) return {};
  const given = (name.given ?? []).map((part) => part?.trim() ?? '').filter((part) => part !== '');
  const family = name.family?.trim() || undefined;
  const text = name.text?.trim() || undefined;
  const full = text ?? ([...given, family].filter((part) => part !== undefined).join(' ') || undefined);
  return present({ first: given[0] ?? text ?? family, family, full });
}

/** The preferred language of communication that we speak; else the first named that we speak. */
function spokenBy({ communication = [], language }: Source): Language | undefined {
  const named = [...communication].sort((a, b) => Number(b.preferred === true) - Number(a.preferred === true));
  for (const one of named) {
    const tags = [...(one.language?.coding ?? []).map(({ code }) => code), one.language?.text];
    const spoken = tags.map(languageOf).find((found) => found !== undefined);
    if (spoken !== undefined) return spoken;
  }
  return named.length === 0 ? languageOf(language) : undefined;
}
