import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Seals } from '../../domain/ports/seals.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';

/** Whether a configured EHR called exactly this URL, now and for the first time. Never throws on what is in a token. */
export interface CdsCallVerifier {
  verify(
    authorization: string | undefined,
    urlCalled: string,
  ): Promise<{ readonly ok: true; readonly issuer: string } | { readonly ok: false; readonly why: string }>;
}

export interface CdsHookCalledDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly clinic: Pick<Clinic, 'tenant' | 'timeZone'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly seals: Seals;
  readonly verifier: CdsCallVerifier;
  /** Without a trailing slash: what the EHR is configured with, and so what its tokens name. */
  readonly publicUrl: string;
  /** Web origins that may call from a browser. */
  readonly origins: readonly string[];
}
