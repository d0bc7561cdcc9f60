import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { type SendingDeps, sendMessage } from '../../edge/queue/send-message.ts';
import { messageQueued } from '../../events/message-queued.ts';

/** Sends a queued text, if it may be sent. What rides on a reply is looked after elsewhere. */
export function createHandler(deps: SendingDeps): QueueHandler {
  return queueHandler(deps.log, 'message-due', [
    on(messageQueued, async ({ message, carriedBy }) => {
      if (carriedBy === 'send') await sendMessage(deps, message);
    }),
  ]);
}
