import { expect, test } from 'vitest';
import { openSending, type Ports } from './sending-house.ts';

/** Others were faster, each time that a message was to be kept as sent. */
const crowded = (ports: Ports): Ports => ({
  ...ports,
  records: {
    ...ports.records,
    put: (put, events) =>
      put.kind === 'message' && 'state' in put.value && put.value.state === 'sent'
        ? Promise.resolve('conflict')
        : ports.records.put(put, events),
  },
});

test('a text that was taken, but could not be kept as sent, comes again and is found, not left as if all were done', async () => {
  const house = openSending();
  try {
    const phone = await house.patient('anna');
    await house.keep('m-1', { story: 'anna', phone: phone.id, to: phone.number });
    await expect(house.attempt('m-1', crowded)).rejects.toMatchObject({ code: 'CHANGED_MEANWHILE' });
    house.clock.advance(60_000);
    expect(await house.attempt('m-1')).toEqual({ is: 'done' });
    expect(await house.stateOf('m-1')).toBe('sent');
    expect(house.texts).toHaveLength(1);
    expect(house.published('message-sent')).toHaveLength(1);
  } finally {
    await house.close();
  }
});
