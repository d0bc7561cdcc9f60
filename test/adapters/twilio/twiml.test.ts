import fc from 'fast-check';
import MessagingResponse from 'twilio/lib/twiml/MessagingResponse.js';
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { describe, expect, test } from 'vitest';
import { renderSms, renderVoice } from '../../../adapters/twilio/twiml.ts';
import type { Language } from '../../../domain/guidance/language.ts';
import type { VoiceReply, VoiceStep } from '../../../edge/reply.ts';

type Gather = Extract<VoiceStep, { do: 'gather' }>;

const voices = {
  en: { voice: 'Polly.Joanna-Neural', language: 'en-US' },
  es: { voice: 'Polly.Lupe-Neural', language: 'es-US' },
  pl: { voice: 'Polly.Ola-Neural', language: 'pl-PL' },
} as const;

/** The same reply drawn by Twilio's own builder, written independently of ours. */
function byTwilio(reply: VoiceReply): string {
  const twiml = new VoiceResponse();
  for (const step of reply.steps) {
    if (step.do === 'say') twiml.say(voices[step.language], step.text);
    if (step.do === 'redirect') twiml.redirect({ method: 'POST' }, step.to);
    if (step.do === 'hangup') twiml.hangup();
    if (step.do === 'pause') twiml.pause({ length: step.seconds });
    if (step.do === 'play') twiml.play(step.url);
    if (step.do === 'dial') {
      twiml.dial(
        {
          ...(step.action === undefined ? {} : { action: step.action }),
          ...(step.timeout === undefined ? {} : { timeout: step.timeout }),
          ...(step.callerId === undefined ? {} : { callerId: step.callerId }),
        },
        step.number,
      );
    }
    if (step.do === 'gather') {
      const gather = twiml.gather({
        input: [...step.input],
        action: step.action,
        method: 'POST',
        timeout: step.timeout,
        ...(step.speechTimeout === undefined ? {} : { speechTimeout: String(step.speechTimeout) }),
        ...(step.numDigits === undefined ? {} : { numDigits: step.numDigits }),
        finishOnKey: step.finishOnKey,
        language: voices[step.language].language,
        ...(step.hints === undefined || step.hints.length === 0 ? {} : { hints: step.hints.join(',') }),
        bargeIn: step.bargeIn,
        ...(step.profanityFilter === undefined ? {} : { profanityFilter: step.profanityFilter }),
        ...(step.actionOnEmptyResult === undefined ? {} : { actionOnEmptyResult: step.actionOnEmptyResult }),
      });
      for (const spoken of step.say) gather.say(voices[spoken.language], spoken.text);
    }
  }
  return twiml.toString();
}

const language = fc.constantFrom<Language>('en', 'es', 'pl');
const words = fc.string({ unit: fc.constantFrom(...'abc &<>"\'\t\n\r]é😀;#1'), minLength: 1, maxLength: 30 });
const url = fc.webUrl({ withQueryParameters: true });
const spoken = fc.record({ text: words, language });
const gather: fc.Arbitrary<Gather> = fc.record(
  {
    do: fc.constant('gather' as const),
    say: fc.array(spoken, { maxLength: 3 }),
    action: fc.oneof(url, words),
    input: fc.constantFrom<('dtmf' | 'speech')[]>(['dtmf', 'speech'], ['dtmf'], ['speech']),
    finishOnKey: fc.constantFrom('#', '*', ''),
    numDigits: fc.integer({ min: 1, max: 20 }),
    timeout: fc.integer({ min: 1, max: 60 }),
    speechTimeout: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 10 })),
    language,
    hints: fc.array(fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8})?$/), { maxLength: 4 }),
    bargeIn: fc.boolean(),
    profanityFilter: fc.boolean(),
    actionOnEmptyResult: fc.boolean(),
  },
  { requiredKeys: ['do', 'say', 'action', 'input', 'finishOnKey', 'timeout', 'language', 'bargeIn'] },
);
const step: fc.Arbitrary<VoiceStep> = fc.oneof(
  spoken.map((one) => ({ do: 'say' as const, ...one })),
  gather,
  fc.record({ do: fc.constant('redirect' as const), to: url }),
  fc.record(
    {
      do: fc.constant('dial' as const),
      number: fc.stringMatching(/^\+\d{8,15}$/),
      action: url,
      timeout: fc.nat(60),
      callerId: fc.stringMatching(/^\+\d{8,15}$/),
    },
    { requiredKeys: ['do', 'number'] },
  ),
  fc.constant({ do: 'hangup' as const }),
  fc.record({ do: fc.constant('pause' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant('play' as const), url }),
);

describe('a spoken reply', () => {
  test('is drawn character for character as by the builder of Twilio', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 6 }).map((steps) => ({ steps })),
        (reply) => {
          expect(renderVoice(reply)).toBe(byTwilio(reply));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('carries no markup from data, only the elements that were asked for', () => {
    const hostile = '</Say><Dial>+15550009999</Dial><Say>]]><!--&#x0;';
    const reply: VoiceReply = {
      steps: [
        { do: 'say', text: hostile, language: 'en' },
        { do: 'redirect', to: `https://x/"><Hangup/>${hostile}` },
        {
          do: 'gather',
          say: [{ text: hostile, language: 'pl' }],
          action: `https://x/?a="/><Hangup/>`,
          input: ['dtmf'],
          finishOnKey: '">',
          timeout: 5,
          language: 'en',
          hints: [hostile],
          bargeIn: true,
        },
      ],
    };
    const tags = renderVoice(reply).match(/<\/?[A-Za-z]+/g);
    expect(tags).toEqual([
      '<Response',
      '<Say',
      '</Say',
      '<Redirect',
      '</Redirect',
      '<Gather',
      '<Say',
      '</Say',
      '</Gather',
      '</Response',
    ]);
  });

  test('leaves out hints that Twilio would refuse, and commas inside them', () => {
    const gathering = (hints: string[]): Gather => ({
      do: 'gather',
      say: [],
      action: 'https://x/',
      input: ['speech'],
      finishOnKey: '#',
      timeout: 5,
      language: 'es',
      hints,
      bargeIn: true,
    });
    const hintsOf = (hints: string[]) => renderVoice({ steps: [gathering(hints)] }).match(/hints="([^"]*)"/)?.[1];
    expect(hintsOf(['left, right', ' ', 'x'.repeat(101), 'sí'])).toBe('left right,sí');
    expect(hintsOf([])).toBeUndefined();
    expect(hintsOf(Array.from({ length: 600 }, (_, index) => `h${index}`))?.split(',')).toHaveLength(500);
  });
});

describe('a text reply', () => {
  test('is drawn character for character as by the builder of Twilio', () => {
    const messages = fc.array(
      fc.record({ body: words, statusCallback: fc.oneof(url, words) }, { requiredKeys: ['body'] }),
      {
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(messages, (list) => {
        const twiml = new MessagingResponse();
        for (const { body, statusCallback } of list)
          twiml.message(statusCallback === undefined ? {} : { statusCallback }, body);
        expect(renderSms({ messages: list })).toBe(twiml.toString());
      }),
      { numRuns: 1000 },
    );
  });

  test('without a message is the empty response', () => {
    expect(renderSms({ messages: [] })).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
  });

  test('loses the characters that XML cannot carry, and no others', () => {
    expect(renderSms({ messages: [{ body: 'a\u0000b\u0008c\u001Bd\uD800e\uFFFEf😀\tg\nh' }] })).toContain(
      '<Message>abcdef😀\tg\nh</Message>',
    );
    expect(renderSms({ messages: [{ body: 'x', statusCallback: 'https://x/?a\u0000=1&b=2' }] })).toContain(
      'statusCallback="https://x/?a=1&amp;b=2"',
    );
  });

  test('never throws and is always well-formed, whatever the words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        const xml = renderSms({ messages: [{ body }] });
        const inside =
          /^<\?xml version="1\.0" encoding="UTF-8"\?><Response>(?:<Message>([^<>]*)<\/Message>|<Message\/>)<\/Response>$/u.exec(
            xml,
          );
        expect(inside).not.toBeNull();
        expect(inside?.[1] ?? '').not.toMatch(/&(?!amp;|lt;|gt;|#xD;)/);
      }),
      { numRuns: 1000 },
    );
  });
});
