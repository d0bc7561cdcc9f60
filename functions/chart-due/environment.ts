import type { FunctionSpec } from '../function-spec.ts';

export const chartDue = {
  name: 'chart-due',
  does: 'Writes to the EHR what it does not show yet.',
  trigger: { by: 'queue' },
  memoryMb: 1024,
  timeoutSeconds: 60,
  reservedConcurrency: 10,
  needs: ['table', 'ehr', 'scheduler'],
  ehrAccess: {
    Appointment: 'ru',
    AppointmentResponse: 'cs',
    Communication: 'crus',
    Consent: 'cs',
    Provenance: 'cs',
    QuestionnaireResponse: 'crus',
    Task: 'crus',
  },
} as const satisfies FunctionSpec;
