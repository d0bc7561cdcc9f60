import type { FunctionSpec } from '../function-spec.ts';

export const smsReceived = {
  name: 'sms-received',
  does: 'A text arrived: decide, keep, answer.',
  trigger: { by: 'http', routes: [{ method: 'POST', path: '/twilio/sms', bodyLimit: 65536 }] },
  memoryMb: 512,
  timeoutSeconds: 10,

  needs: ['table', 'twilio', 'house-keys'],
} as const satisfies FunctionSpec;
