import type { Task } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { type RequirementState, requirementKinds, requirementStates } from '../../domain/requirements/requirement.ts';
import {
  type RequirementStanding,
  readRequirementTask,
  toRequirementTask,
} from '../../fhir-mappings/requirement-task.ts';
import { readIntakeTask } from '../../fhir-mappings/task.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { anAppointment, requirement, visit, withChart } from './clinic-with-ehr.ts';

const statuses: Record<RequirementState, Task['status']> = {
  open: 'requested',
  waiting: 'in-progress',
  met: 'completed',
  waived: 'cancelled',
  missed: 'failed',
};

describe('the Task of a requirement', () => {
  const task = (standing: RequirementStanding, more: Parameters<typeof requirement>[1] = {}) =>
    toRequirementTask({
      patient: 'Patient/anna',
      appointment: 'visit',
      requirement: requirement('mri-authorisation', more),
      standing,
      owner: { reference: 'Organization/lakeside-clinic', display: 'Insurance team' },
      visit: 'Tuesday, March 3, 2026 at 9:40 AM',
      when: () => 'Monday',
      authoredOn: '2026-03-02T14:00:00.000Z',
      at: '2026-03-02T14:00:00.000Z',
    });

  it('is valid R4 in every kind and state, and never taken for an intake', () => {
    for (const kind of requirementKinds) {
      for (const state of requirementStates) {
        const written = task(state, { kind, state, waivedBecause: 'Had it last week', evidence: 'ClaimResponse/7' });
        expect(faultsOf(written)).toEqual([]);
        expect(written.status).toBe(statuses[state]);
        expect(readIntakeTask({ ...written, id: '1' }, ['told-once'])).toMatchObject({ kind: 'not-ours' });
      }
    }
  });

  it('comes back as our own words, until somebody moves it', () => {
    for (const state of requirementStates) {
      const written = task(state, { state });
      expect(readRequirementTask(written)).toMatchObject({
        appointment: 'visit',
        requirement: 'mri-authorisation',
        patient: 'anna',
        moved: false,
      });
      for (const status of ['requested', 'accepted', 'completed', 'cancelled', 'rejected', 'failed'] as const)
        expect(readRequirementTask({ ...written, status })?.moved).toBe(status !== written.status);
    }
    expect(
      readRequirementTask({ ...task('open'), status: 'cancelled', statusReason: { text: 'Not wanted' } }),
    ).toMatchObject({ state: 'waived', moved: true, because: 'Not wanted' });
    expect(readRequirementTask({ ...task('open'), identifier: [] })).toBeUndefined();
  });

  it('says what, for which visit, why, and who said it is done', () => {
    expect(task('open').description).toBe(
      'Authorisation by the payer for the visit on Tuesday, March 3, 2026 at 9:40 AM. Why: MRI with contrast, payer Prairie Health. What the patient hears: “We are getting the authorisation.”',
    );
    expect(task('met', { state: 'met', setBy: 'staff' }).description).toContain('Staff said so.');
    expect(task('met', { state: 'met', evidence: 'ClaimResponse/7' })).toMatchObject({
      description: expect.stringContaining('Shown by ClaimResponse/7.'),
      reasonReference: { reference: 'ClaimResponse/7' },
    });
    expect(task('waived', { state: 'waived', waivedBecause: 'Had it last week' }).statusReason?.text).toBe(
      'Had it last week',
    );
    expect(task('open', { tooLate: true })).toMatchObject({ priority: 'urgent' });
  });
});

describe('the Tasks of a visit', () => {
  it('are one for each requirement, for its owner, once, however often they are asked for', () =>
    withChart(async ({ visits, give, planned, tasks, asked }) => {
      await visits(
        visit([
          requirement('authorisation'),
          requirement('referral', { kind: 'referral', owner: 'referring-practice', state: 'waiting' }),
          requirement('fasting', { kind: 'preparation', owner: 'patient' }),
          requirement('check-in', { kind: 'document', owner: 'front-desk', state: 'met', evidence: 'patient' }),
        ]),
      );
      expect(await give(planned(), planned())).toBe(true);
      expect(await give(planned())).toBe(true);
      expect(asked).toEqual(['together POST Task, POST Task, POST Task, POST Task']);
      const written = await tasks();
      expect(
        Object.fromEntries(
          written.map(({ identifier, status, owner }) => [
            identifier?.[0]?.value,
            [status, owner?.reference ?? owner?.display],
          ]),
        ),
      ).toEqual({
        'visit/authorisation': ['requested', 'Organization/lakeside-clinic'],
        'visit/referral': ['in-progress', 'The practice that referred the patient'],
        'visit/fasting': ['requested', 'Patient/anna'],
        'visit/check-in': ['completed', 'Organization/lakeside-clinic'],
      });
      for (const task of written)
        expect(task).toMatchObject({
          intent: 'order',
          for: { reference: 'Patient/anna' },
          focus: { reference: 'Appointment/visit' },
          requester: { identifier: { value: 'told-once' } },
          restriction: { period: { end: '2026-03-02T23:00:00.000Z' } },
        });
    }));

  it('belong to who referred the patient, where the chart says who that is', () =>
    withChart(async ({ tell, give, planned, task }) => {
      await tell((story) => ({
        ...story,
        visits: [
          visit([requirement('referral', { kind: 'referral', owner: 'referring-practice' })], {
            about: ['ServiceRequest/7'],
          }),
        ],
        evidence: [
          {
            reference: 'ServiceRequest/7',
            kind: 'referral',
            state: 'under-way',
            codes: [],
            about: [],
            requester: 'Organization/hill-practice',
          },
        ],
      }));
      await give(planned());
      expect((await task('referral')).owner).toEqual({ reference: 'Organization/hill-practice' });
    }));

  it('follow what changes with one write, and touch nothing else', () =>
    withChart(async ({ visits, give, planned, task, asked, house }) => {
      await visits(visit([requirement('a'), requirement('b')]));
      await give(planned());
      const before = await task('b');
      asked.length = 0;
      house.clock.advance(60_000);
      await visits(visit([requirement('a', { state: 'met', evidence: 'ClaimResponse/7' }), requirement('b')]));
      await give(planned(), planned());
      expect(asked).toEqual(['update Task']);
      expect(await task('a')).toMatchObject({
        status: 'completed',
        reasonReference: { reference: 'ClaimResponse/7' },
        authoredOn: '2026-03-02T14:00:00.000Z',
        lastModified: '2026-03-02T14:01:00.000Z',
      });
      expect((await task('b')).meta?.versionId).toBe(before.meta?.versionId);
    }));

  it('that nothing needs any more are called off, and come back where it is needed again', () =>
    withChart(async ({ visits, give, planned, task }) => {
      await visits(visit([requirement('a'), requirement('b')]));
      await give(planned());
      await visits(visit([requirement('b')]));
      await give(planned());
      expect(await task('a')).toMatchObject({ status: 'cancelled', statusReason: { text: 'Not needed any more' } });
      const { meta } = await task('a');
      await give(planned());
      expect((await task('a')).meta?.versionId).toBe(meta?.versionId);
      await visits(visit([requirement('a'), requirement('b')]));
      await give(planned());
      expect((await task('a')).status).toBe('requested');
      expect((await task('a')).statusReason).toBeUndefined();
    }));

  it.each([
    ['passed', 'passed', 'failed', 'The visit is over'],
    ['missed', 'missed', 'failed', 'The visit is over'],
    ['cancelled', 'cancelled', 'cancelled', 'The visit is off'],
    ['cancelled', 'never-was', 'cancelled', 'The visit is off'],
  ] as const)('end with the visit (%s, because %s), but for what is settled', (state, because, status, reason) =>
    withChart(async ({ visits, give, planned, ended, task }) => {
      const needs = [requirement('open'), requirement('done', { state: 'met', evidence: 'ClaimResponse/7' })];
      await visits(visit(needs));
      await give(planned());
      await visits(visit(needs, { state }));
      await give(ended(because));
      expect(await task('open')).toMatchObject({ status, statusReason: { text: reason } });
      expect((await task('done')).status).toBe('completed');
    }),
  );

  it('end though the story has let the visit go before the EHR could take it', () =>
    withChart(async ({ visits, give, planned, ended, task, asked }) => {
      await visits(visit([requirement('open'), requirement('done', { state: 'met' })]));
      await give(planned());
      await visits();
      asked.length = 0;
      await give(planned());
      expect(asked).toEqual([]);
      await give(ended('cancelled'));
      expect((await task('open')).status).toBe('cancelled');
      expect((await task('done')).status).toBe('completed');
    }));

  it('show where the story stands, also where the news comes late and in another order', () =>
    withChart(async ({ visits, give, planned, ended, task }) => {
      const [early, late] = [planned(), ended('cancelled')];
      await visits(visit([requirement('a')], { state: 'cancelled' }));
      await give(late);
      await give(early);
      expect((await task('a')).status).toBe('cancelled');
      await visits(visit([requirement('a')]));
      await give(planned());
      await give(early);
      expect((await task('a')).status).toBe('requested');
    }));
});

describe('a consumer that was slow', () => {
  it('writes nothing of a story that a newer one has overtaken', () =>
    withChart(async ({ visits, give, planned, task, house, slow }) => {
      await visits(visit([requirement('a')]));
      const then = await house.store.story('anna');
      await visits(visit([requirement('a', { state: 'met' })]));
      await give(planned());
      if (then !== undefined) slow.view = then;
      expect(await give(planned())).toBe(true);
      expect((await task('a')).status).toBe('completed');
    }));
});

describe('staff and we on one Task', () => {
  it('keep what they set while the requirement stands as it stood, and what is ours comes up to date', () =>
    withChart(async ({ visits, give, planned, task, staff }) => {
      await visits(visit([requirement('a')]));
      await give(planned());
      await staff(await task('a'), {
        status: 'completed',
        owner: { reference: 'Practitioner/clerk' },
        note: [{ text: 'Rang the payer' }],
      });
      // The visit was moved before the story heard of what they did.
      await visits(visit([requirement('a', { due: '2026-03-05T23:00:00.000Z' })]));
      await give(planned());
      expect(await task('a')).toMatchObject({
        status: 'completed',
        restriction: { period: { end: '2026-03-05T23:00:00.000Z' } },
        owner: { reference: 'Practitioner/clerk' },
        note: [{ text: 'Rang the payer' }],
      });
      expect(readRequirementTask(await task('a'))).toMatchObject({ moved: true, state: 'met' });
    }));

  it('agree once the story has heard of it, and what they added stays', () =>
    withChart(async ({ visits, give, planned, task, staff }) => {
      await visits(visit([requirement('a')]));
      await give(planned());
      await staff(await task('a'), { status: 'cancelled', note: [{ text: 'Payer says no need' }] });
      await visits(visit([requirement('a', { state: 'waived', setBy: 'staff', waivedBecause: 'Payer says no need' })]));
      await give(planned());
      expect(await task('a')).toMatchObject({
        status: 'cancelled',
        statusReason: { text: 'Payer says no need' },
        note: [{ text: 'Payer says no need' }],
      });
      expect(readRequirementTask(await task('a'))?.moved).toBe(false);
      await visits(visit([requirement('a', { state: 'met', evidence: 'ClaimResponse/7' })]));
      await give(planned());
      expect(await task('a')).toMatchObject({ status: 'completed', note: [{ text: 'Payer says no need' }] });
    }));

  it('do not reopen what they closed, but the requirement does when it changes afterwards', () =>
    withChart(async ({ visits, give, planned, task, staff }) => {
      await visits(visit([requirement('a')]));
      await give(planned());
      await staff(await task('a'), { status: 'rejected' });
      await visits(visit([requirement('a', { because: 'MRI with contrast, payer Lakeshore' })]));
      await give(planned());
      expect((await task('a')).status).toBe('rejected');
      await visits(visit([requirement('a', { state: 'waiting' })]));
      await give(planned());
      expect((await task('a')).status).toBe('in-progress');
    }));

  it.each(['rejected', 'failed', 'entered-in-error'] as const)(
    'leave a Task that its owner gave back as they left it, until it is taken up again: %s',
    (status) =>
      withChart(async ({ visits, give, planned, task, staff }) => {
        await visits(visit([requirement('a')]));
        await give(planned());
        await staff(await task('a'), { status: 'accepted' });
        await visits(visit([requirement('a', { state: 'waiting', setBy: 'staff' })]));
        await give(planned());
        const statusReason = { text: 'Not our patient' };
        await staff(await task('a'), { status, statusReason });
        expect(readRequirementTask(await task('a'))).toMatchObject({
          state: 'given-back',
          because: 'Not our patient',
          moved: true,
        });
        await visits(visit([requirement('a', { givenBack: { because: 'Not our patient' } })]));
        await give(planned());
        expect(await task('a')).toMatchObject({ status, statusReason });
        await staff(await task('a'), { status: 'requested', owner: { reference: 'Practitioner/clerk' } });
        await visits(visit([requirement('a')]));
        await give(planned());
        expect(await task('a')).toMatchObject({
          status: 'requested',
          businessStatus: { text: 'To do' },
          owner: { reference: 'Practitioner/clerk' },
        });
      }),
  );

  it('leave a Task that was deleted where it is, until there is news', () =>
    withChart(async ({ visits, give, planned, task, tasks, ehr }) => {
      await visits(visit([requirement('a')]));
      await give(planned());
      await ehr.call('DELETE', `Task/${(await task('a')).id}`);
      await visits(visit([requirement('a', { due: '2026-03-05T23:00:00.000Z' })]));
      expect(await give(planned())).toBe(true);
      expect(await tasks()).toEqual([]);
      await visits(visit([requirement('a', { state: 'met' })]));
      await give(planned());
      expect((await task('a')).status).toBe('completed');
    }));
});

describe('an EHR that fails in the middle', () => {
  const faults = (origin: string, plan: object) =>
    fetch(`${origin}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(plan),
    });

  it('gets what it lacks when it is back, and nothing twice', () =>
    withChart(async ({ visits, give, planned, tasks, task, ehr }) => {
      await visits(visit([requirement('a'), requirement('b')]));
      await faults(ehr.ehr.origin, { garbage: true, only: { method: 'POST' } });
      expect(await give(planned())).toBe(false);
      await faults(ehr.ehr.origin, {});
      // In the meantime it changed: whatever the first attempt left behind must show it.
      await visits(visit([requirement('a', { state: 'met' }), requirement('b')]));
      expect(await give(planned())).toBe(true);
      expect(await tasks()).toHaveLength(2);
      expect((await task('a')).status).toBe('completed');
    }));

  it.each([
    ['does not know how', { status: 501 }],
    ['refuses it', { status: 400 }],
    ['answers something else', { garbage: true }],
  ])('gets Tasks one by one where it %s when they come together, each once', (_, plan) =>
    withChart(async ({ visits, give, planned, tasks, task, asked, ehr }) => {
      await faults(ehr.ehr.origin, { ...plan, only: { method: 'POST', type: '' } });
      await visits(visit([requirement('a'), requirement('b')]));
      expect(await give(planned())).toBe(true);
      expect(await tasks()).toHaveLength(2);
      const moved = { start: '2026-03-04T15:40:00.000Z', end: '2026-03-04T16:10:00.000Z' };
      await visits(visit([requirement('a'), requirement('b')], moved));
      asked.length = 0;
      expect(await give(planned())).toBe(true);
      expect(asked).toContain('update Task');
      expect(await tasks()).toHaveLength(2);
      for (const id of ['a', 'b']) expect((await task(id)).description).toContain('Wednesday, March 4');
    }),
  );

  it('takes what changes in all of them together, but for what staff have written too', () =>
    withChart(async ({ visits, give, planned, task, staff, asked }) => {
      await visits(visit([requirement('a'), requirement('b'), requirement('c')]));
      await give(planned());
      await staff(await task('b'), { status: 'in-progress' });
      const moved = { start: '2026-03-04T15:40:00.000Z', end: '2026-03-04T16:10:00.000Z' };
      await visits(visit([requirement('a'), requirement('b'), requirement('c')], moved));
      expect(await give(planned())).toBe(true);
      expect((await task('b')).status).toBe('in-progress');
      for (const id of ['a', 'b', 'c']) expect((await task(id)).description).toContain('Wednesday, March 4');
      // From now on one of them is read before it is written; the others still go together.
      asked.length = 0;
      await visits(visit([requirement('a'), requirement('b'), requirement('c')]));
      expect(await give(planned())).toBe(true);
      expect(asked.filter((each) => each.startsWith('together'))).toHaveLength(1);
    }));

  it('does not keep the others waiting for one that it refuses', () =>
    withChart(async ({ visits, give, planned, tasks, log }) => {
      await visits(visit([requirement('bad', { due: 'not a time' }), requirement('good')]));
      expect(await give(planned())).toBe(false);
      expect((await tasks()).map(({ identifier }) => identifier?.[0]?.value)).toEqual(['visit/good']);
      expect(log.lines.join()).toContain('CHART_REFUSED');
    }));

  it('is written to by one of two at a time', () =>
    withChart(async ({ visits, give, planned, tasks, asked, ehr }) => {
      await ehr.call('PUT', 'Appointment/visit', anAppointment);
      await visits(visit([requirement('a'), requirement('b')]));
      const done = await Promise.all([give(planned()), give(planned()), give(planned())]);
      expect(done).toContain(true);
      expect(await give(planned())).toBe(true);
      expect(await tasks()).toHaveLength(2);
      expect(asked.filter((each) => each === 'create Task').length).toBeLessThanOrEqual(4);
    }));
});
