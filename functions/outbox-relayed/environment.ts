import type { FunctionSpec } from '../function-spec.ts';

export const outboxRelayed = {
  name: 'outbox-relayed',
  does: "The table's stream brings events that a transaction kept: put them on the bus.",
  trigger: { by: 'stream' },
  memoryMb: 256,
  timeoutSeconds: 30,

  needs: ['bus'],
} as const satisfies FunctionSpec;
