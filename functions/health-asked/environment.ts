import type { FunctionSpec } from '../function-spec.ts';

export const healthAsked = {
  name: 'health-asked',
  does: 'Whether we are there; nothing about patients.',
  trigger: { by: 'http', routes: [{ method: 'GET', path: '/health', bodyLimit: 1024 }] },
  memoryMb: 256,
  timeoutSeconds: 5,
  reservedConcurrency: 5,
  needs: [],
} as const satisfies FunctionSpec;
