import type { FunctionSpec } from '../function-spec.ts';

export const replyOverdue = {
  name: 'reply-overdue',
  does: 'Looks after a reply of which nothing was heard for a minute.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 5,
  needs: ['table', 'twilio'],
} as const satisfies FunctionSpec;
