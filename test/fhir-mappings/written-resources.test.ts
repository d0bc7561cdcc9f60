import { describe, expect, it } from 'vitest';
import { channels } from '../../domain/intake/answer.ts';
import { toCommunication } from '../../fhir-mappings/communication.ts';
import { toConsent } from '../../fhir-mappings/consent.ts';
import { toProvenance } from '../../fhir-mappings/provenance.ts';
import { type StaffTaskCode, toStaffTask } from '../../fhir-mappings/staff-task.ts';
import { faultsOf } from './fhir-validation.ts';

const at = '2026-03-02T07:58:12.000Z';

describe('what is written to the chart is valid R4', () => {
  it('(and the validator does find faults)', () => {
    expect(faultsOf({ resourceType: 'Task', status: 'requested' })).not.toEqual([]);
    expect(faultsOf({ resourceType: 'Consent', status: 'active', scope: {}, category: [{ text: 'x' }] })).not.toEqual(
      [],
    );
  });

  it('provenance: who said it, who typed it, who put it together', () => {
    const provenance = toProvenance({
      target: ['QuestionnaireResponse/r/_history/2'],
      recorded: at,
      patient: 'Patient/anna',
      informant: 'RelatedPerson/mum',
      enteredBy: ['Practitioner/1', 'Practitioner/1'],
      conversation: 'task/42',
      sources: ['Task/42'],
    });
    expect(
      provenance.agent.map(({ type, who }) => [type?.coding?.[0]?.code, who.reference ?? who.identifier?.value]),
    ).toEqual([
      ['author', 'Patient/anna'],
      ['informant', 'RelatedPerson/mum'],
      ['enterer', 'Practitioner/1'],
      ['assembler', 'told-once'],
    ]);
    expect(faultsOf(provenance)).toEqual([]);
  });

  it.each(channels)('a message by %s, sent or received', (channel) => {
    const base = { message: 'm1', channel, at, patient: 'Patient/anna', words: 'Hello', outcome: 'arrived' } as const;
    const sent = toCommunication({ ...base, direction: 'sent', about: ['Appointment/7'], encounter: 'Encounter/1' });
    const received = toCommunication({
      ...base,
      direction: 'received',
      person: 'RelatedPerson/mum',
      media: [{ url: 'https://x.example/m', contentType: 'image/jpeg' }],
    });
    expect(sent).toMatchObject({
      status: 'completed',
      sent: at,
      recipient: [{ reference: 'Patient/anna' }],
      payload: [{ contentString: 'Hello' }],
      identifier: [{ value: 'm1' }],
    });
    expect(received).toMatchObject({
      received: at,
      sender: { reference: 'RelatedPerson/mum' },
      subject: { reference: 'Patient/anna' },
      payload: [{}, { contentAttachment: { contentType: 'image/jpeg' } }],
    });
    for (const resource of [sent, received]) expect(faultsOf(resource)).toEqual([]);
  });

  it('a message that did not arrive, with the reason and without empty words', () => {
    const failed = toCommunication({
      message: 'm',
      channel: 'sms',
      at,
      patient: 'Patient/anna',
      words: ' ',
      outcome: 'not-delivered',
      direction: 'sent',
      reason: 'The number is blocked.',
    });
    expect(failed).toMatchObject({ status: 'stopped', statusReason: { text: 'The number is blocked.' } });
    expect(failed.payload).toBeUndefined();
    expect(faultsOf(failed)).toEqual([]);
  });

  it('work for staff, a concern first', () => {
    const codes: StaffTaskCode[] = [
      'concern',
      'person-requested',
      'message-to-staff',
      'not-delivered',
      'unknown-number',
      'intake-refused',
      'conversation-closed',
    ];
    const tasks = codes.map((code) =>
      toStaffTask({
        identifier: `${code}/1`,
        code,
        description: 'Please look.',
        at,
        patient: 'Patient/anna',
        focus: 'QuestionnaireResponse/r',
        owner: 'Practitioner/n',
        dueBy: '2026-03-02T08:13:12.000Z',
      }),
    );
    expect(tasks.map(({ priority }) => priority)).toEqual([
      'stat',
      'urgent',
      'routine',
      'routine',
      'routine',
      'routine',
      'routine',
    ]);
    expect(tasks[0]).toMatchObject({
      status: 'requested',
      restriction: { period: { end: '2026-03-02T08:13:12.000Z' } },
      for: { reference: 'Patient/anna' },
    });
    for (const task of [...tasks, toStaffTask({ identifier: 'x', code: 'unknown-number', description: 'x', at })])
      expect(faultsOf(task)).toEqual([]);
  });

  it('whether texts may be written', () => {
    for (const texts of ['permit', 'deny'] as const) {
      const consent = toConsent({ identifier: 'c1', patient: 'Patient/anna', texts, at, words: 'STOP by text' });
      expect(consent).toMatchObject({
        status: 'active',
        provision: { type: texts },
        policyRule: { coding: [{ code: texts === 'permit' ? 'OPTIN' : 'OPTOUT' }] },
      });
      expect(faultsOf(consent)).toEqual([]);
    }
  });
});
