import { elementsOf, type TwimlElement, textOf } from './twiml-document.ts';

/** What Twilio's debugger would show: one of its error numbers and a sentence. */
export interface TwilioNotice {
  readonly code: number;
  readonly message: string;
}

export type TwimlKind = 'voice' | 'messaging';

interface Rule {
  readonly attributes: readonly string[];
  /** `text`: only text; `speech`: text with SSML; otherwise the elements allowed inside. */
  readonly inside: 'text' | 'speech' | readonly string[];
  /** Whether text may stand beside the elements allowed inside. */
  readonly mixed?: boolean;
}

const SAY: Rule = { attributes: ['voice', 'language', 'loop'], inside: 'speech' };
const PLAY: Rule = { attributes: ['loop', 'digits'], inside: 'text' };
const PAUSE: Rule = { attributes: ['length'], inside: [] };
const REDIRECT: Rule = { attributes: ['method'], inside: 'text' };

/**
 * The voice verbs this stand-in executes, with the attributes Twilio documents for each.
 * @see https://www.twilio.com/docs/voice/twiml
 */
const VOICE: Readonly<Record<string, Rule>> = {
  Say: SAY,
  Play: PLAY,
  Pause: PAUSE,
  Redirect: REDIRECT,
  Hangup: { attributes: [], inside: [] },
  Reject: { attributes: ['reason'], inside: [] },
  Gather: {
    attributes: [
      'action',
      'method',
      'input',
      'timeout',
      'speechTimeout',
      'maxSpeechTime',
      'numDigits',
      'finishOnKey',
      'language',
      'hints',
      'actionOnEmptyResult',
      'bargeIn',
      'dtmfDetection',
      'debug',
      'enhanced',
      'speechModel',
      'profanityFilter',
      'partialResultCallback',
      'partialResultCallbackMethod',
    ],
    inside: ['Say', 'Play', 'Pause'],
  },
  Dial: {
    attributes: [
      'action',
      'method',
      'timeout',
      'callerId',
      'hangupOnStar',
      'timeLimit',
      'record',
      'answerOnBridge',
      'ringTone',
      'trim',
      'sequential',
      'referUrl',
      'referMethod',
      'recordingStatusCallback',
      'recordingStatusCallbackMethod',
      'recordingStatusCallbackEvent',
    ],
    inside: ['Number'],
    mixed: true,
  },
  Message: { attributes: ['to', 'from', 'action', 'method', 'statusCallback'], inside: ['Body', 'Media'], mixed: true },
  Record: {
    attributes: [
      'action',
      'method',
      'timeout',
      'finishOnKey',
      'maxLength',
      'playBeep',
      'trim',
      'recordingStatusCallback',
      'recordingStatusCallbackMethod',
      'recordingStatusCallbackEvent',
      'transcribe',
      'transcribeCallback',
    ],
    inside: [],
  },
};

const NESTED: Readonly<Record<string, Rule>> = {
  Say: SAY,
  Play: PLAY,
  Pause: PAUSE,
  Body: { attributes: [], inside: 'text' },
  Media: { attributes: [], inside: 'text' },
  Number: {
    attributes: ['sendDigits', 'statusCallback', 'statusCallbackEvent', 'statusCallbackMethod', 'byoc'],
    inside: 'text',
  },
};

/** @see https://www.twilio.com/docs/messaging/twiml */
const MESSAGING: Readonly<Record<string, Rule>> = {
  Message: {
    attributes: ['to', 'from', 'action', 'method', 'statusCallback'],
    inside: ['Body', 'Media'],
    mixed: true,
  },
  Redirect: REDIRECT,
};

const SSML = new Set([
  'break',
  'emphasis',
  'lang',
  'p',
  'phoneme',
  'prosody',
  's',
  'say-as',
  'speak',
  'sub',
  'w',
  'amazon:effect',
  'amazon:domain',
]);
const LONGEST_SAY = 4096;

/** What is wrong with a document: `error` stops it from being executed at all, `warnings` are shown while it runs. */
export interface TwimlVerdict {
  readonly error?: TwilioNotice;
  readonly warnings: readonly TwilioNotice[];
}

/**
 * Checks a whole document before anything of it is executed. Stricter than Twilio on purpose: it skips an element it does not know
 * (and logs 12200), here such a document is an error, since it never says what its author meant.
 * @see https://www.twilio.com/docs/api/errors/12200
 */
export function judgeTwiml(root: TwimlElement, kind: TwimlKind): TwimlVerdict {
  if (root.name !== 'Response') {
    return { error: { code: 12100, message: `The root element is <${root.name}>, not <Response>` }, warnings: [] };
  }
  const warnings: TwilioNotice[] = [];
  const refuse = (message: string): TwimlVerdict => ({ error: { code: 12200, message }, warnings });
  if (root.children.some((child) => typeof child === 'string' && child.trim() !== '')) {
    return refuse('Text stands directly inside <Response>');
  }
  const verbs = kind === 'voice' ? VOICE : MESSAGING;

  const judge = (element: TwimlElement, rule: Rule): string | undefined => {
    for (const name of Object.keys(element.attributes)) {
      if (!rule.attributes.includes(name)) {
        warnings.push({
          code: 12200,
          message: `Attribute '${name}' is not allowed to appear in element '${element.name}'`,
        });
      }
    }
    const nested = elementsOf(element);
    if (rule.inside === 'text') return nested[0] && `<${nested[0].name}> is not allowed inside <${element.name}>`;
    if (rule.inside === 'speech') {
      const stranger = nested.find((child) => !SSML.has(child.name));
      if (stranger) return `<${stranger.name}> is not allowed inside <${element.name}>`;
      const text = textOf(element).trim();
      if (text === '' || text.length > LONGEST_SAY) {
        warnings.push({ code: 13520, message: 'Say: Invalid text (empty, or longer than 4096 characters)' });
      }
      return undefined;
    }
    if (rule.mixed !== true && element.children.some((child) => typeof child === 'string' && child.trim() !== '')) {
      return `Text is not allowed inside <${element.name}>`;
    }
    for (const child of nested) {
      const childRule = rule.inside.includes(child.name) ? NESTED[child.name] : undefined;
      if (!childRule) return `<${child.name}> is not allowed inside <${element.name}>`;
      const reason = judge(child, childRule);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };

  for (const verb of elementsOf(root)) {
    const rule = Object.hasOwn(verbs, verb.name) ? verbs[verb.name] : undefined;
    if (!rule) return refuse(`<${verb.name}> is not a ${kind} verb`);
    const reason = judge(verb, rule);
    if (reason !== undefined) return refuse(reason);
  }
  return { warnings };
}
