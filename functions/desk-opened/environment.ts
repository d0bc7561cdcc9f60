import type { FunctionSpec } from '../function-spec.ts';

export const deskOpened = {
  name: 'desk-opened',
  does: 'The clerk opened the desk page from the chart: show the waiting question, take the answer.',
  trigger: {
    by: 'http',
    routes: [
      { method: 'GET', path: '/staff/desk', bodyLimit: 65536 },
      { method: 'POST', path: '/staff/desk', bodyLimit: 65536 },
      { method: 'GET', path: '/staff/signed-in', bodyLimit: 65536 },
    ],
  },
  memoryMb: 512,
  timeoutSeconds: 20,
  reservedConcurrency: 20,
  needs: ['table', 'house-keys', 'ehr'],
} as const satisfies FunctionSpec;
