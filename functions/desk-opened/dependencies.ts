import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Seals } from '../../domain/ports/seals.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { Speaker } from '../../edge/speech.ts';

export interface DeskOpenedDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  readonly speaker: Speaker;
  readonly seals: Seals;
  readonly smart: StaffSignIn;
  readonly publicUrl: string;
  /** The FHIR base that a launch without `iss` means. */
  readonly ehr: string;
}

/** How the EHR says who sits at the desk. */
export interface StaffSignIn {
  begin(launch: {
    readonly iss: string;
    readonly launch?: string;
  }): Promise<
    | { readonly is: 'begun'; readonly redirectTo: string; readonly state: string; readonly verifier: string }
    | { readonly is: 'refused'; readonly why: string }
  >;
  finish(back: { readonly code: string; readonly verifier: string; readonly redirectUri: string }): Promise<
    | {
        readonly is: 'signed-in';
        readonly user: string;
        readonly name?: string;
        readonly patient?: string;
        readonly expiresAt: Date;
      }
    | { readonly is: 'refused'; readonly why: string }
  >;
}
