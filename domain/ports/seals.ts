/**
 * Opaque references that leave the house: in a call's next URL, in a link sent by text, in a session cookie. Encrypted and
 * authenticated, bound to a purpose, expiring; nothing in them can be read or changed outside. URL-safe.
 */
export interface Seals {
  seal(purpose: SealPurpose, content: Readonly<Record<string, unknown>>, expires: Date): string;
  /** The content, or why not. Never throws, whatever the text. */
  open(
    purpose: SealPurpose,
    sealed: string,
    now: Date,
  ):
    | { readonly is: 'open'; readonly content: Record<string, unknown> }
    | { readonly is: 'expired' }
    | { readonly is: 'forged' };
}

export type SealPurpose = 'call' | 'page' | 'desk' | 'session' | 'launch';
