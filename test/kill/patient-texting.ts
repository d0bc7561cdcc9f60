import { randomUUID } from 'node:crypto';
import type { Hands } from '../host/hands.ts';
import { answerText, type Place, placeIn } from './told.ts';

/** Lets patients write while the host is up, holds them while it is down, and can call on all of them at once. */
export interface Gate {
  readonly over: boolean;
  open(): Promise<void>;
  /** Passes after a while, or at once when everybody is called on. */
  pause(milliseconds: number): Promise<void>;
  inFlight: number;
  /** Called at each reply, as soon as it is there. */
  replied(): void;
}

/** Everything of one patient that a check needs. */
export interface PatientTexting {
  readonly who: number;
  readonly id: string;
  readonly number: string;
  /** The places whose answer got a reply. */
  readonly acknowledged: Place[];
  readonly unexpected: string[];
  retries: number;
}

const allSaid = /That's everything/;

/**
 * A patient who answers whatever is asked, as fast as they are let. A text whose connection broke is posted again as Twilio does: same
 * MessageSid, same idempotency token; only a reply counts as an acknowledgement.
 */
export async function keepTexting(
  hands: Hands,
  patient: PatientTexting,
  gate: Gate,
  sets: number,
  random: () => number,
): Promise<void> {
  let place = await firstQuestion(hands, patient, gate, 1);
  while (place !== undefined && !gate.over) {
    await gate.pause(20 + random() * 100);
    const reply = await say(hands, patient, gate, answerText(patient.who, place));
    patient.acknowledged.push(place);
    const asked = placeIn(reply);
    if (asked !== undefined) place = asked;
    else if (allSaid.test(reply))
      place = place.set >= sets ? undefined : await firstQuestion(hands, patient, gate, place.set + 1);
    else {
      patient.unexpected.push(reply);
      return;
    }
  }
}

/** The first question of a set comes by a text of ours, through the carrier. */
async function firstQuestion(
  hands: Hands,
  { number }: PatientTexting,
  gate: Gate,
  set: number,
): Promise<Place | undefined> {
  while (!gate.over) {
    await gate.open();
    const shown = await hands.handset(number).catch(() => undefined);
    const places = (shown?.messages ?? []).flatMap(({ direction, body }) =>
      direction.startsWith('in') ? [] : (placeIn(body) ?? []),
    );
    const first = places.find((place) => place.set === set);
    if (first !== undefined) return first;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

/** Posts one text until it got its reply. A text under way is finished even after the end was called. */
async function say(hands: Hands, patient: PatientTexting, gate: Gate, words: string): Promise<string> {
  const { twilio } = hands.endpoints;
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  const token = randomUUID();
  for (let tries = 0; ; tries++) {
    await gate.open();
    if (tries > 0) patient.retries++;
    gate.inFlight++;
    const answer = await hands
      .webhook(
        '/twilio/sms',
        {
          MessageSid: sid,
          AccountSid: twilio.accountSid,
          From: patient.number,
          To: twilio.number,
          Body: words,
          NumMedia: '0',
        },
        { 'i-twilio-idempotency-token': token },
      )
      .catch(() => undefined)
      .finally(() => {
        gate.inFlight--;
      });
    if (answer === undefined) {
      // The connection broke; whoever killed the host has shut the gate or is about to.
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    gate.replied();
    if (answer.status !== 200) throw new Error(`A text was answered with ${answer.status}.`);
    await reportDelivered(hands, answer.text);
    return answer.text;
  }
}

/** The carrier reports what became of our reply, as Twilio does; a report that a kill swallows is one of those that never come. */
async function reportDelivered(hands: Hands, twiml: string): Promise<void> {
  const callback = /statusCallback="([^"]+)"/.exec(twiml)?.[1]?.replaceAll('&amp;', '&');
  if (callback === undefined) return;
  const { pathname, search } = new URL(callback);
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  await hands.webhook(`${pathname}${search}`, { MessageSid: sid, MessageStatus: 'delivered' }).catch(() => undefined);
}
