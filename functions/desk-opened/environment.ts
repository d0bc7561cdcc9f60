import type { FunctionSpec } from '../function-spec.ts';

export const deskOpened = {
  name: 'desk-opened',
  does: 'Staff opened the desk page or billing’s from the chart: show what waits and what is on file, take what they enter.',
  trigger: {
    by: 'http',
    routes: [
      { method: 'GET', path: '/staff/desk', bodyLimit: 65536 },
      { method: 'POST', path: '/staff/desk', bodyLimit: 65536 },
      { method: 'GET', path: '/staff/billing', bodyLimit: 65536 },
      { method: 'GET', path: '/staff/signed-in', bodyLimit: 65536 },
    ],
  },
  memoryMb: 512,
  timeoutSeconds: 20,
  reservedConcurrency: 20,
  needs: ['table', 'house-keys', 'ehr'],
} as const satisfies FunctionSpec;
