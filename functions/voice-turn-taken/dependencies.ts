import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { PhoneHash } from '../../domain/ports/phone-hash.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Seals } from '../../domain/ports/seals.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { WebhookVerifier } from '../../edge/http/signed-webhook.ts';
import type { VoiceReply } from '../../edge/reply.ts';
import type { Speaker } from '../../edge/speech.ts';

export interface VoiceTurnTakenDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  readonly speaker: Speaker;
  readonly verifier: WebhookVerifier;
  readonly phoneHash: PhoneHash;
  readonly seals: Seals;
  readonly renderVoice: (reply: VoiceReply) => string;
}
