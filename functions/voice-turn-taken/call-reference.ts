import type { Seals } from '../../domain/ports/seals.ts';

/** What a call carries from turn to turn, sealed in its next URL: no look-up by number is needed again, and nothing can be read outside. */
export interface CallReference {
  readonly sid: string;
  /** Rises with each turn; the same turn again gets the same answer. */
  readonly turn: number;
  readonly silences: number;
  /** Nothing could be said since: the call was held for a moment. */
  readonly held?: true;
  readonly phone: string;
  readonly story?: string;
  /** The slot that was asked in the turn before: what is said now answers that, though another channel may have been faster. */
  readonly asked?: string;
  /** Whom we asked to name among several people on the number. */
  readonly choosing?: boolean;
  /** The message for which we called, until somebody has pressed a key: nothing is said before that. */
  readonly message?: string;
  /** No text of ours tells what the call says: the number takes none, or we called instead. */
  readonly untexted?: true;
  /** Whoever hears it has not heard of the visit yet. */
  readonly first?: true;
  /** Where a dial was tried. */
  readonly dialling?: 'desk' | 'on-call';
}

const lifetime = 6 * 3_600_000;

export function sealCall(seals: Seals, reference: CallReference, now: Date): string {
  // Rounded up, so that a repeated turn gives the same URL.
  const expires = new Date(Math.ceil((now.getTime() + lifetime) / lifetime) * lifetime);
  return seals.seal('call', { ...reference }, expires);
}

export function openCall(seals: Seals, sealed: string | null, sid: string, now: Date): CallReference | undefined {
  if (sealed === null) return undefined;
  const opened = seals.open('call', sealed, now);
  if (opened.is !== 'open') return undefined;
  return isReference(opened.content) && opened.content.sid === sid ? opened.content : undefined;
}

/** Only we can have sealed it; a release before this one may have sealed it otherwise, and then the call begins anew. */
function isReference(content: object): content is CallReference {
  const has = (name: string, type: string) => name in content && typeof Reflect.get(content, name) === type;
  return has('sid', 'string') && has('phone', 'string') && has('turn', 'number') && has('silences', 'number');
}
