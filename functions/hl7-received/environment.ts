import type { FunctionSpec } from '../function-spec.ts';

export const hl7Received = {
  name: 'hl7-received',
  does: 'Brings an HL7 v2 message into the EHR: patients, appointments, merged records.',
  trigger: { by: 'queue' },
  memoryMb: 512,
  timeoutSeconds: 60,
  reservedConcurrency: 5,
  needs: ['table', 'ehr'],
  ehrAccess: { Patient: 'crus', Appointment: 'crus', Practitioner: 's', Location: 's' },
} as const satisfies FunctionSpec;
