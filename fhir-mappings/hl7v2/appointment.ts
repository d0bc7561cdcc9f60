import type { Appointment, CodeableConcept, Identifier } from 'fhir/r4.js';
import { present } from '../present.ts';
import { conceptOf } from './coded.ts';
import {
  type Field,
  firstOf,
  type Message,
  part,
  repetitions,
  type Segment,
  segmentOf,
  segmentsOf,
  textAt,
} from './message.ts';
import { type MappingContext, type Numbered, numberedEi, numberedPlace, numberedXcn } from './systems.ts';
import { actionDeletes, appointmentReasons, bookingKinds, fillerStatuses, inTable, type Trigger } from './tables.ts';
import { type VisitTime, visitTimeIn } from './visit-time.ts';

/** Somebody or some place that a visit needs, as the message names them; whether the EHR knows them is found out later. */
export interface Named {
  readonly type: 'Practitioner' | 'Location';
  readonly number?: Numbered;
  readonly display?: string;
}

/** Each part is kept by the newest message that speaks of it; what it does not speak of is not there. */
export interface AppointmentSaid {
  readonly status?: Appointment['status'];
  readonly time?: VisitTime;
  readonly type?: CodeableConcept;
  readonly services?: readonly CodeableConcept[];
  readonly reason?: CodeableConcept;
  readonly cancelled?: CodeableConcept;
  readonly comment?: string;
  readonly practitioners?: readonly Named[];
  readonly locations?: readonly Named[];
}
export type AppointmentPart = keyof AppointmentSaid;

export interface AppointmentStatement {
  /** The filler's number, else the placer's: what it is looked up by, and made under. */
  readonly primary: Numbered;
  /** All of its numbers, the primary first. */
  readonly numbers: readonly Numbered[];
  readonly identifiers: readonly Identifier[];
  /** A message that only changes something does not say that the visit stands: people may have come since. */
  readonly isChange: boolean;
  readonly said: AppointmentSaid;
}

type Booking = Extract<Trigger, { subject: 'appointment' }>;

/** A visit as a SIU message describes it; undefined where it has no number. Never throws. @see https://www.hl7.eu/HL7v2x/v251/std251/ch10.html */
export function appointmentIn(
  message: Message,
  trigger: Booking,
  sender: Field | undefined,
  context: MappingContext,
): AppointmentStatement | undefined {
  const sch = segmentOf(message, 'SCH');
  const numbered = [
    { number: numberAt(message, sch, 2, 'filler', sender, context), code: 'FILL', display: 'Filler Identifier' },
    { number: numberAt(message, sch, 1, 'placer', sender, context), code: 'PLAC', display: 'Placer Identifier' },
  ].flatMap(({ number, ...type }) => (number === undefined ? [] : [{ number, ...type }]));
  const [primary] = numbered;
  if (primary === undefined) return undefined;
  return {
    primary: primary.number,
    numbers: numbered.map(({ number }) => number),
    identifiers: numbered.map(({ number: { system, value }, code, display }) => ({
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code, display }] },
      system,
      value,
    })),
    isChange: trigger.status === undefined,
    said: present({
      status: statusIn(message, sch, trigger),
      time: visitTimeIn(message, context.timeZone),
      type: typeIn(message, sch),
      services: someOf(
        segmentsOf(message, 'AIS')
          .filter((ais) => isKept(message, ais))
          .flatMap((ais) => conceptOf(firstOf(message, ais, 3)) ?? []),
      ),
      reason: reasonIn(message, sch),
      cancelled: trigger.status === 'cancelled' ? conceptOf(firstOf(message, sch, 6)) : undefined,
      comment: commentIn(message),
      practitioners: namedIn(message, 'AIP', (field) => practitionerOf(field, sender, context)),
      locations: namedIn(message, 'AIL', (field) => locationOf(field, sender, context)),
    }),
  };
}

/** A visit that comes again and again has one number and counts: the second is another visit than the first. */
function numberAt(
  message: Message,
  sch: Segment | undefined,
  field: number,
  kind: 'filler' | 'placer',
  sender: Field | undefined,
  context: MappingContext,
): Numbered | undefined {
  const number = numberedEi(firstOf(message, sch, field), 'appointments', kind, sender, context);
  const occurrence = Number(textAt(message, sch, 3));
  return number !== undefined && Number.isInteger(occurrence) && occurrence > 1
    ? { ...number, value: `${number.value}/${occurrence}` }
    : number;
}

/** What ends a visit, the event says; otherwise SCH-25, then the kind of booking, then the event. */
function statusIn(message: Message, sch: Segment | undefined, { status, mustSayWhen }: Booking) {
  if (status !== undefined && !mustSayWhen) return status;
  return (
    inTable(fillerStatuses, textAt(message, sch, 25)) ??
    inTable(bookingKinds, textAt(message, sch, 8))?.status ??
    status
  );
}

/** SCH-7 where it is one of table 0276, and what SCH-8 says beside the kind of booking: content chooses by these. */
function typeIn(message: Message, sch: Segment | undefined): CodeableConcept | undefined {
  const [reason, type] = [firstOf(message, sch, 7), firstOf(message, sch, 8)];
  const standard = [part(reason), part(type)]
    .map((code) => inTable(appointmentReasons, code))
    .find((known) => known !== undefined);
  const own = inTable(bookingKinds, part(type)) ?? inTable(appointmentReasons, part(type));
  const other = own === undefined ? conceptOf(type) : undefined;
  const coding = [
    ...(standard === undefined ? [] : [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', ...standard }]),
    ...(other?.coding ?? []),
  ];
  if (coding.length === 0 && other?.text === undefined) return undefined;
  return { ...(coding.length === 0 ? {} : { coding }), ...present({ text: other?.text }) };
}

function reasonIn(message: Message, sch: Segment | undefined): CodeableConcept | undefined {
  const reason = firstOf(message, sch, 7);
  return inTable(appointmentReasons, part(reason)) === undefined ? conceptOf(reason) : undefined;
}

/** The notes on the visit itself stand between SCH and the patient; those on its resources are for whoever prepares them. */
function commentIn(message: Message): string | undefined {
  const { segments } = message;
  const from = segments.findIndex(({ name }) => name === 'SCH');
  const rest = from < 0 ? [] : segments.slice(from + 1);
  const next = rest.findIndex(({ name }) => name !== 'NTE' && name !== 'TQ1');
  const notes = rest.slice(0, next < 0 ? rest.length : next).filter(({ name }) => name === 'NTE');
  const words = notes.flatMap((note) => textAt(message, note, 3) ?? []);
  return words.length === 0 ? undefined : words.join('\n');
}

function isKept(message: Message, segment: Segment): boolean {
  return textAt(message, segment, 2)?.toUpperCase() !== actionDeletes;
}

/** Absent where the message has no such segment; a message that has them has them all. */
function namedIn(
  message: Message,
  segment: 'AIP' | 'AIL',
  read: (field: Field) => Named | undefined,
): readonly Named[] | undefined {
  const all = segmentsOf(message, segment);
  if (all.length === 0) return undefined;
  const found = all
    .filter((each) => isKept(message, each))
    .flatMap((each) => repetitions(message, each, 3).slice(0, 1))
    .flatMap((field) => read(field) ?? []);
  return found.filter((one, at) => found.findIndex((other) => same(one, other)) === at);
}

function same(one: Named, other: Named): boolean {
  return one.number === undefined
    ? one.display === other.display && other.number === undefined
    : one.number.system === other.number?.system && one.number.value === other.number.value;
}

function someOf<T>(all: readonly T[]): readonly T[] | undefined {
  return all.length === 0 ? undefined : all;
}

/** An XCN. @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-datatype-xcn-to-practitioner.html */
function practitionerOf(field: Field, sender: Field | undefined, context: MappingContext): Named | undefined {
  const name = [part(field, 6), part(field, 3), part(field, 2), part(field, 5)].filter((each) => each !== undefined);
  const display = name.length === 0 ? undefined : name.join(' ');
  const number = numberedXcn(field, sender, context);
  return number === undefined && display === undefined
    ? undefined
    : { type: 'Practitioner', ...present({ number, display }) };
}

/** A PL: point of care, room and bed make its number within the facility. @see https://hl7.org/fhir/uv/v2mappings/ConceptMap-datatype-pl-to-location.html */
function locationOf(field: Field, sender: Field | undefined, context: MappingContext): Named | undefined {
  const within = [part(field, 1), part(field, 2), part(field, 3)].filter((each) => each !== undefined);
  const around = [part(field, 4), part(field, 7), part(field, 8)].filter((each) => each !== undefined);
  const display =
    part(field, 9) ?? (within.length + around.length === 0 ? undefined : [...within, ...around].join(', '));
  const number = within.length === 0 ? undefined : numberedPlace(within.join('/'), field, 4, sender, context);
  return number === undefined && display === undefined
    ? undefined
    : { type: 'Location', ...present({ number, display }) };
}
