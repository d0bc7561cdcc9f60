import type { FunctionSpec } from '../function-spec.ts';

export const mediaReceived = {
  name: 'media-received',
  does: 'Fetches what a patient sent and keeps it.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 5,
  needs: ['twilio', 'media'],
} as const satisfies FunctionSpec;
