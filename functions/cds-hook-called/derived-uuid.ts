import { createHash } from 'node:crypto';

/**
 * A UUID that derives from its causes, so that a call made twice gives the same card, and feedback about either finds it.
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.8 (version 8: made by a rule of one's own)
 */
export function derivedUuid(...causes: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(causes)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The "Seen" of a card. */
export function seenSuggestionOf(card: string): string {
  return derivedUuid('seen', card);
}
