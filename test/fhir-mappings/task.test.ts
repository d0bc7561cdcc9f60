import type { Task } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { readIntakeTask, taskUpdate } from '../../fhir-mappings/task.ts';
import { faultsOf } from './fhir-validation.ts';
import { hasRealResources, realResource } from './real-resources.ts';

const sdc = 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp';
const task: Task = {
  resourceType: 'Task',
  id: '42',
  meta: { versionId: '1', lastUpdated: '2026-03-02T07:00:00Z' },
  status: 'requested',
  intent: 'order',
  code: { coding: [{ system: sdc, code: 'complete-questionnaire' }] },
  for: { reference: 'Patient/anna' },
  basedOn: [{ reference: 'ServiceRequest/sr' }],
  reasonReference: { reference: 'https://ehr.example/fhir/Appointment/7' },
  restriction: { period: { end: '2026-03-02T09:40:00Z' } },
  input: [{ type: { coding: [{ system: sdc, code: 'questionnaire' }] }, valueCanonical: 'http://x.example/q|2' }],
};
const us = ['Organization/us', 'https://x.example|told-once'];
const kindOf = (change: Partial<Task>) => readIntakeTask({ ...task, ...change }, us).kind;

describe('a Task', () => {
  it('starts an intake, with what leads to the visit', () => {
    expect(readIntakeTask(task, us)).toEqual({
      kind: 'start',
      task: '42',
      versionId: '1',
      lastUpdated: '2026-03-02T07:00:00Z',
      patient: 'anna',
      dueBy: '2026-03-02T09:40:00Z',
      questionnaire: { url: 'http://x.example/q', version: '2' },
      visit: { appointment: '7', serviceRequest: 'sr' },
    });
  });

  it('means by its status what the table says', () => {
    const statuses = [
      'draft',
      'requested',
      'ready',
      'received',
      'accepted',
      'in-progress',
      'on-hold',
      'cancelled',
      'entered-in-error',
      'rejected',
      'failed',
      'completed',
    ] as const;
    expect(statuses.map((status) => kindOf({ status }))).toEqual([
      'not-ours',
      'start',
      'start',
      'under-way',
      'under-way',
      'under-way',
      'cancelled',
      'cancelled',
      'cancelled',
      'done',
      'done',
      'done',
    ]);
    expect(readIntakeTask(JSON.parse(JSON.stringify(task).replace('requested', 'toString')), us)).toMatchObject({
      kind: 'not-ours',
      because: 'unknown-status',
    });
  });

  it('is ours when nobody owns it or we do, by reference or identifier', () => {
    expect(kindOf({ owner: { reference: 'Organization/us' } })).toBe('start');
    expect(kindOf({ owner: { reference: 'https://ehr.example/fhir/Organization/us' } })).toBe('start');
    expect(kindOf({ owner: { identifier: { system: 'https://x.example', value: 'told-once' } } })).toBe('start');
    expect(kindOf({ owner: { reference: 'Practitioner/other' } })).toBe('not-ours');
    expect(kindOf({ owner: {} })).toBe('not-ours');
    expect(kindOf({ code: { coding: [{ system: sdc, code: 'other' }] } })).toBe('not-ours');
    expect(kindOf({ code: { coding: [{ system: 'http://other.example', code: 'complete-questionnaire' }] } })).toBe(
      'not-ours',
    );
  });

  it('names its questionnaire as a canonical, a uri or a reference', () => {
    const named = (input: NonNullable<Task['input']>[number]) => {
      const read = readIntakeTask({ ...task, input: [input] }, us);
      return read.kind === 'start' ? read.questionnaire : read.kind;
    };
    expect(named({ type: { text: 'Questionnaire' }, valueUri: 'http://x.example/q' })).toEqual({
      url: 'http://x.example/q',
    });
    expect(
      named({
        type: { coding: [{ code: 'questionnaire' }] },
        valueReference: { reference: 'https://ehr.example/fhir/Questionnaire/9' },
      }),
    ).toEqual({ url: 'Questionnaire/9' });
    expect(named({ type: { text: 'something else' }, valueUri: 'http://x.example/q' })).toBe('refused');
  });

  it.each<[string, Partial<Task>]>([
    ['no patient', { for: {} }],
    ['another subject', { for: { reference: 'Group/1' } }],
    ['no questionnaire', { input: [] }],
    [
      'several questionnaires',
      { input: ['a', 'b'].map((valueCanonical) => ({ type: { text: 'questionnaire' }, valueCanonical })) },
    ],
    ['an unknown modifier', { modifierExtension: [{ url: 'http://x.example', valueBoolean: true }] }],
  ])('with %s is refused with a reason', (_, change) => {
    expect(readIntakeTask({ ...task, ...change }, us)).toMatchObject({
      kind: 'refused',
      task: '42',
      reason: expect.stringMatching(/^The Task .+\.$/),
    });
  });

  it('changes with the conversation, the same change once', () => {
    const accepted = taskUpdate(
      { ...task, statusReason: { text: 'old' } },
      { to: 'accepted', at: '2026-03-02T07:01:00Z' },
    );
    const begun = taskUpdate(accepted, { to: 'in-progress', at: '2026-03-02T07:02:00Z' });
    const done = taskUpdate(begun, {
      to: 'completed',
      at: '2026-03-02T09:00:00Z',
      response: 'QuestionnaireResponse/r',
    });
    expect(accepted).toMatchObject({ status: 'accepted', lastModified: '2026-03-02T07:01:00Z' });
    expect(accepted.statusReason).toBeUndefined();
    expect(done).toMatchObject({
      status: 'completed',
      executionPeriod: { start: '2026-03-02T07:02:00Z', end: '2026-03-02T09:00:00Z' },
      output: [
        {
          type: { coding: [{ system: sdc, code: 'questionnaire-response' }] },
          valueReference: { reference: 'QuestionnaireResponse/r' },
        },
      ],
    });
    expect(
      taskUpdate(done, { to: 'completed', at: '2026-03-02T09:00:00Z', response: 'QuestionnaireResponse/r' }),
    ).toEqual(done);
    const refused = taskUpdate(task, {
      to: 'rejected',
      at: '2026-03-02T07:01:00Z',
      reason: 'Question x cannot be asked.',
    });
    const failed = taskUpdate(begun, { to: 'failed', at: '2026-03-02T09:00:00Z', reason: 'The visit has passed.' });
    expect([refused.statusReason, failed.statusReason]).toEqual([
      { text: 'Question x cannot be asked.' },
      { text: 'The visit has passed.' },
    ]);
    for (const resource of [accepted, begun, done, refused, failed]) expect(faultsOf(resource)).toEqual([]);
  });

  it.skipIf(!hasRealResources).each(['1', '2', '5'])('example %s of FHIR is not for us', (example) => {
    expect(
      readIntakeTask(realResource<Task>(`fhir-r4-examples/Task-example${example}.json`, 'Task'), us),
    ).toMatchObject({ kind: 'not-ours', because: 'another-task' });
  });
});
