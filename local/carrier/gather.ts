import type { GatherWait, RecordWait } from './carrier-records.ts';
import type { TwimlElement } from './twiml-document.ts';
import { absoluteUrl } from './twiml-fetch.ts';
import type { Method } from './webhook.ts';

/** POST unless the document says GET. */
export function methodOf(verb: TwimlElement): Method {
  return verb.attributes.method?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}

/** A whole positive number from an attribute, or the default Twilio uses. */
export function numberOf(verb: TwimlElement, attribute: string, otherwise: number): number {
  const value = Number(verb.attributes[attribute]);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

/**
 * What a <Gather> waits for, with Twilio's defaults; `action` defaults to the document it stands in.
 * @see https://www.twilio.com/docs/voice/twiml/gather#attributes
 */
export function gatherOf(verb: TwimlElement, documentUrl: string): GatherWait {
  const input = (verb.attributes.input ?? 'dtmf').split(/[\s,]+/);
  const digits = numberOf(verb, 'numDigits', 0);
  return {
    kind: 'gather',
    input: (['dtmf', 'speech'] as const).filter((way) => input.includes(way)),
    action: absoluteUrl(verb.attributes.action ?? documentUrl, documentUrl),
    method: methodOf(verb),
    timeout: numberOf(verb, 'timeout', 5),
    speechTimeout: verb.attributes.speechTimeout ?? null,
    numDigits: digits === 0 ? null : digits,
    finishOnKey: verb.attributes.finishOnKey ?? '#',
    language: verb.attributes.language ?? 'en-US',
    hints: verb.attributes.hints ?? '',
    bargeIn: verb.attributes.bargeIn !== 'false',
    actionOnEmptyResult: verb.attributes.actionOnEmptyResult === 'true',
  };
}

/** @see https://www.twilio.com/docs/voice/twiml/record#attributes */
export function recordOf(verb: TwimlElement, documentUrl: string): RecordWait {
  return {
    kind: 'record',
    action: absoluteUrl(verb.attributes.action ?? documentUrl, documentUrl),
    method: methodOf(verb),
    finishOnKey: verb.attributes.finishOnKey ?? '1234567890*#',
    maxLength: numberOf(verb, 'maxLength', 3600),
  };
}

export interface KeysRead {
  readonly digits: string;
  readonly finishedOn: string | null;
  /** Keys typed after the gather had ended: nobody heard them. */
  readonly ignored: string;
}

/** Reads keys until the finishing key or the wanted number of digits; when neither comes, the time has run out and what is there counts. */
export function readKeys(gather: Pick<GatherWait, 'finishOnKey' | 'numDigits'>, typed: string): KeysRead {
  for (let index = 0; index < typed.length; index += 1) {
    const key = typed.charAt(index);
    if (gather.finishOnKey.includes(key)) {
      return { digits: typed.slice(0, index), finishedOn: key, ignored: typed.slice(index + 1) };
    }
    if (index + 1 === gather.numDigits) {
      return { digits: typed.slice(0, index + 1), finishedOn: null, ignored: typed.slice(index + 1) };
    }
  }
  return { digits: typed, finishedOn: null, ignored: '' };
}
