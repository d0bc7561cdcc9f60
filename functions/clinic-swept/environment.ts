import { watchedAccess } from '../../edge/ehr/watched.ts';
import type { FunctionSpec } from '../function-spec.ts';

export const clinicSwept = {
  name: 'clinic-swept',
  does: 'Keeps our Subscriptions alive and the phone index complete.',
  trigger: { by: 'schedule', everyMinutes: 15 },
  memoryMb: 1024,
  timeoutSeconds: 300,
  reservedConcurrency: 1,
  needs: ['table', 'ehr', 'notification-secret'],
  ehrAccess: { ...watchedAccess, Subscription: 'crus' },
} as const satisfies FunctionSpec;
