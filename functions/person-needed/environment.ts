import type { FunctionSpec } from '../function-spec.ts';

export const personNeeded = {
  name: 'person-needed',
  does: 'Rings the on-call nurse for a concern; looks up a number nobody knew.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 5,
  needs: ['table', 'twilio', 'ehr'],
  ehrAccess: { Patient: 's' },
} as const satisfies FunctionSpec;
