import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { Fault } from '../../domain/errors/errors.ts';

const LEAST_BYTES = 32;

/**
 * A 256-bit key for one use, derived from a configured secret, so that one secret serves several uses without tying them together.
 * As a KeyObject: with a Buffer, node:crypto makes the key anew at every call, which costs five times the hashing or encrypting itself.
 */
export function keyFrom(secret: string | Uint8Array, use: string): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret;
  if (bytes.byteLength < LEAST_BYTES)
    throw new Fault('CONFIGURATION_MISSING', 'A secret is missing or shorter than 32 bytes');
  return createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', `told-once/${use}`, 32)));
}
