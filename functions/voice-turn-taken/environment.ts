import type { FunctionSpec } from '../function-spec.ts';

export const voiceTurnTaken = {
  name: 'voice-turn-taken',
  does: 'Somebody rang, spoke, pressed a key or hung up: decide, keep, answer.',
  trigger: {
    by: 'http',
    routes: [
      { method: 'POST', path: '/twilio/voice', bodyLimit: 65536 },
      { method: 'POST', path: '/twilio/voice/turn', bodyLimit: 65536 },
      { method: 'POST', path: '/twilio/voice/status', bodyLimit: 65536 },
    ],
  },
  memoryMb: 512,
  timeoutSeconds: 10,

  needs: ['table', 'twilio', 'house-keys'],
} as const satisfies FunctionSpec;
