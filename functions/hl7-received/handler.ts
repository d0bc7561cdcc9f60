import { Fault } from '../../domain/errors/errors.ts';
import type { Hl7Message } from '../../domain/ports/records.ts';
import { causeOfCommit, eventsFor } from '../../edge/ehr/changed-events.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import type { Envelope } from '../../events/envelope.ts';
import { hl7Received } from '../../events/hl7-received.ts';
import { type Instruction, instructionIn } from '../../fhir-mappings/hl7v2/instruction.ts';
import { parseMessage } from '../../fhir-mappings/hl7v2/message.ts';
import { patientOf } from '../../fhir-mappings/patient-of.ts';
import { partId } from '../ehr-notified/hl7-kept.ts';
import { quarantine, settleQuarantined } from '../ehr-notified/quarantine.ts';
import { afterBooking, writeAppointment } from './appointment-written.ts';
import type { Hl7ReceivedDeps } from './dependencies.ts';
import type { Written } from './in-order.ts';
import { type MessageMoment, momentOf } from './moments.ts';
import { writeMerge, writePerson } from './person-written.ts';

/** The route that messages come by: what waits in quarantine is taken by it again. */
const route = 'POST /ehr/hl7v2';

/** A message that was acknowledged is brought into the EHR. While the EHR is away it waits on its queue; what can never be done waits for a person. */
export function createHandler(deps: Hl7ReceivedDeps): QueueHandler {
  return queueHandler(deps.log, 'hl7-received', [
    on(hl7Received, ({ message }, envelope) => follow(deps, message, envelope)),
  ]);
}

async function follow(deps: Hl7ReceivedDeps, id: string, { cause, time }: Envelope): Promise<void> {
  const message = await whole(deps, id);
  const { trigger } = message;
  const written = await apply(deps, id, message);
  const refused = written.find((one) => one.is === 'refused');
  for (const one of written) if (one.is === 'written' || one.is === 'unchanged') await tell(deps, id, one);
  if (refused !== undefined) return quarantine(deps, route, refused.why, message.body, time);
  if (cause.includes(afterBooking))
    await settleQuarantined(deps, route, message.body, 'Applied when the booking came.');
  if (written.every(({ is }) => is === 'superseded')) deps.log.info('HL7_SUPERSEDED', { message: id, trigger });
  else deps.log.info('HL7_APPLIED', { message: id, trigger, records: written.length });
}

async function whole({ records }: Hl7ReceivedDeps, id: string): Promise<Hl7Message> {
  const first = (await records.get('hl7-message', id))?.value;
  if (first === undefined) throw new Fault('EVENT_UNREADABLE', 'An HL7 v2 message is no longer kept');
  const bodies = [first.body];
  for (let number = 2; number <= (first.parts ?? 1); number++) {
    const part = (await records.get('hl7-message', partId(id, number)))?.value;
    if (part === undefined) throw new Fault('EVENT_UNREADABLE', 'A part of an HL7 v2 message is no longer kept');
    bodies.push(part.body);
  }
  return { ...first, body: bodies.join('') };
}

type AnyWritten = Written<{ readonly resourceType: string }>;

async function apply(deps: Hl7ReceivedDeps, id: string, message: Hl7Message): Promise<readonly AnyWritten[]> {
  const { timeZone } = deps.clinic;
  const parsed = parseMessage(message.body);
  const asked = parsed.ok ? instructionIn(parsed.message, { timeZone, systems: deps.systems }) : undefined;
  if (asked === undefined) return [{ is: 'refused', why: 'What was acknowledged can’t be read any more.' }];
  try {
    return await carryOut(deps, momentOf(id, message, timeZone), asked);
  } catch (error) {
    // It answered, and will answer the same: our client may not search there.
    if (!(error instanceof Fault) || error.code !== 'CHART_REFUSED') throw error;
    deps.log.error('CHART_REFUSED', { reason: 'search' }, error);
    return [{ is: 'refused', why: 'The EHR refused a search for what the message names.' }];
  }
}

async function carryOut(
  deps: Hl7ReceivedDeps,
  moment: MessageMoment,
  asked: Instruction,
): Promise<readonly AnyWritten[]> {
  switch (asked.about) {
    case 'person':
      return [await writePerson(deps, moment, asked.person, 'registration')];
    case 'appointment': {
      const person = await writePerson(deps, moment, asked.person, 'schedule');
      if (person.is === 'refused') return [person];
      return [person, await writeAppointment(deps, moment, asked.appointment, { ...person.resource, id: person.id })];
    }
    case 'merge': {
      const all: AnyWritten[] = [];
      for (const merge of asked.merges) all.push(...(await writeMerge(deps, moment, merge)));
      return all;
    }
  }
}

/** What follows from the change must not wait for a notification: it is told as one, under the same cause, so that it is followed once. */
async function tell(
  deps: Hl7ReceivedDeps,
  message: string,
  { id, versionId, resource }: Exclude<AnyWritten, { is: 'refused' }>,
): Promise<void> {
  const patient = patientOf({ ...resource, id });
  const change = {
    type: resource.resourceType,
    id,
    ...(versionId === '' ? {} : { versionId }),
    ...(patient === undefined ? {} : { patient }),
  };
  const events = eventsFor([change], {
    tenant: deps.clinic.tenant,
    time: deps.clock.now().toISOString(),
    mark: `hl7-${message}`,
  });
  await deps.store.commit({ cause: causeOfCommit(events), outcome: { reply: 'kept' }, moments: [], events });
}
