import type { FunctionSpec } from '../function-spec.ts';

export const clinicRunsLate = {
  name: 'clinic-runs-late',
  does: 'The clinic runs late, or on time again: tells whoever waits for it today.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 5,
  needs: ['table', 'ehr'],
  ehrAccess: { Appointment: 's' },
} as const satisfies FunctionSpec;
