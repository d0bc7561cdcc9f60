import { Fault } from '../../domain/errors/errors.ts';
import type { Watched } from '../../edge/ehr/watched.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { chartChanged, sweepAsked } from '../../events/chart-changed.ts';
import { followAppointment } from './appointment-followed.ts';
import { followAppointmentResponse } from './appointment-response-followed.ts';
import { followConsent } from './consent-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { followEncounter } from './encounter-followed.ts';
import { followEvidence } from './evidence-followed.ts';
import { followUntold } from './missed-events.ts';
import { followPatient } from './person-followed.ts';
import { followRelatedPerson } from './relatives-followed.ts';
import { followSlot } from './slot-followed.ts';
import { followTask } from './task-followed.ts';
import { type Change, FollowedElsewhere, type Told, whatChanged } from './what-changed.ts';

/**
 * Follows a change in the EHR. What the notification carried is used where it is newer than what is known; where that cannot be told, the
 * current resource is read. Notifications may come twice, late and in any order: what stays is the chart as it is now.
 */
export function createHandler(deps: ChartChangedDeps): QueueHandler {
  return queueHandler(deps.log, 'chart-changed', [
    on(
      chartChanged,
      (told) => (told.resourceType === sweepAsked ? followUntold(deps, told.id, told.missed) : follow(deps, told)),
      // One sweep finds what several would.
      ({ id, data }) => (isSweep(data) ? JSON.stringify(data) : id),
    ),
  ]);
}

function isSweep(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'resourceType' in data && data.resourceType === sweepAsked;
}

const follows: Record<Exclude<Watched, 'Schedule'>, (deps: ChartChangedDeps, change: Change) => Promise<void>> = {
  Patient: (deps, change) => followPatient(deps, change),
  RelatedPerson: followRelatedPerson,
  Consent: followConsent,
  ServiceRequest: followEvidence,
  Coverage: followEvidence,
  CoverageEligibilityResponse: followEvidence,
  ClaimResponse: followEvidence,
  QuestionnaireResponse: followEvidence,
  AllergyIntolerance: followEvidence,
  MedicationRequest: followEvidence,
  MedicationStatement: followEvidence,
  Condition: followEvidence,
  DocumentReference: followEvidence,
  Task: followTask,
  Encounter: followEncounter,
  Appointment: followAppointment,
  AppointmentResponse: followAppointmentResponse,
  Slot: followSlot,
};

const mostTries = 5;

async function follow(deps: ChartChangedDeps, told: Told): Promise<void> {
  const { resourceType } = told;
  if (!isFollowed(resourceType)) return;
  for (let tries = 0; tries < mostTries; tries++) {
    const change = await whatChanged(deps, told, { anew: tries > 0 });
    if (change === undefined) return;
    try {
      return await follows[resourceType](deps, change);
    } catch (error) {
      if (!(error instanceof FollowedElsewhere)) throw error;
      deps.log.info('TURN_CONFLICT', { resourceType });
    }
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'A resource was followed by somebody else each time');
}

function isFollowed(resourceType: string): resourceType is keyof typeof follows {
  return Object.hasOwn(follows, resourceType);
}
