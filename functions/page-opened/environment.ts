import type { FunctionSpec } from '../function-spec.ts';

export const pageOpened = {
  name: 'page-opened',
  does: 'The patient opened the link: show the waiting question, take the answer.',
  trigger: {
    by: 'http',
    routes: [
      { method: 'GET', path: '/u/{token}', bodyLimit: 65536 },
      { method: 'POST', path: '/u/{token}', bodyLimit: 65536 },
    ],
  },
  memoryMb: 512,
  timeoutSeconds: 10,
  reservedConcurrency: 50,
  needs: ['table', 'house-keys'],
} as const satisfies FunctionSpec;
