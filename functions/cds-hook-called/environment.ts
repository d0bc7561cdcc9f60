import type { FunctionSpec } from '../function-spec.ts';

export const cdsHookCalled = {
  name: 'cds-hook-called',
  does: 'A chart is open: say in a card what the patient told, and remember who has seen it.',
  trigger: {
    by: 'http',
    routes: [
      { method: 'GET', path: '/cds-services', bodyLimit: 1024 },
      { method: 'POST', path: '/cds-services/{id}', bodyLimit: 262144 },
      { method: 'POST', path: '/cds-services/{id}/feedback', bodyLimit: 65536 },
      { method: 'OPTIONS', path: '/cds-services', bodyLimit: 1024 },
      { method: 'OPTIONS', path: '/cds-services/{proxy+}', bodyLimit: 1024 },
    ],
  },
  memoryMb: 512,
  timeoutSeconds: 10,
  reservedConcurrency: 50,
  needs: ['table', 'house-keys', 'cds-issuers'],
} as const satisfies FunctionSpec;
