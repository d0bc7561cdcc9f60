import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a header carries the secret; takes the same time whatever it carries. */
export function carriesSecret(given: string | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(secret)) && given !== undefined && secret !== '';
}
