import type { FunctionSpec } from '../function-spec.ts';

export const messageStatusChanged = {
  name: 'message-status-changed',
  does: 'The carrier says what became of a text.',
  trigger: { by: 'http', routes: [{ method: 'POST', path: '/twilio/sms/status', bodyLimit: 65536 }] },
  memoryMb: 256,
  timeoutSeconds: 10,
  reservedConcurrency: 50,
  needs: ['table', 'twilio'],
} as const satisfies FunctionSpec;
