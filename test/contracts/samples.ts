import type { Intake } from '../../domain/intake/intake.ts';
import type { Change } from '../../domain/ports/story-store.ts';
import { emptyStory } from '../../domain/story/empty-story.ts';
import type { Message } from '../../domain/story/message.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Moment, Story } from '../../domain/story/story.ts';
import type { Envelope } from '../../events/envelope.ts';

/** Small whole things of each kind that the contract suites store and read back. */
export function storyOf(id: string, version: number, firstName = 'Anna'): Story {
  return { ...emptyStory(id, { firstName, language: 'pl', deceased: false, phones: [`phone-of-${id}`] }), version };
}

export function phoneOf(id: string, version: number): Phone {
  return {
    id,
    version,
    number: '+15550100123',
    members: [{ story: 'anna', firstName: 'Zoë „Ania” 🌱', as: 'self', language: 'pl' }],
    blocked: false,
    introduced: true,
    queue: [],
  };
}

export function intakeOf(canonical: string, title = 'Before your visit'): Intake {
  return { canonical, version: '1', title: { default: title }, items: [] };
}

export function momentOf(id: string, at: string): Moment {
  return {
    id,
    at,
    cause: `cause-of-${id}`,
    what: 'answered',
    channel: 'sms',
    detail: { slot: 'pain', words: 'since Monday' },
  };
}

export function messageOf(id: string, state: Message['state'] = 'queued'): Message {
  return {
    id,
    phone: 'phone-1',
    to: '+15550100123',
    body: 'Lakeside Clinic: see you at 9:40.',
    language: 'en',
    kind: 'send',
    priority: 'urgent',
    channel: 'sms',
    content: ['visit-time@1'],
    createdAt: '2026-03-02T07:58:12.000Z',
    state,
  };
}

export function eventOfType(type: string, id: string): Envelope {
  return {
    id: `${type}/${id}`,
    type,
    version: 1,
    cause: id,
    time: '2026-03-02T07:58:12.000Z',
    tenant: 'lakeside',
    patient: 'anna',
    data: { message: id, carriedBy: 'send', priority: 'urgent' },
  };
}

/** A change that touches nothing but its cause. */
export function changeOf(cause: string, more: Partial<Change> = {}): Change {
  return { cause, outcome: { reply: `reply to ${cause}` }, moments: [], events: [], ...more };
}
