import { expect, it } from 'vitest';
import { eventsOf } from '../../../adapters/dynamodb/outbox-stream.ts';
import { eventOfType } from '../../contracts/samples.ts';

const image = (pk: string, body: string) => ({ NewImage: { pk: { S: pk }, sk: { S: 'x' }, body: { S: body } } });
const events = [
  eventOfType('message-queued', 'sms/SM1'),
  { ...eventOfType('message-sent', 'sms/SM1'), later: 'field' },
];

it('brings the events of an outbox item in order and as they were written', () => {
  const record = { eventName: 'INSERT', dynamodb: image('OUTBOX#sms/SM1', JSON.stringify(events)) };
  expect(eventsOf(record)).toStrictEqual(events);
});

it('brings none for any other item, or for an expiry', () => {
  expect(eventsOf({ eventName: 'INSERT', dynamodb: image('STORY#anna', '{}') })).toEqual([]);
  expect(eventsOf({ eventName: 'REMOVE' })).toEqual([]);
  expect(eventsOf({ eventName: 'REMOVE', dynamodb: image('OUTBOX#x', JSON.stringify(events)) })).toEqual([]);
});

it.each(['', '{"id":1}', '[{"id":"x"}]', '[null]', 'Anna said: it hurts'])(
  'refuses an outbox item that holds no events (%j), without quoting it',
  (body) => {
    const read = () => eventsOf({ eventName: 'INSERT', dynamodb: image('OUTBOX#x', body) });
    expect(read).toThrow(
      expect.objectContaining({ code: 'EVENT_UNREADABLE', message: 'An outbox item does not hold events.' }),
    );
  },
);
