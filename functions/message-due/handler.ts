import type { Scheduler } from '../../domain/ports/scheduler.ts';
import { type Priority, priorities } from '../../domain/story/message.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { type Attempted, type SendingDeps, sendMessage } from '../../edge/queue/send-message.ts';
import { createSendRate } from '../../edge/queue/send-rate.ts';
import { queuedAgain } from '../../edge/queue/what-became.ts';
import type { Envelope } from '../../events/envelope.ts';
import { messageQueued } from '../../events/message-queued.ts';

export type MessageDueDeps = SendingDeps & {
  readonly scheduler: Scheduler;
  /** Where the host's queues do not read what a consumer lets wait, and so somebody has to sit it out. */
  readonly sitOut?: (handle: QueueHandler) => QueueHandler;
};

/**
 * Sends what is queued, if it may be sent, as fast as the sender may send. What rides on a reply is looked after elsewhere.
 *
 * Two kinds of waiting, and neither counts as a failure. For the rate, which is a matter of seconds, the whole lane waits and its
 * messages stay where they are: see `BatchAnswer`. For the morning, or for a time that the message itself names, one message leaves its
 * queue and a timer brings it back: hours on a queue would end among the dead letters, and no queue of AWS holds a message back for
 * longer than fifteen minutes.
 */
export function createHandler(deps: MessageDueDeps): QueueHandler {
  const { perSecond } = deps.clinic.sender;
  const rate = createSendRate({ ...deps, perSecond });
  const handle = queueHandler(
    deps.log,
    'message-due',
    [
      on(messageQueued, async ({ message, carriedBy }) => {
        if (carriedBy !== 'send') return;
        const attempted = await sendMessage(deps, message);
        if (attempted.is === 'later') await putOff(deps, attempted);
      }),
    ],
    (envelopes) => rate.reserve(priorityOf(envelopes), envelopes.length),
  );
  return deps.sitOut?.(handle) ?? handle;
}

/** A timer of the message's own name: however often it is put off, it comes back once. */
async function putOff(deps: MessageDueDeps, { at, message }: Extract<Attempted, { is: 'later' }>): Promise<void> {
  const time = at.toISOString();
  await deps.scheduler.schedule(
    `message/${message.id}`,
    at,
    queuedAgain(deps.clinic.tenant, message, time, `after/${time}`),
  );
  deps.log.info('MESSAGE_PUT_OFF', { priority: message.priority, channel: message.channel });
}

/** A lane is of one class; where one was filled before there were lanes, the most urgent counts. */
function priorityOf(envelopes: readonly Envelope[]): Priority {
  const found = envelopes.flatMap(({ data }) => {
    const read = messageQueued.data.safeParse(data);
    return read.success ? [read.data.priority] : [];
  });
  return priorities.find((priority) => found.includes(priority)) ?? 'urgent';
}
