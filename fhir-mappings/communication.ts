import type { Coding, Communication, Reference } from 'fhir/r4.js';
import type { Channel } from '../domain/intake/answer.ts';
import { ourselves, systems } from './systems.ts';

export interface CommunicationInput {
  /** Our message's id, or the carrier's for one received. */
  readonly message: string;
  readonly direction: 'sent' | 'received';
  readonly outcome: CommunicationOutcome;
  readonly channel: Channel;
  /** ISO instant. */
  readonly at: string;
  /** `Patient/{id}`: whom it is about. */
  readonly patient: string;
  /** Who wrote or read it when that was not the patient: `RelatedPerson/{id}`. */
  readonly person?: string;
  readonly words?: string;
  readonly media?: readonly { readonly url: string; readonly contentType: string }[];
  readonly encounter?: string;
  /** What it belongs to: Appointment, Task, QuestionnaireResponse. */
  readonly about?: readonly string[];
  /** Why it did not arrive, for staff. */
  readonly reason?: string;
}

export type CommunicationOutcome = 'on-its-way' | 'arrived' | 'not-delivered' | 'withheld';

/** @see https://hl7.org/fhir/R4/valueset-event-status.html */
const statuses: Record<CommunicationOutcome, Communication['status']> = {
  'on-its-way': 'in-progress',
  arrived: 'completed',
  'not-delivered': 'stopped',
  withheld: 'not-done',
};

const participationMode = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationMode';

/** FHIR's own list has no code for a text message; ours stands beside the nearest. @see https://terminology.hl7.org/CodeSystem-v3-ParticipationMode.html */
const mediums: Record<Channel, Coding> = {
  sms: { system: participationMode, code: 'TYPEWRIT', display: 'typewritten' },
  mms: { system: participationMode, code: 'TYPEWRIT', display: 'typewritten' },
  'voice-keypad': { system: participationMode, code: 'PHONE', display: 'telephone' },
  'voice-speech': { system: participationMode, code: 'PHONE', display: 'telephone' },
  page: { system: participationMode, code: 'ONLINEWRIT', display: 'online written' },
  desk: { system: participationMode, code: 'FACE', display: 'face-to-face' },
};

/** One message to or from a patient. @see https://hl7.org/fhir/R4/communication.html */
export function toCommunication(input: CommunicationInput): Communication {
  const { direction, patient, person, words, media = [], about = [], encounter, reason, at } = input;
  const other: Reference = { reference: person ?? patient };
  const payload = [
    ...(words?.trim() ? [{ contentString: words }] : []),
    ...media.map(({ url, contentType }) => ({ contentAttachment: { url, contentType } })),
  ];
  return {
    resourceType: 'Communication',
    identifier: [{ system: systems.message, value: input.message }],
    status: statuses[input.outcome],
    ...(reason === undefined ? {} : { statusReason: { text: reason } }),
    medium: [{ coding: [mediums[input.channel], { system: systems.channel, code: input.channel }] }],
    subject: { reference: patient },
    ...(about.length === 0 ? {} : { about: about.map((reference) => ({ reference })) }),
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    ...(direction === 'sent'
      ? { sent: at, sender: { ...ourselves }, recipient: [other] }
      : { received: at, sender: other, recipient: [{ ...ourselves }] }),
    ...(payload.length === 0 ? {} : { payload }),
  };
}
