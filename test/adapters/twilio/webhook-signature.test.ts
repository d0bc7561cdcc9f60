import { parse } from 'node:querystring';
import fc from 'fast-check';
import {
  getExpectedBodyHash,
  getExpectedTwilioSignature,
  validateRequest,
  validateRequestWithBody,
} from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, test } from 'vitest';
import { createWebhookVerifier } from '../../../adapters/twilio/webhook-signature.ts';

const authToken = '12345';
const publicUrl = 'https://clinic.example';
const FORM = 'application/x-www-form-urlencoded';
const { verify } = createWebhookVerifier({ authToken, publicUrl });

const sign = (url: string, params: Record<string, string | string[]> = {}): string =>
  getExpectedTwilioSignature(authToken, url, params);

const formOf = (params: Record<string, string | readonly string[]>): string =>
  Object.entries(params)
    .flatMap(([key, value]) =>
      (typeof value === 'string' ? [value] : value).map(
        (one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`,
      ),
    )
    .join('&');

const text = fc.string({ unit: fc.constantFrom(...'abz +&=%#?/é😀\'"<>\n1'), maxLength: 20 });
const name = fc.string({ unit: fc.constantFrom(...'ABCabc[]_0'), minLength: 1, maxLength: 8 });
const params = fc.dictionary(name, fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 4 })), {
  maxKeys: 12,
  noNullPrototype: false,
});
const path = fc
  .tuple(fc.constantFrom('/twilio/sms', '/twilio/voice/turn'), fc.dictionary(name, text, { maxKeys: 3 }))
  .map(([route, query]) => {
    const search = new URLSearchParams(query).toString();
    return search === '' ? route : `${route}?${search}`;
  });

describe('a webhook signed with our token', () => {
  test('passes with the example of the Twilio documentation', () => {
    const example = createWebhookVerifier({ authToken: '12345', publicUrl: 'https://mycompany.com' });
    const request = {
      path: '/myapp.php?foo=1&bar=2',
      rawBody: 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212',
      contentType: FORM,
    };
    expect(example.verify({ ...request, signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' })).toBe(true);
    expect(example.verify({ ...request, signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B9=' })).toBe(false);
  });

  test('passes for any path and any form, repeated parameters included', () => {
    fc.assert(
      fc.property(path, params, fc.constantFrom(FORM, `${FORM}; charset=UTF-8`), (where, form, contentType) => {
        const signature = sign(publicUrl + where, form);
        expect(verify({ path: where, rawBody: formOf(form), contentType, signature })).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('passes whether Twilio signed the URL with its port or without, for both schemes', () => {
    for (const [scheme, port] of [
      ['https', 443],
      ['http', 80],
      ['https', 8443],
    ] as const) {
      for (const configured of [`${scheme}://clinic.example`, `${scheme}://clinic.example:${port}`]) {
        const verifier = createWebhookVerifier({ authToken, publicUrl: configured });
        const signedUrls =
          port === 8443 && !configured.endsWith('8443')
            ? [`${scheme}://clinic.example/twilio/sms`]
            : [`${scheme}://clinic.example/twilio/sms`, `${scheme}://clinic.example:${port}/twilio/sms`];
        for (const url of signedUrls) {
          const request = {
            path: '/twilio/sms',
            rawBody: 'Body=hi',
            contentType: FORM,
            signature: sign(url, { Body: 'hi' }),
          };
          expect(verifier.verify(request), `${configured} signed as ${url}`).toBe(true);
        }
      }
    }
  });

  test('passes with a path prefix, a trailing slash of the public URL and percent-encodings kept as they came', () => {
    const prefixed = createWebhookVerifier({ authToken, publicUrl: 'https://clinic.example/prod/' });
    for (const where of [
      '/twilio/voice/turn?t=a%2Fb%20c',
      "/twilio/voice/turn?name=O'Neil",
      '/twilio/voice/turn?x=%7e&y=+',
      '/twilio/sms?',
    ]) {
      const signature = sign(`https://clinic.example/prod${where}`, { A: 'b' });
      expect(prefixed.verify({ path: where, rawBody: 'A=b', contentType: FORM, signature }), where).toBe(true);
    }
  });

  test('passes where the signer had percent-encoded the query', () => {
    const signature = sign('https://clinic.example/twilio/sms?name=O%27Neil', {});
    expect(verify({ path: "/twilio/sms?name=O'Neil", rawBody: '', contentType: undefined, signature })).toBe(true);
  });

  test('passes for a JSON body covered by bodySHA256, and for an empty body', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        const where = `/twilio/sms/status?a=1&bodySHA256=${getExpectedBodyHash(body)}`;
        const signature = sign(publicUrl + where);
        expect(verify({ path: where, rawBody: body, contentType: 'application/json', signature })).toBe(true);
        expect(verify({ path: where, rawBody: `${body} `, contentType: 'application/json', signature })).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(
      verify({
        path: '/twilio/voice',
        rawBody: '',
        contentType: undefined,
        signature: sign(`${publicUrl}/twilio/voice`),
      }),
    ).toBe(true);
  });

  test('passes with more parameters than a query parser takes by default', () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`P${index}`, String(index)]));
    const signature = sign(`${publicUrl}/twilio/sms`, many);
    expect(verify({ path: '/twilio/sms', rawBody: formOf(many), contentType: FORM, signature })).toBe(true);
    expect(verify({ path: '/twilio/sms', rawBody: `${formOf(many)}&Extra=1`, contentType: FORM, signature })).toBe(
      false,
    );
  });
});

describe('anything else', () => {
  test('is refused when a single character of body, path or signature differs', () => {
    fc.assert(
      fc.property(path, params, fc.nat(), fc.constantFrom('body', 'path', 'signature'), (where, form, at, what) => {
        const signature = sign(publicUrl + where, form);
        const request = { path: where, rawBody: formOf(form), contentType: FORM, signature };
        const change = (value: string): string => {
          const index = at % (value.length + 1);
          return `${value.slice(0, index)}~${value.slice(index)}`;
        };
        const changed =
          what === 'body'
            ? { ...request, rawBody: `${request.rawBody}&Zz=1` }
            : what === 'path'
              ? { ...request, path: `/${change(where.slice(1))}` }
              : { ...request, signature: change(signature) };
        expect(verify(changed)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test('is refused when the content type hides the body from the signature', () => {
    const signature = sign(`${publicUrl}/twilio/sms`);
    for (const contentType of [
      undefined,
      'application/json',
      'text/plain',
      'multipart/form-data',
      'application/x-www-form-urlencodedX',
    ]) {
      expect(verify({ path: '/twilio/sms', rawBody: 'Body=forged', contentType, signature })).toBe(false);
    }
  });

  test('is refused when signed as a form but announced as something that a parser reads otherwise', () => {
    const rawBody = 'Body=hi';
    const signature = sign(`${publicUrl}/twilio/sms`, { Body: 'hi' });
    const request = { path: '/twilio/sms', rawBody, signature };
    expect(verify({ ...request, contentType: FORM })).toBe(true);
    for (const contentType of [undefined, 'application/json', 'text/plain']) {
      expect(verify({ ...request, contentType })).toBe(false);
    }
  });

  test('is refused without a signature, with another token, and with garbage, and never throws', () => {
    const request = { path: '/twilio/sms', rawBody: 'Body=hi', contentType: FORM };
    const other = getExpectedTwilioSignature('other', `${publicUrl}/twilio/sms`, { Body: 'hi' });
    for (const signature of [undefined, '', 'x', other, '\u0000', 'é'.repeat(28)])
      expect(verify({ ...request, signature })).toBe(false);
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.option(fc.string(), { nil: undefined }),
        fc.string(),
        (where, rawBody, contentType, signature) => {
          expect(verify({ path: where, rawBody, contentType, signature })).toBe(false);
        },
      ),
    );
  });

  test('gets the same verdict as from Twilio, for any signed form', () => {
    fc.assert(
      fc.property(path, params, params, (where, form, other) => {
        const signature = sign(publicUrl + where, other);
        const rawBody = formOf(form);
        const twilio = validateRequest(authToken, signature, publicUrl + where, parse(rawBody));
        expect(verify({ path: where, rawBody, contentType: FORM, signature })).toBe(twilio);
      }),
    );
    const where = `/twilio/sms?bodySHA256=${getExpectedBodyHash('{}')}`;
    const signature = sign(publicUrl + where);
    for (const rawBody of ['{}', '[]']) {
      expect(verify({ path: where, rawBody, contentType: 'application/json', signature })).toBe(
        validateRequestWithBody(authToken, signature, publicUrl + where, rawBody),
      );
    }
  });
});

test('a verifier without a token, or without a public URL, is not made', () => {
  for (const empty of ['', ' ', '\n']) {
    expect(() => createWebhookVerifier({ authToken: empty, publicUrl })).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_MISSING' }),
    );
  }
  expect(() => createWebhookVerifier({ authToken, publicUrl: '' })).toThrow(
    expect.objectContaining({ code: 'CONFIGURATION_MISSING' }),
  );
});
