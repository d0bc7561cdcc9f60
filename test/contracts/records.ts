import { describe, expect, it } from 'vitest';
import type { Records } from '../../domain/ports/records.ts';
import type { Envelope } from '../../events/envelope.ts';
import { eventOfType, messageOf } from './samples.ts';

export interface RecordsUnderTest {
  readonly records: Records;
  /** The clock that the adapter reads. */
  readonly now: () => Date;
  readonly advance: (ms: number) => void;
  readonly published: () => Promise<readonly Envelope[]>;
  readonly close: () => Promise<void>;
}

let unique = 0;
const fresh = (what: string) => `${what}-${process.pid}-${Date.now().toString(36)}-${++unique}`;

/** What every Records adapter promises. */
export function describeRecords(name: string, make: () => Promise<RecordsUnderTest>): void {
  const withRecords = async (test: (under: RecordsUnderTest) => Promise<void>) => {
    const under = await make();
    try {
      await test(under);
    } finally {
      await under.close();
    }
  };

  describe(`the records on ${name}`, () => {
    it('keep versions: absent once, then only at the version that was read', () =>
      withRecords(async ({ records }) => {
        const id = fresh('message');
        const put = (expected: 'absent' | number, state: 'queued' | 'sent' | 'delivered') =>
          records.put({ kind: 'message', id, value: messageOf(id, state), expect: expected });
        expect(await put(1, 'sent')).toBe('conflict');
        expect(await put('absent', 'queued')).toBe('saved');
        expect(await put('absent', 'sent')).toBe('conflict');
        expect(await put(1, 'sent')).toBe('saved');
        expect(await put(1, 'delivered')).toBe('conflict');
        expect(await records.get('message', id)).toStrictEqual({ value: messageOf(id, 'sent'), version: 2 });
      }));

    it('let the last writer win where any version will do, and still count', () =>
      withRecords(async ({ records }) => {
        const id = fresh('link');
        const link = { reference: 'Task/1', writtenAt: '2026-03-02T08:00:00.000Z', upTo: 4 };
        expect(await records.put({ kind: 'chart-link', id, value: link, expect: 'any' })).toBe('saved');
        expect(await records.put({ kind: 'chart-link', id, value: { ...link, upTo: 5 }, expect: 'any' })).toBe('saved');
        expect(await records.get('chart-link', id)).toStrictEqual({ value: { ...link, upTo: 5 }, version: 2 });
      }));

    it('let exactly one of many writers create or change a record', () =>
      withRecords(async ({ records }) => {
        const id = fresh('seen');
        const value = { at: '2026-03-02T08:00:00.000Z' };
        const race = async (expected: 'absent' | number) =>
          (
            await Promise.all(
              Array.from({ length: 12 }, () => records.put({ kind: 'seen', id, value, expect: expected })),
            )
          ).filter((result) => result === 'saved').length;
        expect(await race('absent')).toBe(1);
        expect(await race(1)).toBe(1);
      }));

    it('keep kinds apart', () =>
      withRecords(async ({ records }) => {
        const id = fresh('same');
        await records.put({ kind: 'seen', id, value: { at: 'now' }, expect: 'absent' });
        expect(await records.get('launch', id)).toBeUndefined();
      }));

    it('show an expiring record until its instant and then no more, and its id may be used again', () =>
      withRecords(async ({ records, now, advance }) => {
        const id = fresh('seen');
        const put = () =>
          records.put({
            kind: 'seen',
            id,
            value: { at: 'x' },
            expect: 'absent',
            expires: new Date(now().getTime() + 90_000),
          });
        expect(await put()).toBe('saved');
        advance(60_000);
        expect(await records.get('seen', id)).toBeDefined();
        expect(await put()).toBe('conflict');
        advance(31_000);
        expect(await records.get('seen', id)).toBeUndefined();
        expect(await records.put({ kind: 'seen', id, value: { at: 'late' }, expect: 1 })).toBe('conflict');
        expect(await put()).toBe('saved');
        expect(await records.get('seen', id)).toStrictEqual({ value: { at: 'x' }, version: 1 });
      }));

    it('send the events of a put that was saved, and none of one that was not', () =>
      withRecords(async ({ records, published }) => {
        const [id, before, after] = [fresh('message'), fresh('cause'), fresh('cause')];
        const put = (cause: string) =>
          records.put({ kind: 'message', id, value: messageOf(id), expect: 'absent' }, [
            eventOfType('message-queued', cause),
            eventOfType('message-sent', cause),
          ]);
        await put(before);
        expect(await put(after)).toBe('conflict');
        const sent = await published();
        expect(sent.filter((event) => event.cause === before).map((event) => event.type)).toEqual([
          'message-queued',
          'message-sent',
        ]);
        expect(sent.filter((event) => event.cause === after)).toEqual([]);
      }));

    it('list every record of a kind once, over all pages, as stored', () =>
      withRecords(async ({ records }) => {
        const prefix = fresh('sub');
        const ids = Array.from({ length: 230 }, (_, n) => `${prefix}-${n}`);
        const value = { reference: 'Subscription/1', criteria: 'Task', checkedAt: '2026-03-02T08:00:00.000Z' };
        await Promise.all(ids.map((id) => records.put({ kind: 'subscription', id, value, expect: 'absent' })));
        const found: string[] = [];
        let after: string | undefined;
        do {
          const page = await records.list('subscription', after);
          for (const item of page.items) {
            if (!item.id.startsWith(prefix)) continue;
            found.push(item.id);
            expect(item).toStrictEqual({ id: item.id, value, version: 1 });
          }
          after = page.next;
        } while (after !== undefined);
        expect(found.sort()).toEqual(ids.sort());
      }));
  });
}
