import type { FunctionSpec } from '../function-spec.ts';

export const ehrNotified = {
  name: 'ehr-notified',
  does: 'The EHR says that something changed: keep it, answer, follow it behind the bus.',
  trigger: {
    by: 'http',
    routes: [
      { method: 'POST', path: '/ehr/notifications', bodyLimit: 1048576 },
      { method: 'POST', path: '/ehr/notifications/{proxy+}', bodyLimit: 1048576 },
      { method: 'PUT', path: '/ehr/notifications/{proxy+}', bodyLimit: 1048576 },
      { method: 'POST', path: '/ehr/hl7v2', bodyLimit: 1048576 },
    ],
  },
  memoryMb: 512,
  timeoutSeconds: 10,
  reservedConcurrency: 50,
  needs: ['table', 'notification-secret'],
} as const satisfies FunctionSpec;
