import type { Carrier } from '../../domain/ports/carrier.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { MediaVault } from '../../domain/ports/media-vault.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { mediaReceived } from '../../events/media-received.ts';

export interface MediaReceivedDeps {
  readonly carrier: Carrier;
  readonly vault: MediaVault;
  readonly log: Log;
}

/** Fetches what a patient sent and keeps it; the same media again changes nothing. */
export function createHandler(deps: MediaReceivedDeps): QueueHandler {
  return queueHandler(deps.log, 'media-received', [
    on(mediaReceived, async ({ media }) => {
      for (const { id, url } of media) {
        if ((await deps.vault.fetch(id)) !== undefined) continue;
        await deps.vault.keep(id, await deps.carrier.media(url));
      }
    }),
  ]);
}
