import type { FunctionSpec } from '../function-spec.ts';

export const chartDue = {
  name: 'chart-due',
  does: 'Writes to the EHR what it does not show yet.',
  trigger: { by: 'queue' },
  memoryMb: 1024,
  timeoutSeconds: 60,
  reservedConcurrency: 10,
  needs: ['table', 'ehr', 'scheduler'],
} as const satisfies FunctionSpec;
