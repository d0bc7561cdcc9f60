import type { FunctionSpec } from '../function-spec.ts';

export const schedulingAsked = {
  name: 'scheduling-asked',
  does: 'Looks for other times, books them, gives visits up, and offers a freed time to the waiting list.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 10,
  needs: ['table', 'ehr', 'scheduler'],
  ehrAccess: { Appointment: 'rus', Slot: 'rus', Schedule: 'rs', Location: 'r' },
} as const satisfies FunctionSpec;
