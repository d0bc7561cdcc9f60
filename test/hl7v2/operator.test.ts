import { describe, expect, test } from 'vitest';
import { type Hl7Clinic, withClinic } from './clinic.ts';
import { and, message, without } from './messages.ts';

const s12 = message('siu-s12');
const s24 = message('siu-s12', { 'MSH-9': 'SIU^S24^SIU_S12' });

interface Shown {
  readonly id: string;
  readonly why: string;
  readonly parts: number;
  readonly state?: { readonly is: string; readonly outcome: string };
}

async function listed({ operator }: Pick<Hl7Clinic, 'operator'>): Promise<readonly Shown[]> {
  const answer = await operator({ do: 'list' });
  return answer.is === 'listed' ? answer.items : [];
}

describe('an operator', () => {
  test('sees what waits, why and since when, without what is in it', () =>
    withClinic(async (clinic) => {
      await clinic.send(s24);
      clinic.clock.advance(60_000);
      await clinic.send(without(s12, 'PID'));
      const items = await listed(clinic);
      expect(items).toEqual([
        {
          id: expect.stringMatching(/^ehr\//),
          at: '2026-11-02T06:01:00.000Z',
          from: 'POST /ehr/hl7v2',
          why: expect.stringMatching(/^AE PID: No patient is named/),
          parts: 1,
        },
        {
          id: expect.stringMatching(/^ehr\//),
          at: '2026-11-02T06:00:00.000Z',
          from: 'POST /ehr/hl7v2',
          why: expect.stringMatching(/^AR MSH-1-9: This event is not taken/),
          parts: 1,
        },
      ]);
      expect(JSON.stringify(items)).not.toMatch(/KOWALSKA|MRN-/);
    }));

  test('reads one whole, however many records hold it', () =>
    withClinic(async (clinic) => {
      const large = and(without(s12, 'PID'), ...Array.from({ length: 400 }, () => `NTE|1||${'parking '.repeat(60)}`));
      await clinic.send(large);
      const [item, other] = await listed(clinic);
      expect([item, other]).toMatchObject([{ parts: 4 }, undefined]);
      expect(await clinic.operator({ do: 'read', id: item?.id })).toMatchObject({
        is: 'found',
        id: item?.id,
        body: large,
      });
      // A part's own id leads to all of it, too.
      const part = await clinic.operator({ do: 'read', id: `${item?.id}/02-of-4` });
      expect(part).toMatchObject({ is: 'found', id: item?.id, body: large });
    }));

  test('has it taken again, corrected, through the same door; it stays, and says so', () =>
    withClinic(async (clinic) => {
      await clinic.send(without(s12, 'PID'));
      const [item] = await listed(clinic);
      expect(await clinic.operator({ do: 'replay', id: item?.id })).toMatchObject({
        is: 'refused',
        outcome: expect.stringContaining('PID'),
      });
      expect((await listed(clinic))[0]?.state).toBeUndefined();
      expect(await clinic.operator({ do: 'replay', id: item?.id, body: s12 })).toMatchObject({ is: 'replayed' });
      expect(await clinic.give(clinic.received())).toBe(true);
      expect((await clinic.visit()).status).toBe('booked');
      expect((await listed(clinic))[0]).toMatchObject({ id: item?.id, state: { is: 'replayed' } });
      expect(clinic.log.lines.join()).toContain('QUARANTINE_SETTLED');
    }));

  test('has a message followed once more that was taken, but that the EHR refused', () =>
    withClinic(async (clinic) => {
      await clinic.bring(s12);
      await clinic.ehrFaults({ status: 422, only: { type: 'Appointment', method: 'PUT' } });
      await clinic.bring(message('siu-s13'));
      await clinic.ehrFaults({});
      const [item] = await listed(clinic);
      expect(item?.why).toContain('422');
      expect(await clinic.operator({ do: 'replay', id: item?.id })).toMatchObject({ is: 'replayed' });
      expect(clinic.received()).toHaveLength(3);
      expect(await clinic.give(clinic.received().slice(2))).toBe(true);
      expect((await clinic.visit()).start).toBe('2026-12-01T14:00:00-06:00');
    }));

  test('puts it away with a reason, and what comes again waits again', () =>
    withClinic(async (clinic) => {
      await clinic.send(s24);
      const [item] = await listed(clinic);
      expect(await clinic.operator({ do: 'dismiss', id: item?.id, why: 'Not ours' })).toMatchObject({
        is: 'dismissed',
      });
      expect((await listed(clinic))[0]?.state).toMatchObject({ is: 'dismissed', outcome: 'Not ours' });
      await clinic.send(s24);
      expect(await listed(clinic)).toEqual([expect.not.objectContaining({ state: expect.anything() })]);
    }));

  test('is not asked again of what was put away, where only its own event comes once more', () =>
    withClinic(async (clinic) => {
      await clinic.bring(s12);
      await clinic.ehrFaults({ status: 422, only: { type: 'Appointment', method: 'PUT' } });
      await clinic.bring(message('siu-s13'));
      const [item] = await listed(clinic);
      clinic.clock.advance(60_000);
      await clinic.operator({ do: 'dismiss', id: item?.id, why: 'Moved by hand' });
      expect(await clinic.give(clinic.received().slice(1))).toBe(true);
      expect((await listed(clinic))[0]?.state).toMatchObject({ is: 'dismissed' });
      // Asked for anew, and refused again: it waits again.
      clinic.clock.advance(60_000);
      await clinic.operator({ do: 'replay', id: item?.id });
      expect(await clinic.give(clinic.received().slice(2))).toBe(true);
      expect((await listed(clinic))[0]?.state).toBeUndefined();
    }));

  test('finds what was settled for 30 days, and then none of it; what waits, waits for ever', () =>
    withClinic(async (clinic) => {
      const day = 86_400_000;
      const large = (words: string) =>
        and(without(s12, 'PID'), ...Array.from({ length: 400 }, () => `NTE|1||${words.repeat(60)}`));
      await clinic.send(s24);
      await clinic.send(large('parking '));
      const waiting = large('lift ');
      await clinic.send(waiting);
      const everything = async () => {
        const { items } = await clinic.house.records.list('quarantine');
        return items.map(({ id }) => id).sort();
      };
      const all = await listed(clinic);
      const dismissed = all.find(({ parts }) => parts > 1);
      const replayed = all.find(({ parts }) => parts === 1);
      await clinic.operator({ do: 'dismiss', id: dismissed?.id, why: 'Sent again' });
      await clinic.operator({ do: 'replay', id: replayed?.id, body: s12 });
      clinic.clock.advance(29 * day);
      expect(await listed(clinic)).toHaveLength(3);
      clinic.clock.advance(2 * day);
      const [left, ...others] = await listed(clinic);
      expect(others).toEqual([]);
      expect(left?.state).toBeUndefined();
      expect((await everything()).every((id) => id.startsWith(`${left?.id}/`))).toBe(true);
      clinic.clock.advance(1000 * day);
      const read = await clinic.operator({ do: 'read', id: left?.id });
      expect(read).toMatchObject({ is: 'found', body: expect.stringContaining('NTE|1||') });
      expect(read).not.toHaveProperty('state');
    }));

  test('finds what settled itself for as long', () =>
    withClinic(async (clinic) => {
      await clinic.bring(message('siu-s14'));
      expect(await listed(clinic)).toEqual([expect.not.objectContaining({ state: expect.anything() })]);
      await clinic.bring(s12);
      expect(await clinic.give(clinic.received().slice(2))).toBe(true);
      expect((await listed(clinic))[0]?.state).toMatchObject({ is: 'replayed' });
      clinic.clock.advance(31 * 86_400_000);
      expect(await listed(clinic)).toEqual([]);
    }));

  test('never has one vanish that came again after it was settled, nor settles what came meanwhile', () =>
    withClinic(async (clinic) => {
      const large = and(without(s12, 'PID'), ...Array.from({ length: 400 }, () => `NTE|1||${'parking '.repeat(60)}`));
      await clinic.send(large);
      const [item] = await listed(clinic);
      await clinic.operator({ do: 'dismiss', id: item?.id, why: 'Sent again' });
      await clinic.send(large);
      clinic.clock.advance(31 * 86_400_000);
      expect(await clinic.operator({ do: 'read', id: item?.id })).toMatchObject({ is: 'found', body: large });
      const { operator } = clinic;
      const { records } = clinic.house;
      clinic.faults.beforePut = async () => {
        delete clinic.faults.beforePut;
        const stored = await records.get('quarantine', `${item?.id}/01-of-4`);
        if (stored === undefined) throw new Error('Nothing kept');
        await records.put({ kind: 'quarantine', id: `${item?.id}/01-of-4`, value: stored.value, expect: 'any' });
      };
      expect(await operator({ do: 'dismiss', id: item?.id, why: 'Sent again' })).toMatchObject({ is: 'refused' });
      clinic.clock.advance(31 * 86_400_000);
      expect(await operator({ do: 'read', id: item?.id })).toMatchObject({ is: 'found', body: large });
    }));

  test('leaves a note of what was read, without what is in it', () =>
    withClinic(async (clinic) => {
      await clinic.send(s24);
      const [item] = await listed(clinic);
      await clinic.operator({ do: 'read', id: item?.id });
      const note = clinic.log.lines.filter((line) => JSON.stringify(line).includes('QUARANTINE_READ')).join();
      expect(note).toContain(item?.id);
      expect(note).not.toMatch(/KOWALSKA|MRN-/);
    }));

  test('replays a notification of the EHR that could not be read, and a resource that could not be followed', () =>
    withClinic(async ({ operator, house, changes }) => {
      const keep = (id: string, from: string, body: string) =>
        house.records.put({
          kind: 'quarantine',
          id,
          value: { at: '2026-11-02T06:00:00.000Z', from, why: 'not-json', body },
          expect: 'any',
        });
      await keep('ehr/a', 'POST /ehr/notifications/{proxy+}', '{"resourceType": "Task"');
      await keep('followed/Appointment/7/1', 'ehr', 'Appointment/7');
      await keep('other', 'somewhere else', 'words');
      expect(await operator({ do: 'replay', id: 'ehr/a' })).toMatchObject({ is: 'refused' });
      const body = JSON.stringify({ resourceType: 'Task', id: '1', meta: { versionId: '3' } });
      expect(await operator({ do: 'replay', id: 'ehr/a', body })).toMatchObject({ is: 'replayed' });
      expect(await operator({ do: 'replay', id: 'followed/Appointment/7/1' })).toMatchObject({ is: 'replayed' });
      expect(await operator({ do: 'replay', id: 'other' })).toMatchObject({ is: 'refused' });
      expect(changes()).toEqual([
        'chart-changed/ehr/Task/1/3',
        expect.stringMatching(/^chart-changed\/ehr\/Appointment\/7\/replayed-/),
      ]);
    }));

  test.each([
    undefined,
    null,
    'list',
    {},
    { do: 'delete', id: 'x' },
    { do: 'read' },
    { do: 'dismiss', id: 'x' },
    { do: 'read', id: '' },
  ])('who asks %j is told how to ask', (asked) =>
    withClinic(async ({ operator }) => {
      expect(await operator(asked)).toMatchObject({ is: 'unclear', outcome: expect.stringContaining('"do": "list"') });
      expect(await operator({ do: 'read', id: 'ehr/nothing' })).toEqual({ is: 'unknown', id: 'ehr/nothing' });
    }),
  );
});
