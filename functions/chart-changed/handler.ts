import type { Appointment, Consent, Patient, RelatedPerson, Task } from 'fhir/r4.js';
import { sweepChanges } from '../../edge/ehr/sweep-changes.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { chartChanged, sweepAsked } from '../../events/chart-changed.ts';
import { followAppointment } from './appointment-followed.ts';
import { followConsent } from './consent-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { followPatient, followRelatedPerson } from './person-followed.ts';
import { followTask } from './task-followed.ts';

/**
 * Follows a change in the EHR. The current resource is read, whatever the notification carried: notifications may come twice, late and in
 * any order, and the state of the chart now is right in all of them.
 */
export function createHandler(deps: ChartChangedDeps): QueueHandler {
  return queueHandler(deps.log, 'chart-changed', [
    on(chartChanged, async ({ resourceType, id }) => {
      if (resourceType === sweepAsked) return sweepChanges(deps);
      if (!isFollowed(resourceType)) return;
      const read = await deps.chart.read(resourceType, id);
      if (read.is === 'forbidden') {
        deps.log.warn('CHART_REFUSED', { resourceType, status: 403 });
        return;
      }
      await follow(deps, resourceType, id, read.is === 'found' ? read.resource : undefined);
    }),
  ]);
}

const followed = ['Patient', 'RelatedPerson', 'Task', 'Appointment', 'Consent'] as const;
type Followed = (typeof followed)[number];

function isFollowed(resourceType: string): resourceType is Followed {
  return (followed as readonly string[]).includes(resourceType);
}

/** `resource` is undefined where the EHR no longer has it. The EHR answers a read of a type with that type, or it was refused as garbage. */
async function follow(deps: ChartChangedDeps, resourceType: Followed, id: string, resource: unknown): Promise<void> {
  switch (resourceType) {
    case 'Patient':
      return resource === undefined ? undefined : followPatient(deps, resource as Patient);
    case 'RelatedPerson':
      return followRelatedPerson(deps, id, resource as RelatedPerson | undefined);
    case 'Task':
      return followTask(deps, id, resource as Task | undefined);
    case 'Appointment':
      return followAppointment(deps, id, resource as Appointment | undefined);
    case 'Consent':
      return resource === undefined ? undefined : followConsent(deps, resource as Consent);
  }
}
