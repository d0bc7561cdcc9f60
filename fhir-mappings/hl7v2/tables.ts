import type { Address, Appointment, ContactPoint, HumanName, Patient } from 'fhir/r4.js';

/**
 * Every HL7 v2 table that we read, closed. Codes are compared without case, blanks and punctuation (`No-show`, `NOSHOW`); whoever
 * looks one up chooses what an unknown code means there.
 */
export function inTable<T>(table: Readonly<Record<string, T>>, code: string | undefined): T | undefined {
  const key = (code ?? '').toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The events that are taken, by message type and event. @see https://terminology.hl7.org/CodeSystem-v2-0003.html */
export const triggers = {
  SIUS12: { subject: 'appointment', status: 'booked', mustSayWhen: true },
  SIUS13: { subject: 'appointment', status: 'booked', mustSayWhen: true },
  SIUS14: { subject: 'appointment', status: undefined, mustSayWhen: false },
  SIUS15: { subject: 'appointment', status: 'cancelled', mustSayWhen: false },
  SIUS17: { subject: 'appointment', status: 'entered-in-error', mustSayWhen: false },
  SIUS26: { subject: 'appointment', status: 'noshow', mustSayWhen: false },
  ADTA04: { subject: 'person' },
  ADTA08: { subject: 'person' },
  ADTA31: { subject: 'person' },
  ADTA40: { subject: 'merge' },
} as const satisfies Readonly<
  Record<
    string,
    | {
        readonly subject: 'appointment';
        /** What the event itself makes of the visit. */
        readonly status: Appointment['status'] | undefined;
        readonly mustSayWhen: boolean;
      }
    | { readonly subject: 'person' | 'merge' }
  >
>;
export type Trigger = (typeof triggers)[keyof typeof triggers];

/** What is said to a sender of another one. */
export const takenTriggers = 'SIU^S12, S13, S14, S15, S17, S26 and ADT^A04, A08, A31, A40';

/**
 * @see https://terminology.hl7.org/CodeSystem-v2-0278.html
 * @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-table-hl70278-to-appointmentstatus.html (which leaves the last three of ours out)
 */
export const fillerStatuses: Readonly<Record<string, Appointment['status']>> = {
  PENDING: 'pending',
  WAITLIST: 'waitlist',
  BOOKED: 'booked',
  STARTED: 'checked-in',
  COMPLETE: 'fulfilled',
  CANCELLED: 'cancelled',
  DELETED: 'entered-in-error',
  NOSHOW: 'noshow',
  // The word as it is written in America.
  CANCELED: 'cancelled',
  DC: 'cancelled',
  DISCONTINUED: 'cancelled',
  // Too many at once is still a visit that is booked.
  OVERBOOK: 'booked',
  // A time that is held for nobody to come.
  BLOCKED: 'cancelled',
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0276.html */
export const appointmentReasons: Readonly<Record<string, { readonly code: string; readonly display: string }>> = {
  ROUTINE: { code: 'ROUTINE', display: 'Routine appointment - default if not valued' },
  WALKIN: { code: 'WALKIN', display: 'A previously unscheduled walk-in visit' },
  CHECKUP: { code: 'CHECKUP', display: 'A routine check-up, such as an annual physical' },
  FOLLOWUP: { code: 'FOLLOWUP', display: 'A follow up visit from a previous appointment' },
  EMERGENCY: { code: 'EMERGENCY', display: 'Emergency appointment' },
};

/** What kind of booking it is says nothing of the visit, but that a tentative one is not fixed. @see https://terminology.hl7.org/CodeSystem-v2-0277.html */
export const bookingKinds: Readonly<Record<string, { readonly status: Appointment['status'] | undefined }>> = {
  NORMAL: { status: undefined },
  TENTATIVE: { status: 'pending' },
  COMPLETE: { status: undefined },
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0001.html */
export const sexes: Readonly<Record<string, NonNullable<Patient['gender']>>> = {
  F: 'female',
  M: 'male',
  O: 'other',
  A: 'other',
  N: 'other',
  X: 'other',
  U: 'unknown',
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0136.html */
export const yesOrNo: Readonly<Record<string, boolean>> = { Y: true, N: false };

/** @see https://terminology.hl7.org/CodeSystem-v2-0200.html; names of somebody else, and those that may not be used, are left out. */
export const nameUses: Readonly<Record<string, NonNullable<HumanName['use']> | 'none' | 'not-theirs'>> = {
  L: 'official',
  R: 'official',
  D: 'usual',
  N: 'nickname',
  M: 'maiden',
  TEMP: 'temp',
  NAV: 'temp',
  MSK: 'anonymous',
  S: 'anonymous',
  BAD: 'old',
  NOUSE: 'old',
  A: 'none',
  B: 'none',
  C: 'none',
  I: 'none',
  K: 'none',
  NB: 'none',
  REL: 'none',
  T: 'none',
  U: 'none',
  P: 'not-theirs',
  F: 'not-theirs',
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0190.html; where somebody was born is no address to write to. */
export const addressUses: Readonly<
  Record<string, { readonly use?: Address['use']; readonly type?: Address['type'] } | 'no-address'>
> = {
  H: { use: 'home' },
  P: { use: 'home' },
  RH: { use: 'home' },
  L: { use: 'home' },
  C: { use: 'temp' },
  V: { use: 'temp' },
  B: { use: 'work' },
  O: { use: 'work' },
  BI: { use: 'billing' },
  M: { type: 'postal' },
  SH: { type: 'postal' },
  S: {},
  TM: {},
  BA: { use: 'old' },
  BR: 'no-address',
  BDL: 'no-address',
  N: 'no-address',
  F: 'no-address',
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0201.html */
export const telecomUses: Readonly<
  Record<string, { readonly use?: ContactPoint['use']; readonly system?: ContactPoint['system'] }>
> = {
  PRN: { use: 'home' },
  ORN: { use: 'home' },
  VHN: { use: 'temp' },
  WPN: { use: 'work' },
  ASN: { use: 'work' },
  PRS: { use: 'mobile' },
  EMR: {},
  NET: { system: 'email' },
  BPN: { system: 'pager' },
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0202.html; a modem and a teletypewriter take neither a text nor a voice. */
export const telecomEquipment: Readonly<
  Record<string, { readonly system: NonNullable<ContactPoint['system']>; readonly use?: ContactPoint['use'] }>
> = {
  PH: { system: 'phone' },
  CP: { system: 'phone', use: 'mobile' },
  SAT: { system: 'phone' },
  FX: { system: 'fax' },
  BP: { system: 'pager' },
  INTERNET: { system: 'email' },
  X400: { system: 'email' },
  MD: { system: 'other' },
  TDD: { system: 'other' },
  TTY: { system: 'other' },
};

/** The kinds of identifier that we name; others keep their code as words. @see https://terminology.hl7.org/CodeSystem-v2-0203.html */
export const identifierTypes: Readonly<Record<string, string>> = {
  MR: 'Medical record number',
  PI: 'Patient internal identifier',
  PT: 'Patient external identifier',
  NI: 'National unique individual identifier',
  SS: 'Social Security number',
  DL: "Driver's license number",
  PPN: 'Passport number',
  MA: 'Patient Medicaid number',
  MC: "Patient's Medicare number",
  NH: 'National Health Plan Identifier',
  NPI: 'National provider identifier',
  EI: 'Employee number',
  DN: 'Doctor number',
  PRN: 'Provider number',
};

/** Taken out of the list by this message. @see https://terminology.hl7.org/CodeSystem-v2-0206.html */
export const actionDeletes = 'D';

/** @see https://terminology.hl7.org/CodeSystem-v2-0396.html */
export const codingSystems: Readonly<Record<string, string>> = {
  SCT: 'http://snomed.info/sct',
  SNM3: 'http://snomed.info/sct',
  LN: 'http://loinc.org',
  C4: 'http://www.ama-assn.org/go/cpt',
  C5: 'http://www.ama-assn.org/go/cpt',
  CPT: 'http://www.ama-assn.org/go/cpt',
  HCPCS: 'http://terminology.hl7.org/CodeSystem/HCPCS',
  I10: 'http://hl7.org/fhir/sid/icd-10',
  I10C: 'http://hl7.org/fhir/sid/icd-10-cm',
  I9C: 'http://hl7.org/fhir/sid/icd-9-cm',
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0357.html */
export const errorCodes = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '203': 'Unsupported version id',
  '205': 'Duplicate key identifier',
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** Seconds in a unit of time, as ISO 2955, UCUM and senders write them. @see https://www.hl7.eu/HL7v2x/v251/std251/ch02a.html (TQ.3, CQ) */
export const secondsIn: Readonly<Record<string, number>> = {
  S: 1,
  SEC: 1,
  SECS: 1,
  SECOND: 1,
  SECONDS: 1,
  M: 60,
  MN: 60,
  MIN: 60,
  MINS: 60,
  MINUTE: 60,
  MINUTES: 60,
  H: 3_600,
  HR: 3_600,
  HRS: 3_600,
  HOUR: 3_600,
  HOURS: 3_600,
  D: 86_400,
  DAY: 86_400,
  DAYS: 86_400,
};
