import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { PhoneHash } from '../../domain/ports/phone-hash.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { WebhookVerifier } from '../../edge/http/signed-webhook.ts';
import type { SmsReply } from '../../edge/reply.ts';
import type { Speaker } from '../../edge/speech.ts';

export interface SmsReceivedDeps {
  readonly store: StoryStore;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  readonly speaker: Speaker;
  readonly verifier: WebhookVerifier;
  readonly phoneHash: PhoneHash;
  readonly renderSms: (reply: SmsReply) => string;
  /** Where the carrier reports what became of a message. */
  readonly statusCallback: (messageId: string) => string;
}
