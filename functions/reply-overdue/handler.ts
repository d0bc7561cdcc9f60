import type { Message } from '../../domain/story/message.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { type SendingDeps, sendMessage } from '../../edge/queue/send-message.ts';
import { createSendRate } from '../../edge/queue/send-rate.ts';
import { messageQueued } from '../../events/message-queued.ts';

/**
 * A minute after a reply: if the carrier has said anything about its text, all is well; otherwise the text is looked up with the carrier
 * and, if absent, sent. A lost reply is never silence, and never doubled.
 */
export function createHandler(deps: SendingDeps): QueueHandler {
  const rate = createSendRate({ ...deps, perSecond: deps.clinic.sender.perSecond });
  return queueHandler(deps.log, 'reply-overdue', [
    on(messageQueued, async ({ message, carriedBy }) => {
      if (carriedBy !== 'reply') return;
      const stored = await deps.records.get('message', message);
      if (stored === undefined || !isOverdue(stored.value)) return;
      deps.log.info('REPLY_RESENT', {});
      // It takes its place in the rate, so that others see it, and never waits for one: it is late already, and there are few.
      await rate.reserve('urgent', 1);
      await sendMessage(deps, message);
    }),
  ]);
}

/** Nothing was heard of it; or an earlier attempt of ours set out to send it and did not come back with the carrier's id. */
function isOverdue({ state, sid }: Message): boolean {
  return state === 'queued' || (state === 'sending' && sid === undefined);
}
