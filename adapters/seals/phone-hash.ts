import { createHmac } from 'node:crypto';
import type { PhoneHash } from '../../domain/ports/phone-hash.ts';
import { keyFrom } from './keys.ts';

/**
 * The same hash for the same E.164 number under the same secret; without the secret nobody can try numbers against it, which for
 * phone numbers, few as they are, a plain hash would allow.
 */
export function createPhoneHash(options: { readonly secret: string | Uint8Array }): PhoneHash {
  const key = keyFrom(options.secret, 'phone-hash');
  return (e164) => createHmac('sha256', key).update(e164).digest('base64url');
}
