import type { Appointment, AppointmentParticipant, Patient } from 'fhir/r4.js';
import type { ChartResource } from '../../domain/ports/chart.ts';
import { eventOf } from '../../events/envelope.ts';
import { hl7Received } from '../../events/hl7-received.ts';
import type { AppointmentPart, AppointmentStatement, Named } from '../../fhir-mappings/hl7v2/appointment.ts';
import {
  canBeWritten,
  newAppointment,
  onlyPatientOf,
  type Participants,
  withAppointment,
  withNumbers,
  withPatient,
} from '../../fhir-mappings/hl7v2/appointment-applied.ts';
import type { Hl7ReceivedDeps } from './dependencies.ts';
import { type Made, type Refused, type Written, waitNoMore, writeInOrder } from './in-order.ts';
import type { MessageMoment } from './moments.ts';
import { isPatient, livingRecord, numberOf } from './person-written.ts';

const isAppointment = (resource: ChartResource): resource is ChartResource & Appointment =>
  resource.resourceType === 'Appointment';

/** What is written in this order; of a status depends whether there is a reason for it. */
const partsInOrder: readonly AppointmentPart[] = [
  'status',
  'time',
  'type',
  'services',
  'reason',
  'cancelled',
  'comment',
  'practitioners',
  'locations',
];

/** A visit: made where the EHR has none under its numbers, else brought up to what the message says of it. */
export async function writeAppointment(
  deps: Hl7ReceivedDeps,
  moment: MessageMoment,
  statement: AppointmentStatement,
  person: Patient,
): Promise<Written<Appointment>> {
  const { said, numbers } = statement;
  const patient = await livingRecord(deps, person);
  const participants: Participants = {
    ...(said.practitioners === undefined ? {} : { practitioners: await participantsOf(deps, said.practitioners) }),
    ...(said.locations === undefined ? {} : { locations: await participantsOf(deps, said.locations) }),
  };
  const spoken = partsInOrder.filter((part) => said[part] !== undefined);
  const applied = (appointment: Appointment, parts: readonly string[], changedByOthers: boolean) =>
    withAppointment(
      withNumbers(appointment, statement.identifiers),
      said,
      spoken.filter((part) => parts.includes(part)),
      { participants, changedByOthers, isChange: statement.isChange },
    );
  const [, ...others] = numbers.map(numberOf);
  const target = { type: 'Appointment', numbers: [numberOf(statement.primary), ...others] } as const;
  const written = await writeInOrder<Appointment>(
    deps,
    moment,
    {
      ...target,
      parts: spoken,
      make: () => {
        const made = withPatient(applied(newAppointment(statement), spoken, false), patient);
        return canBeWritten(made)
          ? { is: 'made', resource: made }
          : {
              is: 'refused',
              why: 'The EHR has no appointment under this number, and the message does not say when it is. It is applied by itself when the booking comes; if it does not, have it sent.',
              waits: true,
            };
      },
      change: async (current, parts, changedByOthers): Promise<Made<Appointment>> => {
        const wrong = await belongsToOthers(deps, current, patient);
        if (wrong !== undefined) return wrong;
        const changed = applied(current, parts, changedByOthers);
        return { is: 'made', resource: parts.length === 0 ? changed : withPatient(changed, patient) };
      },
    },
    isAppointment,
  );
  if (written.is !== 'refused' && written.waiting.length > 0) {
    await followWaiting(deps, written.waiting, moment.message);
    await waitNoMore(deps, target, written.waiting);
  }
  return written;
}

/** What came before the booking, though it was made after it, is followed now. */
async function followWaiting(deps: Hl7ReceivedDeps, waiting: readonly string[], booking: string): Promise<void> {
  const time = deps.clock.now().toISOString();
  for (const message of waiting) {
    const cause = `hl7/${message}${afterBooking}${booking}`;
    const occasion = { cause, time, tenant: deps.clinic.tenant };
    const trigger = (await deps.records.get('hl7-message', message))?.value.trigger ?? '';
    const events = [eventOf(hl7Received, occasion, { message, trigger })];
    await deps.store.commit({ cause, outcome: { reply: 'kept' }, moments: [], events });
  }
}

/** In the cause of a message that is followed once more because what it is about is there now. */
export const afterBooking = '/after/';

/** A number that leads to somebody else's visit is a mistake that a person must look at; a record merged since is the same person. */
async function belongsToOthers(
  deps: Hl7ReceivedDeps,
  appointment: Appointment,
  patient: string,
): Promise<Refused | undefined> {
  const named = appointment.participant.filter(({ actor }) => actor?.reference?.includes('Patient/') === true);
  const holder = onlyPatientOf(appointment);
  if (named.length === 0 || holder === patient) return undefined;
  const read = holder === undefined ? undefined : await deps.chart.read('Patient', holder);
  if (read?.is === 'found' && isPatient(read.resource) && (await livingRecord(deps, read.resource)) === patient)
    return undefined;
  return {
    is: 'refused',
    why: 'The appointment under this number is somebody else’s, or several people’s, in the EHR. Compare SCH-2 and PID-3 with it.',
  };
}

/** As references where the EHR knows the number, else as words with the number. */
async function participantsOf(
  deps: Hl7ReceivedDeps,
  named: readonly Named[],
): Promise<readonly AppointmentParticipant[]> {
  return Promise.all(
    named.map(async ({ type, number, display }): Promise<AppointmentParticipant> => {
      const found = number === undefined ? [] : await deps.chart.search(type, { identifier: numberOf(number) }, 2);
      const [only, other] = found;
      const reference = only?.id === undefined || other !== undefined ? undefined : `${type}/${only.id}`;
      return {
        actor: {
          ...(reference === undefined ? { type } : { reference }),
          ...(reference !== undefined || number === undefined
            ? {}
            : { identifier: { system: number.system, value: number.value } }),
          ...(display === undefined ? {} : { display }),
        },
        status: 'accepted',
      };
    }),
  );
}
