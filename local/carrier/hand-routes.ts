import type { Calls, HandResult } from './calls.ts';
import type { CarrierContext } from './carrier-context.ts';
import { readFaults } from './faults.ts';
import { callView, gatheringOf, messageView } from './handset-view.ts';
import { type Answer, json, readObject } from './http-answer.ts';
import { LONGEST_BODY, type Messages, type ReceivedMedia } from './messages.ts';
import { Refusal } from './refusal.ts';

const MOST_MEDIA = 10;
const LARGEST_MEDIA = 5 * 1024 * 1024;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]+$/i;
/** A full number, or a short code such as some networks send from. */
const HANDSET = /^(\+[1-9]\d{6,14}|\d{3,8})$/;
const KEYS = /^[0-9*#]{1,64}$/;

/** Reads the media of a handset's message: base64, or a URL to fetch them from. */
async function readMedia(value: unknown): Promise<ReceivedMedia[]> {
  if (value === undefined) return [];
  const wrong = new Refusal(
    400,
    'Media not understood',
    `Send "media" as a list of at most ${MOST_MEDIA} objects {contentType, data} (base64) or {contentType, url}, each up to 5 MB.`,
  );
  if (!Array.isArray(value) || value.length > MOST_MEDIA) throw wrong;
  const list: readonly unknown[] = value;
  return Promise.all(
    list.map(async (item) => {
      if (typeof item !== 'object' || item === null) throw wrong;
      const { contentType, data, url } = item as Partial<Record<'contentType' | 'data' | 'url', unknown>>;
      if (typeof contentType !== 'string' || !MEDIA_TYPE.test(contentType)) throw wrong;
      let bytes: Uint8Array;
      if (typeof data === 'string' && /^[A-Za-z0-9+/\s]*={0,2}$/.test(data)) bytes = Buffer.from(data, 'base64');
      else if (typeof url === 'string' && URL.canParse(url)) {
        const answer = await fetch(url).catch(() => undefined);
        if (!answer?.ok) throw wrong;
        bytes = new Uint8Array(await answer.arrayBuffer());
      } else throw wrong;
      if (bytes.length > LARGEST_MEDIA) throw wrong;
      return { contentType, data: bytes };
    }),
  );
}

function textField(body: Readonly<Record<string, unknown>>, name: string, detail: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Refusal(400, `No ${name}`, detail);
  return value;
}

/** The routes for hands and tests. Each verb answers once our reply was executed. */
export function createHandRoutes(
  context: CarrierContext,
  parts: { messages: Messages; calls: Calls },
): (method: string, path: string, body: Buffer) => Promise<Answer> | Answer {
  const { store, deliveries } = context;

  const handsetOf = (segment: string): string => {
    let number = segment;
    try {
      number = decodeURIComponent(segment);
    } catch {
      // Left as it was written: the check below refuses it.
    }
    number = number.replace(/^ /, '+');
    if (HANDSET.test(number) && number !== context.number) return number;
    throw new Refusal(
      400,
      'Not a handset',
      "Use a number in E.164 such as /handsets/+15550100123, and not the clinic's own.",
    );
  };

  const refuseCallsWhileDown = (): void => {
    if (!deliveries.faults().unavailable) return;
    throw new Refusal(503, 'The carrier is down', 'The fault "unavailable" is on; POST /faults {} ends it.');
  };

  const text = async (handset: string, body: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const media = await readMedia(body.media);
    const words = body.body ?? '';
    if (typeof words !== 'string' || words.length > LONGEST_BODY) {
      throw new Refusal(400, 'Body not understood', `Send "body" as a text of at most ${LONGEST_BODY} characters.`);
    }
    const accepted = parts.messages.accept(handset, words, media);
    const { sid } = accepted.message;
    if (deliveries.faults().unavailable) {
      deliveries.background(async () => void (await accepted.deliver()));
      return json(202, { messageSid: sid, status: 'queued', replies: [], notices: accepted.notices });
    }
    const received = await deliveries.track(accepted.deliver);
    const { replies, notices } = received;
    return json(200, { messageSid: sid, status: received.message.status, replies, notices });
  };

  const told = (result: HandResult): Answer => {
    const { call, said, ignored } = result;
    const { recording, dialing } = callView(call, store);
    return json(200, {
      callSid: call.sid,
      status: call.status,
      said,
      gathering: gatheringOf(call),
      ...(recording === null ? {} : { recording }),
      ...(dialing.length === 0 ? {} : { dialing }),
      ...(ignored === undefined ? {} : { ignored }),
    });
  };

  const callVerb = (sid: string, verb: string, body: Readonly<Record<string, unknown>>): Promise<HandResult> => {
    const { calls } = parts;
    switch (verb) {
      case 'digits': {
        const digits = textField(body, 'digits', 'Send {"digits": "1"}: the keys 0 to 9, * and #.');
        if (!KEYS.test(digits)) throw new Refusal(400, 'Not keys', 'Send 1 to 64 of the keys 0 to 9, * and #.');
        return calls.digits(sid, digits);
      }
      case 'speech': {
        const spoken = textField(body, 'text', 'Send {"text": "yes please", "confidence": 0.93}.');
        const confidence = body.confidence ?? 0.9;
        if (typeof confidence !== 'number' || confidence < 0 || confidence > 1) {
          throw new Refusal(400, 'Not a confidence', 'Send "confidence" as a number from 0 to 1.');
        }
        return calls.speech(sid, spoken, confidence);
      }
      case 'silence':
        return calls.silence(sid);
      case 'hangup':
        return calls.hangup(sid);
      case 'answer':
        return calls.answer(sid);
      default:
        throw new Refusal(404, 'No such verb', 'A call takes digits, speech, silence, hangup and answer.');
    }
  };

  return async (method, path, raw) => {
    const [first = '', second = '', third = '', ...rest] = path.slice(1).split('/');
    const route = `${method} ${first}`;
    if (rest.length === 0 && route === 'GET handsets') {
      if (second === '') {
        const known = store.handsets().map((e164) => {
          const messages = store.messagesOf(e164).length;
          return { e164, messages, calls: store.callsOf(e164).length, blocked: store.isBlocked(e164) };
        });
        return json(200, { handsets: known });
      }
      if (third === '') {
        const e164 = handsetOf(second);
        return json(200, {
          e164,
          blocked: store.isBlocked(e164),
          messages: store.messagesOf(e164).map(messageView),
          calls: store.callsOf(e164).map((call) => callView(call, store)),
        });
      }
    }
    if (rest.length === 0 && route === 'POST handsets') {
      const handset = handsetOf(second);
      if (third === 'messages') return text(handset, readObject(raw));
      if (third === 'calls') {
        refuseCallsWhileDown();
        return told(await deliveries.track(() => parts.calls.dialIn(handset)));
      }
    }
    if (rest.length === 0 && route === 'POST calls' && third !== '') {
      refuseCallsWhileDown();
      const body = readObject(raw);
      return told(await deliveries.track(async () => callVerb(second, third, body)));
    }
    if (second === '' && route === 'GET faults') return json(200, deliveries.faults());
    if (second === '' && route === 'POST faults') {
      const faults = readFaults(readObject(raw));
      if (typeof faults === 'string') throw new Refusal(400, 'Fault not understood', faults);
      deliveries.setFaults(faults);
      return json(200, faults);
    }
    if (second === '' && route === 'GET errors') return json(200, { errors: store.errors() });
    throw new Refusal(
      404,
      'No such route',
      'There are /handsets, /handsets/{e164}, /handsets/{e164}/messages, /handsets/{e164}/calls, /calls/{sid}/{verb}, /faults and /errors.',
    );
  };
}
