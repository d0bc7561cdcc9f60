import type { FunctionSpec } from '../function-spec.ts';

export const messageDue = {
  name: 'message-due',
  does: 'Sends a text, if it may be sent.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 10,
  needs: ['table', 'twilio'],
} as const satisfies FunctionSpec;
