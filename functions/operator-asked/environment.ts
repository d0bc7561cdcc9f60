import type { FunctionSpec } from '../function-spec.ts';

export const operatorAsked = {
  name: 'operator-asked',
  does: 'An operator lists what waits in quarantine, reads it, has it taken again, or puts it away.',
  trigger: { by: 'invoke' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 2,
  needs: ['table'],
} as const satisfies FunctionSpec;
