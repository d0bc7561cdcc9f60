import type { SQSEvent } from 'aws-lambda';
import type { BatchAnswer } from '../../domain/ports/batch-answer.ts';
import type { Carrier } from '../../domain/ports/carrier.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { Message } from '../../domain/story/message.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Story } from '../../domain/story/story.ts';
import { callbacksAt } from '../../edge/queue/callbacks.ts';
import type { QueueHandler } from '../../edge/queue/queue-handler.ts';
import { sendMessage } from '../../edge/queue/send-message.ts';
import { queuedAgain } from '../../edge/queue/what-became.ts';
import { type Subscription, subscriptions } from '../../events/subscriptions.ts';
import { type MessageDueDeps, createHandler as messageDue } from '../../functions/message-due/handler.ts';
import { createHandClock, dataFolder, openHouse } from '../adapters/embedded/house.ts';
import { messageOf, storyOf } from '../contracts/samples.ts';
import { listeningLog } from '../functions/ehr-notified/http-event.ts';
import { smallCarrier } from './small-carrier.ts';

export const publicUrl = 'https://told-once.example';
/** Ten in the morning in Chicago. */
export const morning = Date.parse('2026-03-02T16:00:00.000Z');

export const clinic = {
  tenant: 'lakeside',
  timeZone: 'America/Chicago',
  quietHours: { from: '21:00', until: '08:00', holds: ['reminder', 'survey'] },
} as const;

export interface Ports {
  readonly records: Records;
  readonly store: StoryStore;
  readonly carrier: Carrier;
  readonly scheduler: Scheduler;
}

export interface SendingOptions {
  readonly perSecond?: number;
  readonly at?: number;
  readonly lagMs?: number;
  readonly subscriptions?: readonly Subscription[];
  /** What stands between a sender and its ports: it may fail, wait or die. */
  readonly between?: (ports: Ports) => Ports;
}

export type SendingHouse = ReturnType<typeof openSending>;

/** The sender on the embedded store and queues, with a carrier in memory and a clock that moves when told. */
export function openSending(options: SendingOptions = {}) {
  const folder = dataFolder();
  const clock = createHandClock(options.at ?? morning);
  const lag = { ms: options.lagMs ?? 0 };
  const small = smallCarrier(clock, lag);
  const log = listeningLog();
  let handler: QueueHandler | undefined;
  let deliveries = 0;
  const deliver = async (consumer: string, event: SQSEvent): Promise<BatchAnswer | undefined> => {
    if (consumer !== 'message-due') return undefined;
    deliveries += event.Records.length;
    return handler?.(event);
  };
  const house = openHouse({
    path: folder.path,
    clock,
    deliver,
    subscriptions: options.subscriptions ?? subscriptions,
  });
  const sender = { kind: 'short-code', perSecond: options.perSecond ?? 100 } as const;
  let workers = 0;
  const processOf = (between = options.between): MessageDueDeps => {
    workers += 1;
    const { records, store, scheduler } = house;
    const ports = between?.({ records, store, scheduler, carrier: small.carrier });
    return {
      ...(ports ?? { records, store, scheduler, carrier: small.carrier }),
      clinic: { ...clinic, sender },
      clock,
      log,
      ...callbacksAt(publicUrl),
      sender: '+13125550199',
      worker: `worker-${workers}`,
    };
  };
  /** A sender as one process has it. */
  const worker = (between = options.between): QueueHandler => messageDue(processOf(between));
  handler = worker();
  house.queues.start();
  house.scheduler.start();
  const message = async (id: string): Promise<Message> => {
    const stored = await house.records.get('message', id);
    if (stored === undefined) throw new Error(`No message ${id}`);
    return stored.value;
  };
  const queue = async (id: string, more: Partial<Message> = {}, heard?: 'unheard'): Promise<Message> => {
    const created = clock.now().toISOString();
    const value: Message = { ...messageOf(id), body: `Text ${id}`, createdAt: created, ...more };
    const events = heard === 'unheard' ? [] : [queuedAgain('lakeside', value, created)];
    if ((await house.records.put({ kind: 'message', id, value, expect: 'absent' }, events)) !== 'saved')
      throw new Error(`${id} is there already`);
    return value;
  };
  return {
    ...small,
    house,
    clock,
    log,
    worker,
    /** One attempt of a process of its own, past the queue and the rate. */
    attempt: (id: string, between?: (ports: Ports) => Ports) => sendMessage(processOf(between), id),
    message,
    deliveries: () => deliveries,
    published: (type: string) => house.published.filter((event) => event.type === type),
    /** From now on deliveries go to this process. */
    use: (next: QueueHandler) => {
      handler = next;
    },
    stateOf: async (id: string) => (await message(id)).state,
    patient: async (id: string, more: { person?: Partial<Story['person']>; phone?: Partial<Phone> } = {}) => {
      const story = storyOf(id, 1);
      const phone: Phone = {
        id: `phone-of-${id}`,
        version: 1,
        number: `+1312555${String(id.length).padStart(2, '0')}${String((id.codePointAt(0) ?? 0) % 100).padStart(2, '0')}`,
        members: [{ story: id, firstName: 'Anna', as: 'self', language: 'en' }],
        blocked: false,
        introduced: true,
        queue: [],
        ...more.phone,
      };
      await house.store.commit({
        cause: `seed/${id}`,
        outcome: { reply: '' },
        story: { ...story, person: { ...story.person, language: 'en', ...more.person } },
        phones: [phone],
        moments: [],
        events: [],
      });
      return phone;
    },
    /** Queues a message as any function does: its record and its event in one write. */
    queue,
    /** The same without an event: whoever is to send it is handed it. */
    keep: (id: string, more: Partial<Message> = {}) => queue(id, more, 'unheard'),
    pass: (ms: number) => house.pass(ms),
    async close() {
      await house.close();
      folder.remove();
    },
  };
}
