import { watchedAccess } from '../../edge/ehr/watched.ts';
import type { FunctionSpec } from '../function-spec.ts';

export const chartChanged = {
  name: 'chart-changed',
  does: 'Follows a change in the EHR: phone index, visits and what they need, intakes that begin, pause or end.',
  trigger: { by: 'queue' },
  memoryMb: 1024,
  timeoutSeconds: 60,
  reservedConcurrency: 10,
  needs: ['table', 'ehr', 'house-keys'],
  ehrAccess: { ...watchedAccess, Task: 'rus', Questionnaire: 'rs', ValueSet: 'r', Subscription: 'r' },
} as const satisfies FunctionSpec;
