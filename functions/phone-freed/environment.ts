import type { FunctionSpec } from '../function-spec.ts';

export const phoneFreed = {
  name: 'phone-freed',
  does: 'Gives the phone to the next conversation that waits.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 30,
  reservedConcurrency: 5,
  needs: ['table'],
} as const satisfies FunctionSpec;
