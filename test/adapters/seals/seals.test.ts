import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPhoneHash } from '../../../adapters/seals/phone-hash.ts';
import { createSeals } from '../../../adapters/seals/seals.ts';
import type { SealPurpose } from '../../../domain/ports/seals.ts';

const secret = 'a secret of the clinic, 32 bytes or more';
const other = 'another secret, just as long as the first';
const seals = createSeals({ secret });
const expires = new Date('2026-11-23T00:00:00Z');
const before = new Date('2026-11-22T23:59:59.999Z');
const purpose = fc.constantFrom<SealPurpose>('call', 'page', 'desk', 'session', 'launch');
const content = fc
  .dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5, noNullPrototype: true })
  .map((one) => JSON.parse(JSON.stringify(one)));

describe('what is sealed', () => {
  test('opens as it was for its purpose until it expires', () => {
    fc.assert(
      fc.property(purpose, content, (one, inside) => {
        const sealed = seals.seal(one, inside, expires);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(seals.open(one, sealed, before)).toEqual({ is: 'open', content: inside });
        expect(seals.open(one, sealed, expires)).toEqual({ is: 'expired' });
      }),
      { numRuns: 500 },
    );
  });

  test('does not open for another purpose', () => {
    const sealed = seals.seal('page', { story: 's1' }, expires);
    for (const wrong of ['call', 'desk', 'session', 'launch'] as const)
      expect(seals.open(wrong, sealed, before)).toEqual({ is: 'forged' });
  });

  test('does not open when any character of it is changed, added or taken away', () => {
    const sealed = seals.seal('page', { story: 's1', question: 'q4' }, expires);
    for (let at = 0; at < sealed.length; at += 1) {
      const swapped = sealed[at] === 'A' ? 'B' : 'A';
      expect(seals.open('page', sealed.slice(0, at) + swapped + sealed.slice(at + 1), before)).toEqual({
        is: 'forged',
      });
      expect(seals.open('page', sealed.slice(0, at) + sealed.slice(at + 1), before)).toEqual({ is: 'forged' });
    }
    for (const changed of [`${sealed}=`, `${sealed}.`, ` ${sealed}`, `${sealed}A`, sealed.replace(/./, '$&!')]) {
      expect(seals.open('page', changed, before)).toEqual({ is: 'forged' });
    }
  });

  test('shows nothing of its content', () => {
    const bytes = Buffer.from(seals.seal('page', { name: 'Kowalska' }, expires), 'base64url');
    expect(bytes.includes('Kowalska')).toBe(false);
    expect(bytes.includes('name')).toBe(false);
  });

  test('is the same token for the same content, in whatever order its keys came, and another for anything else', () => {
    const sealed = seals.seal('page', { a: 1, b: { c: 2, d: [1, { y: 1, x: 2 }] } }, expires);
    expect(seals.seal('page', { b: { d: [1, { x: 2, y: 1 }], c: 2 }, a: 1 }, expires)).toBe(sealed);
    const others = [
      seals.seal('desk', { a: 1, b: { c: 2, d: [1, { y: 1, x: 2 }] } }, expires),
      seals.seal('page', { a: 1, b: { c: 2, d: [{ y: 1, x: 2 }, 1] } }, expires),
      seals.seal('page', { a: 1, b: { c: 2, d: [1, { y: 1, x: 2 }] } }, before),
      createSeals({ secret: other }).seal('page', { a: 1, b: { c: 2, d: [1, { y: 1, x: 2 }] } }, expires),
    ];
    // Another content must never meet the same nonce (the first 16 characters).
    expect(new Set([sealed, ...others].map((one) => one.slice(0, 16))).size).toBe(5);
  });

  test('still opens after the secret was changed, as long as the old one is named', () => {
    const sealed = createSeals({ secret: other }).seal('page', { story: 's1' }, expires);
    expect(seals.open('page', sealed, before)).toEqual({ is: 'forged' });
    const rotated = createSeals({ secret, previousSecret: other });
    expect(rotated.open('page', sealed, before)).toEqual({ is: 'open', content: { story: 's1' } });
    expect(rotated.seal('page', { story: 's1' }, expires)).toBe(seals.seal('page', { story: 's1' }, expires));
  });
});

test('any text at all is forged, never a throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.base64String(),
        fc.uint8Array({ maxLength: 200 }).map((b) => Buffer.from(b).toString('base64url')),
      ),
      (text) => {
        expect(seals.open('page', text, before)).toEqual({ is: 'forged' });
      },
    ),
    { numRuns: 1000 },
  );
  expect(seals.open('page', 'A'.repeat(1_000_000), before)).toEqual({ is: 'forged' });
});

test('a short or missing secret makes no seals and no hash', () => {
  const missing = expect.objectContaining({ code: 'CONFIGURATION_MISSING' });
  for (const short of ['', 'x'.repeat(31), new Uint8Array(31)]) {
    expect(() => createSeals({ secret: short })).toThrow(missing);
    expect(() => createSeals({ secret, previousSecret: short })).toThrow(missing);
    expect(() => createPhoneHash({ secret: short })).toThrow(missing);
  }
});

test('a number has one hash under a secret, another under another, and none of its digits in it', () => {
  const hash = createPhoneHash({ secret });
  expect(hash('+48601123456')).toBe(hash('+48601123456'));
  expect(hash('+48601123456')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(hash('+48601123456')).not.toBe(hash('+48601123457'));
  expect(createPhoneHash({ secret: other })('+48601123456')).not.toBe(hash('+48601123456'));
  expect(hash('+48601123456')).not.toContain('601123');
});
