import type { FunctionSpec } from '../function-spec.ts';

export const timeCame = {
  name: 'time-came',
  does: 'Sets the timers of a visit and follows them.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 30,
  reservedConcurrency: 5,
  needs: ['table', 'scheduler'],
} as const satisfies FunctionSpec;
