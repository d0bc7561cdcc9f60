import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto';
import type { SealPurpose, Seals } from '../../domain/ports/seals.ts';
import { keyFrom } from './keys.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_SEALED = 8192;

/**
 * Seals with AES-256-GCM: `base64url(nonce ‖ ciphertext ‖ tag)`, the purpose as additional data, the expiry inside.
 * Opens what the secret or the previous one sealed; seals with the current one only.
 *
 * **The nonce derives from what is sealed** (the first 12 bytes of an HMAC under a key of its own over purpose and plaintext), so that a reply tried again
 * carries the very same link and stays the same reply. GCM breaks when a nonce serves two different plaintexts under one key; here that needs two contents
 * whose 96-bit HMACs agree, about one chance in 2³³ after 2³² tokens under one secret. The same content gives the same token, which tells an onlooker only that
 * it is the same content: what the retry shows anyway. This is the construction of SIV (RFC 5297) with GCM inside.
 * @see https://csrc.nist.gov/pubs/sp/800/38/d/final (8.2, uniqueness of the IV)
 */
export function createSeals(options: {
  readonly secret: string | Uint8Array;
  readonly previousSecret?: string | Uint8Array;
}): Seals {
  const current = keysFrom(options.secret);
  const all = options.previousSecret === undefined ? [current] : [current, keysFrom(options.previousSecret)];

  return {
    seal(purpose, content, expires) {
      const plaintext = Buffer.from(stableJson([Math.floor(expires.getTime() / 1000), content]), 'utf8');
      const nonce = createHmac('sha256', current.nonces)
        .update(`${purpose}\0`)
        .update(plaintext)
        .digest()
        .subarray(0, NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, current.content, nonce).setAAD(Buffer.from(purpose));
      return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },

    open(purpose, sealed, now) {
      const plaintext = all.map((keys) => decrypt(keys.content, purpose, sealed)).find((one) => one !== undefined);
      if (plaintext === undefined) return { is: 'forged' };
      const [expires, content]: [number, Record<string, unknown>] = JSON.parse(plaintext);
      return now.getTime() < expires * 1000 ? { is: 'open', content } : { is: 'expired' };
    },
  };
}

const keysFrom = (secret: string | Uint8Array) => ({
  content: keyFrom(secret, 'seals/content'),
  nonces: keyFrom(secret, 'seals/nonces'),
});

function decrypt(key: KeyObject, purpose: SealPurpose, sealed: string): string | undefined {
  if (sealed.length > LONGEST_SEALED) return undefined;
  const bytes = Buffer.from(sealed, 'base64url');
  // Node skips characters that are no base64url: without this, many texts would open as one.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** JSON with the keys of objects in order: equal contents give equal texts. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
