/** What we want to hear of from the EHR; who people are before what is about them. */
export const watched = [
  'Patient',
  'RelatedPerson',
  'Consent',
  'ServiceRequest',
  'Coverage',
  'CoverageEligibilityResponse',
  'ClaimResponse',
  'QuestionnaireResponse',
  'AllergyIntolerance',
  'MedicationRequest',
  'MedicationStatement',
  'Condition',
  'DocumentReference',
  'Task',
  'Encounter',
  'Appointment',
  'AppointmentResponse',
  'Slot',
  'Schedule',
] as const;
export type Watched = (typeof watched)[number];

/** To follow them: they are read, searched for in sweeps, and looked at by the EHR before it tells of them. */
export const watchedAccess = Object.fromEntries(watched.map((type) => [type, 'rs' as const]));

export type Query = Readonly<Record<string, string>>;

/** Of a Schedule nothing is kept: free times are looked for anew each time. A notification of one does no harm. */
export const isSwept: Record<Watched, boolean> = {
  Patient: true,
  RelatedPerson: true,
  Consent: true,
  ServiceRequest: true,
  Coverage: true,
  CoverageEligibilityResponse: true,
  ClaimResponse: true,
  QuestionnaireResponse: true,
  AllergyIntolerance: true,
  MedicationRequest: true,
  MedicationStatement: true,
  Condition: true,
  DocumentReference: true,
  Task: true,
  Encounter: true,
  Appointment: true,
  AppointmentResponse: true,
  Slot: true,
  Schedule: false,
};

const day = 86_400_000;

/**
 * What a first sweep takes, of an EHR that may be twenty years old: what is under way or ahead, and what may still be valid. Slots that
 * are taken, so that one that becomes free is noticed; the free ones are looked for when somebody needs one.
 */
export function firstLooks(type: Watched, now: Date): readonly Query[] {
  const from = (days: number) => `ge${new Date(now.getTime() - days * day).toISOString()}`;
  const looks: Record<Watched, readonly Query[]> = {
    Patient: [{}],
    RelatedPerson: [{}],
    Consent: [{ status: 'active' }],
    ServiceRequest: [{ status: 'draft,active,on-hold' }],
    Coverage: [{ status: 'active' }],
    CoverageEligibilityResponse: [{ created: from(365) }],
    ClaimResponse: [{ created: from(365) }],
    QuestionnaireResponse: [{ authored: from(365) }],
    AllergyIntolerance: [{}],
    MedicationRequest: [{ status: 'active,on-hold' }],
    MedicationStatement: [{ status: 'active,intended,on-hold' }],
    Condition: [{ 'clinical-status': 'active,recurrence,relapse' }],
    DocumentReference: [{ status: 'current', date: from(365) }],
    Task: [{ status: 'requested,received,accepted,ready,in-progress,on-hold' }],
    Encounter: [{ status: 'arrived,triaged,in-progress,onleave' }],
    // What waits for a time has none to be found by.
    Appointment: [{ date: from(1) }, { status: 'proposed,pending,waitlist' }],
    AppointmentResponse: [{ 'part-status': 'accepted,declined' }],
    Slot: [{ status: 'busy,busy-unavailable,busy-tentative', start: from(0) }],
    Schedule: [],
  };
  return looks[type];
}
