import type { Language } from '../../domain/guidance/language.ts';
import type { Gathering, SmsReply, Spoken, VoiceReply, VoiceStep } from '../../edge/reply.ts';

/**
 * How each language is spoken and heard: voices of one family, so that a call that changes language keeps its character.
 * @see https://www.twilio.com/docs/voice/twiml/say/text-speech#available-voices-and-languages
 * @see https://www.twilio.com/docs/voice/twiml/gather#languagetags
 */
const SPEECH = {
  en: { locale: 'en-US', voice: 'Polly.Joanna-Neural' },
  es: { locale: 'es-US', voice: 'Polly.Lupe-Neural' },
  pl: { locale: 'pl-PL', voice: 'Polly.Ola-Neural' },
} as const satisfies Record<Language, { locale: string; voice: string }>;

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

// XML 1.0 has no way at all to carry these: control characters, halves of surrogate pairs, U+FFFE and U+FFFF.
// @see https://www.w3.org/TR/xml/#charsets
const UNCARRIABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};
const entity = (character: string): string => ENTITIES[character] ?? character;

const text = (value: string): string => value.replace(UNCARRIABLE, '').replace(/[&<>\r]/g, entity);
const attribute = (value: string): string => value.replace(UNCARRIABLE, '').replace(/[&<"\t\n\r]/g, entity);

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

function element(name: string, attributes: Attributes, inside = ''): string {
  let open = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) open += ` ${key}="${attribute(String(value))}"`;
  }
  return inside === '' ? `${open}/>` : `${open}>${inside}</${name}>`;
}

const response = (inside: string): string => DECLARATION + element('Response', {}, inside);

/** The texts to send back; no messages give an empty response, which Twilio takes as "say nothing". */
export function renderSms(reply: SmsReply): string {
  return response(
    reply.messages.map(({ body, statusCallback }) => element('Message', { statusCallback }, text(body))).join(''),
  );
}

/** What the call does next. Data is only ever text or an attribute's value; no markup in it survives. */
export function renderVoice(reply: VoiceReply): string {
  return response(reply.steps.map(step).join(''));
}

function step(one: VoiceStep): string {
  switch (one.do) {
    case 'say':
      return say(one);
    case 'gather':
      return gather(one);
    case 'redirect':
      return element('Redirect', { method: 'POST' }, text(one.to));
    case 'dial':
      return element('Dial', { action: one.action, timeout: one.timeout, callerId: one.callerId }, text(one.number));
    case 'hangup':
      return element('Hangup', {});
    case 'pause':
      return element('Pause', { length: one.seconds });
    case 'play':
      return element('Play', {}, text(one.url));
  }
}

function say(spoken: Spoken): string {
  const { locale, voice } = SPEECH[spoken.language];
  return element('Say', { voice, language: locale }, text(spoken.text));
}

function gather(one: Gathering): string {
  const attributes: Attributes = {
    input: one.input.join(' '),
    action: one.action,
    method: 'POST',
    timeout: one.timeout,
    speechTimeout: one.speechTimeout,
    numDigits: one.numDigits,
    finishOnKey: one.finishOnKey,
    language: SPEECH[one.language].locale,
    hints: hints(one.hints),
    bargeIn: one.bargeIn,
    profanityFilter: one.profanityFilter,
    actionOnEmptyResult: one.actionOnEmptyResult,
  };
  return element('Gather', attributes, one.say.map(say).join(''));
}

/**
 * Twilio takes at most 500 hints of at most 100 characters, separated by commas; one too long is left out rather than cut to another word.
 * @see https://www.twilio.com/docs/voice/twiml/gather#hints
 */
function hints(phrases: readonly string[] | undefined): string | undefined {
  const usable = (phrases ?? [])
    .map((phrase) => phrase.replace(/[,\s]+/g, ' ').trim())
    .filter((phrase) => phrase !== '' && phrase.length <= 100);
  return usable.length === 0 ? undefined : usable.slice(0, 500).join(',');
}
