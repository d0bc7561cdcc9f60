import type { Provenance, Task } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { deskReasons } from '../../domain/conversation/effects.ts';
import { eventOf } from '../../events/envelope.ts';
import { fileConfirmed } from '../../events/file-confirmed.ts';
import { toVerification } from '../../fhir-mappings/provenance.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { requirement, visit, withChart } from './clinic-with-ehr.ts';

const appointment = 'visit';
const notes = (tasks: readonly Task[]) =>
  tasks.filter(({ code }) => code?.coding?.[0]?.system?.endsWith('/staff-task'));

describe('a note about a visit', () => {
  it.each(deskReasons)('names its time and what is wanted: %s', (because) =>
    withChart(async ({ visits, give, wanted, tasks }) => {
      await visits(
        visit([requirement('authorisation', { tooLate: true, givenBack: { because: 'Not our patient' } })], {
          moving: {
            since: '2026-03-02T14:00:00.000Z',
            stage: 'looking',
            passedOver: [],
            wish: { weekdays: [2, 4], after: '15:00' },
          },
        }),
      );
      await give(wanted({ because, urgency: 'urgent', appointment }));
      const [note, ...others] = await tasks();
      expect(others).toEqual([]);
      expect(faultsOf(note ?? {})).toEqual([]);
      expect(note).toMatchObject({
        code: { coding: [{ code: because }] },
        description: expect.stringMatching(/Tuesday, March 3, 2026 at 9:40 AM.*Please /),
        focus: { reference: 'Appointment/visit' },
        for: { reference: 'Patient/anna' },
        priority: 'urgent',
        restriction: { period: { end: expect.stringMatching(/^2026-03-0[23]T/) } },
      });
      if (because === 'cannot-be-met' || because === 'needs-missed')
        expect(note?.description).toContain('Authorisation by the payer (MRI with contrast, payer Prairie Health)');
      if (because === 'need-given-back')
        expect(note?.description).toContain('Prairie Health), “Not our patient”. Please ');
      if (because === 'not-moved') expect(note?.description).toContain('(Tuesday or Thursday, after 15:00)');
    }),
  );

  it('is one for a visit and a reason while it is open, brought to the time that the visit has now', () =>
    withChart(async ({ visits, give, wanted, tasks, staff, house }) => {
      const noReply = () => wanted({ because: 'no-reply', urgency: 'routine', appointment });
      await visits(visit([]));
      await give(noReply());
      house.clock.advance(60_000);
      await visits(visit([], { start: '2026-03-05T15:40:00.000Z' }));
      const again = noReply();
      await give(again);
      await give(again, wanted({ because: 'running-late', urgency: 'urgent', appointment }));
      const written = notes(await tasks());
      expect(written).toHaveLength(2);
      const note = written.find(({ code }) => code?.coding?.[0]?.code === 'no-reply');
      expect(note?.description).toContain('Thursday, March 5, 2026');
      if (note === undefined) throw new Error('No note');
      await staff(note, { status: 'completed' });
      house.clock.advance(60_000);
      await give(noReply());
      expect(
        notes(await tasks())
          .map(({ status }) => status)
          .sort(),
      ).toEqual(['completed', 'requested', 'requested']);
    }));

  it('says how late the patient will be, as they said last', () =>
    withChart(async ({ visits, give, wanted, tasks, house }) => {
      const late = (minutes?: number) =>
        wanted({
          because: 'running-late',
          urgency: 'urgent',
          appointment,
          ...(minutes === undefined ? {} : { minutes }),
        });
      await visits(visit([]));
      const ten = late(10);
      await give(ten);
      expect((await tasks())[0]?.description).toMatch(
        /^The patient says that they are about 10 minutes late for the visit on Tuesday, March 3, 2026 at 9:40 AM\. Please /,
      );
      house.clock.advance(60_000);
      const thirty = late(30);
      house.clock.advance(60_000);
      await give(late(20), ten);
      // What failed, and comes once more, does not undo what came after it.
      await give(thirty);
      const [note, ...others] = await tasks();
      expect(others).toEqual([]);
      expect(note?.description).toContain('about 20 minutes late');
      house.clock.advance(60_000);
      await give(late(1));
      expect((await tasks())[0]?.description).toContain('about 1 minute late');
    }));

  it('is due before the visit, and never at once in the past', () =>
    withChart(async ({ visits, give, wanted, tasks }) => {
      await visits(visit([], { start: '2026-03-02T14:05:00.000Z' }));
      await give(wanted({ because: 'no-reply', urgency: 'urgent', appointment }));
      expect((await tasks())[0]?.restriction?.period?.end).toBe('2026-03-02T14:10:00.000Z');
    }));
});

describe('what is on file, once confirmed', () => {
  it('is a Provenance of exactly these resources, once', () =>
    withChart(async ({ give, occasion, chart }) => {
      const confirmed = eventOf(fileConfirmed, occasion('desk/anna/file/1'), {
        by: 'Practitioner/clerk',
        at: '2026-03-02T13:59:00.000Z',
        sources: ['Patient/anna', 'Coverage/2'],
      });
      expect(await give(confirmed, confirmed)).toBe(true);
      const written = (await chart.search('Provenance', {})) as readonly Provenance[];
      expect(written).toMatchObject([
        {
          target: [{ reference: 'Patient/anna' }, { reference: 'Coverage/2' }],
          recorded: '2026-03-02T13:59:00.000Z',
          activity: { coding: [{ code: 'verify' }] },
          agent: [{ who: { reference: 'Practitioner/clerk' } }, { who: { identifier: { value: 'told-once' } } }],
        },
      ]);
    }));

  it('is valid R4', () => {
    const at = '2026-03-02T13:59:00.000Z';
    expect(faultsOf(toVerification({ target: ['Patient/anna'], recorded: at, by: 'Practitioner/clerk' }))).toEqual([]);
  });
});
