import type { FunctionSpec } from '../function-spec.ts';

export const messageDue = {
  name: 'message-due',
  does: 'Sends a text or makes a call, if it may be, as fast as the sender may.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 10,
  needs: ['table', 'twilio', 'scheduler'],
} as const satisfies FunctionSpec;
