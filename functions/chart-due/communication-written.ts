import { channels } from '../../domain/intake/answer.ts';
import type { MessageState } from '../../domain/story/message.ts';
import type { Envelope } from '../../events/envelope.ts';
import { type CommunicationOutcome, toCommunication } from '../../fhir-mappings/communication.ts';
import { toConsent } from '../../fhir-mappings/consent.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import type { ChartDueDeps } from './dependencies.ts';

const outcomes: Record<MessageState, CommunicationOutcome | undefined> = {
  queued: undefined,
  sending: undefined,
  sent: 'on-its-way',
  delivered: 'arrived',
  undelivered: 'not-delivered',
  failed: 'not-delivered',
  withheld: 'withheld',
};

/** Each text to a patient as a Communication, where the clinic's policy wants it: written when it is sent, brought up to date by what became of it. */
export async function writeCommunication(deps: ChartDueDeps, id: string): Promise<void> {
  if (!deps.keepsCommunications) return;
  const stored = await deps.records.get('message', id);
  const outcome = stored === undefined ? undefined : outcomes[stored.value.state];
  if (stored === undefined || outcome === undefined || stored.value.story === undefined) return;
  const key = `communication/${id}`;
  const link = await deps.records.get('chart-link', key);
  const rank = outcome === 'on-its-way' ? 1 : 2;
  if (link !== undefined && link.value.upTo >= rank) return;
  const { value } = stored;
  const communication = toCommunication({
    message: id,
    direction: 'sent',
    outcome,
    channel: value.channel === 'voice' ? 'voice-keypad' : 'sms',
    at: value.createdAt,
    patient: `Patient/${value.story}`,
    ...(value.about === undefined ? {} : { about: [`Appointment/${value.about.appointment}`] }),
    words: value.body,
  });
  const written =
    link === undefined
      ? await deps.chart.create(communication, `identifier=${systems.message}|${encodeURIComponent(id)}`)
      : await deps.chart.update({ ...communication, id: link.value.reference.slice('Communication/'.length) });
  if (written.is !== 'written') {
    deps.log.warn('CHART_REFUSED', { resourceType: 'Communication' });
    return;
  }
  const writtenAt = deps.clock.now().toISOString();
  await deps.records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: {
      reference: `Communication/${written.id}`,
      versionId: written.versionId,
      ...(value.story === undefined ? {} : { story: value.story }),
      writtenAt,
      upTo: rank,
    },
  });
}

/** What the patient said to a person, in their own words: what a Task for staff speaks of must be found in the chart. */
export async function writeHeard(deps: ChartDueDeps, { patient, cause, time }: Envelope): Promise<void> {
  if (!deps.keepsCommunications || patient === undefined) return;
  const key = `communication/heard/${cause}`;
  if ((await deps.records.get('chart-link', key)) !== undefined) return;
  const heard = (await deps.store.moments(patient, 60)).find((moment) => moment.id === `${cause}#heard`);
  const words = heard?.detail.words;
  if (heard === undefined || typeof words !== 'string' || words.trim() === '') return;
  const channel = channels.find((each) => each === heard.channel) ?? 'sms';
  const communication = toCommunication({
    message: cause,
    direction: 'received',
    outcome: 'arrived',
    channel,
    at: time,
    patient: `Patient/${patient}`,
    words,
  });
  const written = await deps.chart.create(communication, `identifier=${systems.message}|${encodeURIComponent(cause)}`);
  if (written.is !== 'written') {
    deps.log.warn('CHART_REFUSED', { resourceType: 'Communication' });
    return;
  }
  const value = { reference: `Communication/${written.id}`, story: patient, writtenAt: time, upTo: 1 };
  await deps.records.put({ kind: 'chart-link', id: key, expect: 'any', value });
}

/** An opt-out or opt-in, kept as FHIR Consent too: for the patient, or for everyone on the number. */
export async function writeConsent(
  deps: ChartDueDeps,
  envelope: Envelope,
  change: { readonly scope: 'number' | 'patient'; readonly allowed: boolean; readonly phone?: string },
): Promise<void> {
  const members =
    change.phone === undefined || change.scope === 'patient'
      ? []
      : ((await deps.store.phone(change.phone))?.members ?? []).map((member) => member.story);
  const patients = change.scope === 'patient' ? (envelope.patient === undefined ? [] : [envelope.patient]) : members;
  for (const patient of patients) {
    const identifier = `${envelope.cause}/${patient}`;
    const consent = toConsent({
      identifier,
      patient: `Patient/${patient}`,
      texts: change.allowed ? 'permit' : 'deny',
      at: envelope.time,
      words: change.scope === 'number' ? 'Carrier keyword on the number' : 'In the patient’s own words',
    });
    const written = await deps.chart.create(consent, `identifier=${systems.consent}|${encodeURIComponent(identifier)}`);
    if (written.is !== 'written') deps.log.warn('CHART_REFUSED', { resourceType: 'Consent' });
  }
}
