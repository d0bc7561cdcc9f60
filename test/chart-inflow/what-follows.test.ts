import type { Appointment, AppointmentResponse, Encounter, FhirResource, Patient, Slot, Task } from 'fhir/r4.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { toRequirementTask } from '../../fhir-mappings/requirement-task.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import { type Inflow, inflow } from './inflow.ts';
import { appointment, patient, routine, snomed } from './resources.ts';
import { notificationOf } from './small-chart.ts';

const number = '+13125550101';
const start = '2026-03-20T16:00:00Z';
const subject = { reference: 'Patient/anna' };
let clinic: Inflow;

beforeEach(async () => {
  clinic = inflow();
  await told(patient('anna', number));
});

/** Written to the EHR, told of, and followed. */
async function told(...resources: readonly (FhirResource & { readonly id: string })[]): Promise<void> {
  const saved = resources.map((resource) => clinic.ehr.put(resource));
  expect(await clinic.notify(notificationOf(saved))).toBe(200);
  expect(await clinic.follow()).toBe(true);
}
const story = (id = 'anna') => clinic.story(id);
const visit = (id: string) => story()?.visits.find(({ appointment: each }) => each === id);
const asked = () => story()?.conversations.map(({ id, status, paused }) => [id, status, paused?.because]);
const desk = () => clinic.events('person-requested').map(({ data }) => (data as { because: string }).because);

describe('an appointment', () => {
  it.each<[Appointment['status'], string | undefined]>([
    ['proposed', 'wished'],
    ['pending', 'wished'],
    ['waitlist', 'wished'],
    ['booked', 'booked'],
    ['arrived', 'arrived'],
    ['checked-in', 'arrived'],
    ['fulfilled', 'passed'],
    ['cancelled', 'cancelled'],
    ['noshow', 'missed'],
    ['entered-in-error', 'cancelled'],
  ])('that is %s stands as %s, whatever it was before', async (status, state) => {
    await told(appointment('known', 'anna', start));
    await told(appointment('known', 'anna', start, { status }), appointment('new', 'anna', start, { status }));
    expect([visit('known')?.state, visit('new')?.state]).toEqual([state, state]);
    const open = story()?.conversations.filter((each) => each.status === 'open' || each.status === 'queued');
    if (state !== 'booked' && state !== 'wished' && state !== 'arrived') expect(open).toEqual([]);
  });

  it('with a status of tomorrow is kept for operators; what was known of it stands, and nothing is said', async () => {
    await told(appointment('mri', 'anna', start));
    const texts = await clinic.texts();
    await told(JSON.parse(JSON.stringify(appointment('mri', 'anna', undefined)).replace('booked', 'teleported')));
    expect([visit('mri')?.state, visit('mri')?.start]).toEqual(['booked', start]);
    expect(await clinic.quarantined()).toEqual([
      'followed/Appointment/mri: An appointment has a status that FHIR R4 does not have',
    ]);
    expect(await clinic.texts()).toEqual(texts);
  });

  it.each<[string, Partial<Appointment>]>([
    ['nobody', { participant: [{ actor: { reference: 'Practitioner/dr-lee' }, status: 'accepted' }] }],
    [
      'two people',
      { participant: ['anna', 'jan'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' })) },
    ],
  ])('of %s is kept for operators', async (_, more) => {
    await told(appointment('mri', 'anna', start, more));
    expect(await clinic.quarantined()).toEqual([
      'followed/Appointment/mri: An appointment names no patient, or several',
    ]);
    expect(story()?.visits).toEqual([]);
    await told(appointment('mri', 'anna', start));
    expect(await clinic.quarantined()).toEqual([]);
    expect(visit('mri')?.state).toBe('booked');
  });

  it('that becomes another patient’s leaves the first one, questions and all', async () => {
    await told(patient('jan', '+13125550102'), appointment('visit', 'anna', start, routine));
    await told(appointment('visit', 'jan', start, routine));
    expect(visit('visit')?.state).toBe('cancelled');
    expect(asked()).toEqual([['appointment/visit', { closed: 'visit-cancelled' }, undefined]]);
    expect(story('jan')?.visits.map(({ state }) => state)).toEqual(['booked']);
    expect(story('jan')?.conversations.map(({ status }) => status)).toEqual(['open']);
  });

  it('that is booked without a time waits for one, the patient hears nothing, and the desk is told once', async () => {
    await told(appointment('mri', 'anna', undefined));
    await told(appointment('mri', 'anna', undefined, { comment: 'soon' }));
    expect(visit('mri')?.state).toBe('wished');
    expect(await clinic.texts()).toEqual([]);
    expect(desk()).toEqual(['no-time']);
    await told(appointment('mri', 'anna', start));
    expect(visit('mri')?.state).toBe('booked');
    expect(await clinic.texts()).toHaveLength(1);
  });

  it('whose time is over is not told of; one that we knew is not reminded of at its old time', async () => {
    await told(appointment('old', 'anna', '2026-03-01T16:00:00Z'));
    expect(story()?.visits).toEqual([]);
    await told(appointment('mri', 'anna', start));
    await told(appointment('mri', 'anna', '2026-03-01T16:00:00Z'));
    expect(visit('mri')?.start).toBe('2026-03-01T16:00:00Z');
    expect(await clinic.texts()).toHaveLength(1);
  });

  it('of a patient whom no number reaches is kept, and the desk is told, once', async () => {
    await told({ ...patient('jan', number), telecom: [] });
    await told(appointment('mri', 'jan', start));
    await told(appointment('mri', 'jan', start, { comment: 'again' }));
    expect(story('jan')?.visits.map(({ requirements }) => requirements.length > 0)).toEqual([true]);
    expect(desk()).toEqual(['undeliverable']);
  });

  it('that the patient declined in the EHR is the desk’s', async () => {
    const declined = { participant: [{ actor: subject, status: 'declined' as const }] };
    await told(appointment('mri', 'anna', start, declined));
    await told(appointment('mri', 'anna', start, { ...declined, comment: 'again' }));
    expect(desk()).toEqual(['declined']);
  });

  it('begins its questions quietly where it needs more than answers, and the one text tells all of it', async () => {
    await told(appointment('mri', 'anna', start));
    expect(asked()).toEqual([['appointment/mri', 'open', 'later']]);
    const [text, ...others] = await clinic.texts();
    expect(others).toEqual([]);
    expect(text).not.toContain('Question 1');
    await told(appointment('visit', 'anna', '2026-03-25T16:00:00Z', routine));
    expect(asked()).toEqual([
      ['appointment/mri', 'queued', 'later'],
      ['appointment/visit', 'open', undefined],
    ]);
  });

  it('asks what was read and kept once, however many visits ask it at the same moment', async () => {
    const ids = ['one', 'two', 'three'];
    await told(...ids.map((id, index) => patient(id, `+1312555012${index}`)));
    await told(...ids.map((id) => appointment(`visit-${id}`, id, '2026-03-25T16:00:00Z', routine)));
    for (const id of ids) expect(story(id)?.conversations).toHaveLength(1);
    expect(clinic.log.lines.filter((line) => line.includes('INTAKE_PUBLISHED'))).toHaveLength(1);
  });

  it('of another kind than before ends the questions of that kind, and asks its own', async () => {
    await told(appointment('visit', 'anna', start, routine));
    await told(appointment('visit', 'anna', start));
    expect(story()?.conversations.map(({ intake, status }) => [intake.split('/').at(-1), status])).toEqual([
      ['first-visit|1.0.0', { closed: 'task-cancelled' }],
      ['mri-safety|1.0.0', 'open'],
    ]);
    await told(appointment('visit', 'anna', start, routine));
    expect(story()?.conversations.map(({ intake, status }) => [intake.split('/').at(-1), status])).toEqual([
      ['first-visit|1.0.0', 'open'],
      ['mri-safety|1.0.0', { closed: 'task-cancelled' }],
    ]);
  });
});

describe('what meets a need', () => {
  const code = { coding: [{ system: snomed, code: '51619007' }] };
  const referral = (status: 'active' | 'revoked'): FhirResource & { id: string } => ({
    resourceType: 'ServiceRequest',
    id: 's',
    status,
    intent: 'order',
    authoredOn: '2026-02-20',
    subject,
    code,
  });
  const need = (kind: string) => visit('mri')?.requirements.find((each) => each.kind === kind);

  it('is taken over in one turn by every visit ahead, and taken back', async () => {
    await told(appointment('mri', 'anna', start));
    expect(need('referral')?.state).not.toBe('met');
    await told(referral('active'));
    expect(need('referral')).toMatchObject({ state: 'met', evidence: 'ServiceRequest/s' });
    await told(referral('revoked'));
    expect(need('referral')?.state).not.toBe('met');
  });

  it('and was there before the visit is never asked for', async () => {
    await told(referral('active'));
    await told(appointment('mri', 'anna', start));
    expect(need('referral')?.state).toBe('met');
    expect(clinic.events('visit-planned')).toHaveLength(1);
  });

  const answered = (own: boolean): FhirResource & { id: string } => ({
    resourceType: 'QuestionnaireResponse',
    id: 'q',
    status: 'completed',
    subject,
    authored: '2026-03-02T10:00:00Z',
    questionnaire: 'https://lakeside.example/Questionnaire/first-visit|1.0.0',
    ...(own ? { identifier: { system: systems.conversation, value: 'appointment/visit' } } : {}),
  });

  it('by answers that somebody else took ends our own questions', async () => {
    await told(appointment('visit', 'anna', start, routine));
    await told(answered(false));
    expect(asked()).toEqual([['appointment/visit', { closed: 'task-cancelled' }, undefined]]);
    await told(appointment('visit', 'anna', start, { ...routine, comment: 'again' }));
    expect(asked()).toEqual([['appointment/visit', { closed: 'task-cancelled' }, undefined]]);
  });

  it('by our own answers coming back says nothing', async () => {
    await told(appointment('visit', 'anna', start, routine));
    const texts = await clinic.texts();
    await told(answered(true));
    expect(await clinic.texts()).toEqual(texts);
    expect(asked()).toEqual([['appointment/visit', 'open', undefined]]);
  });

  it('and a coverage are what registration has on file, as old as they are', async () => {
    await told({
      resourceType: 'Coverage',
      id: 'c',
      status: 'active',
      beneficiary: subject,
      payor: [{ display: 'Prairie Health' }],
      subscriberId: '77',
    });
    expect(story()?.onFile.map(({ key, value }) => [key, value])).toEqual([
      ['name', 'anna Person'],
      ['birth-date', '1980-01-02'],
      ['phone', number],
      ['coverage/c', 'Prairie Health, member 77'],
    ]);
  });
});

describe('a Task for what a visit needs', () => {
  const taskFor = (more: Partial<Task> = {}): Task & { id: string } => {
    const requirement = visit('mri')?.requirements.find(({ kind }) => kind === 'authorisation');
    if (requirement === undefined) throw new Error('No such need');
    const written = toRequirementTask({
      patient: 'Patient/anna',
      appointment: 'mri',
      requirement,
      standing: requirement.state,
      owner: { display: 'Payer team' },
      when: (instant) => instant,
      authoredOn: '2026-03-02T14:00:00.000Z',
      at: '2026-03-02T14:00:00.000Z',
    });
    return { ...written, ...more, id: 't' };
  };
  const authorisation = () => visit('mri')?.requirements.find(({ kind }) => kind === 'authorisation');

  const payer: FhirResource & { id: string } = {
    resourceType: 'Coverage',
    id: 'c',
    status: 'active',
    beneficiary: subject,
    payor: [{ display: 'Prairie Health' }],
  };

  it('that staff complete is met, and waived where they call it off with a reason', async () => {
    await told(payer, appointment('mri', 'anna', start));
    await told(taskFor({ status: 'completed' }));
    expect(authorisation()).toMatchObject({ state: 'met', setBy: 'staff' });
    await told(taskFor({ status: 'cancelled', statusReason: { text: 'Paid in cash' } }));
    expect(authorisation()).toMatchObject({ state: 'waived', waivedBecause: 'Paid in cash' });
  });

  it.each<[Task['status'], string | undefined]>([
    ['rejected', 'Not our patient'],
    ['failed', undefined],
    ['entered-in-error', 'Wrong team'],
  ])('that its owner gives back is the desk’s, once, until somebody takes it up: %s', async (status, text) => {
    const given = () => desk().filter((because) => because === 'need-given-back').length;
    await told(payer, appointment('mri', 'anna', start));
    const texts = await clinic.texts();
    await told(taskFor({ status, ...(text === undefined ? {} : { statusReason: { text } }) }));
    expect(authorisation()).toMatchObject({ state: 'open', givenBack: text === undefined ? {} : { because: text } });
    expect(given()).toBe(1);
    // What is ours in it comes up to date, and the visit is looked at again.
    await told(taskFor({ status, priority: 'urgent', ...(text === undefined ? {} : { statusReason: { text } }) }));
    await told(appointment('mri', 'anna', start, { comment: 'parking' }));
    expect(authorisation()).toHaveProperty('givenBack');
    expect(given()).toBe(1);
    expect(await clinic.texts()).toEqual(texts);
    await told(taskFor({ owner: { display: 'Somebody else' } }));
    expect(authorisation()?.state).toBe('open');
    expect(authorisation()).not.toHaveProperty('givenBack');
    expect(given()).toBe(1);
  });

  it('that comes back as we wrote it changes nothing, and never begins an intake', async () => {
    await told(payer, appointment('mri', 'anna', start));
    const before = JSON.stringify(story());
    await told(taskFor());
    expect(JSON.stringify(story())).toBe(before);
  });
});

describe('an encounter', () => {
  const encounter = (status: Encounter['status'], more: Partial<Encounter> = {}): Encounter & { id: string } => ({
    resourceType: 'Encounter',
    status,
    class: {},
    subject,
    appointment: [{ reference: 'Appointment/visit' }],
    ...more,
    id: 'e',
  });
  const today = '2026-03-02T13:40:00Z';
  const lateness = () => clinic.events('clinic-late').map(({ data }) => data);

  it('shows that the patient is there, is being seen and has been, also before its appointment is heard of', async () => {
    await told(encounter('arrived'));
    await told(appointment('visit', 'anna', today, routine));
    expect(visit('visit')?.state).toBe('arrived');
    await told(encounter('in-progress'));
    expect(visit('visit')?.state).toBe('arrived');
    await told(encounter('finished'));
    expect(visit('visit')?.state).toBe('passed');
    await told(appointment('visit', 'anna', today, { ...routine, comment: 'still booked' }));
    expect(visit('visit')?.state).toBe('passed');
  });

  it('that was entered twice by mistake and called off does not undo that the patient is there', async () => {
    await told(appointment('visit', 'anna', today, routine));
    await told(encounter('arrived'), { ...encounter('planned'), id: 'twice' });
    await told({ ...encounter('cancelled'), id: 'twice' });
    await told(appointment('visit', 'anna', today, { ...routine, comment: 'still booked' }));
    expect(visit('visit')?.state).toBe('arrived');
  });

  it('that begins late says so once, in a range, to whoever waits for the same practitioner', async () => {
    await told(appointment('visit', 'anna', today, routine));
    const begun = encounter('in-progress', { period: { start: '2026-03-02T13:53:00Z' } });
    await told(begun);
    await told({ ...begun, length: { value: 5 } });
    expect(lateness()).toEqual([{ date: '2026-03-02', practitioner: 'dr-lee', minutes: { from: 10, to: 20 } }]);
  });

  it('that begins almost in time says nothing, unless the clinic was late before', async () => {
    await told(appointment('visit', 'anna', today, routine));
    await told(encounter('in-progress', { period: { start: '2026-03-02T13:49:00Z' } }));
    expect(lateness()).toEqual([]);
    await told(appointment('next', 'anna', '2026-03-02T13:45:00Z', routine));
    const next = [{ reference: 'Appointment/next' }];
    await told({
      ...encounter('in-progress', { appointment: next, period: { start: '2026-03-02T13:57:00Z' } }),
      id: 'f',
    });
    await told(appointment('last', 'anna', '2026-03-02T13:55:00Z', routine));
    const last = [{ reference: 'Appointment/last' }];
    await told({
      ...encounter('in-progress', { appointment: last, period: { start: '2026-03-02T13:58:00Z' } }),
      id: 'g',
    });
    expect(lateness()).toEqual([
      { date: '2026-03-02', practitioner: 'dr-lee', minutes: { from: 10, to: 20 } },
      { date: '2026-03-02', practitioner: 'dr-lee' },
    ]);
  });

  it('that began hours ago says nothing about now', async () => {
    await told(appointment('visit', 'anna', '2026-03-02T10:00:00Z', { ...routine, status: 'arrived' }));
    await told(encounter('in-progress', { period: { start: '2026-03-02T11:00:00Z' } }));
    expect(lateness()).toEqual([]);
  });
});

describe('a slot', () => {
  const slot = (status: Slot['status'], from = start): Slot & { id: string } => ({
    resourceType: 'Slot',
    id: 'slot',
    status,
    start: from,
    end: from,
    schedule: { reference: 'Schedule/1' },
  });
  const freed = () => clinic.events('slot-freed').length;

  it('that becomes free is offered, once; one that was free before, or is over, is not', async () => {
    await told(slot('busy'));
    expect(freed()).toBe(0);
    await told(slot('free'));
    await told({ ...slot('free'), comment: 'still' });
    expect(freed()).toBe(1);
    await told(slot('busy'));
    await told(slot('free', '2026-03-01T16:00:00Z'));
    expect(freed()).toBe(1);
  });

  it('that is told of as free for the first time is no news: it may belong to a calendar that is being opened', async () => {
    clinic.ehr.put(slot('free'));
    await clinic.notify('', '/Slot');
    await clinic.follow();
    await told({ ...slot('free'), id: 'another' });
    expect(freed()).toBe(0);
    await told({ ...slot('busy'), id: 'another' });
    await told({ ...slot('free'), id: 'another' });
    expect(freed()).toBe(1);
  });
});

describe('a reply from elsewhere', () => {
  const reply = (
    status: AppointmentResponse['participantStatus'],
    more: Partial<AppointmentResponse> = {},
  ): AppointmentResponse & { id: string } => ({
    resourceType: 'AppointmentResponse',
    appointment: { reference: 'Appointment/visit' },
    actor: subject,
    participantStatus: status,
    ...more,
    id: more.id ?? 'r',
  });

  it('confirms the visit, also where it is heard of first; a no is the desk’s', async () => {
    await told(reply('accepted'));
    await told(appointment('visit', 'anna', start, routine));
    expect(visit('visit')?.confirmedAt).toBeDefined();
    await told(reply('declined'));
    expect(desk()).toEqual(['declined']);
  });

  it('to another time than it has, or in our own words, says nothing', async () => {
    await told(appointment('visit', 'anna', start, routine));
    await told(reply('accepted', { start: '2026-03-19T16:00:00Z', end: '2026-03-19T16:30:00Z' }));
    await told(reply('declined', { identifier: [{ system: systems.confirmation, value: 'x' }], id: 'ours' }));
    expect(visit('visit')?.confirmedAt).toBeUndefined();
    expect(desk()).toEqual([]);
  });
});

describe('a person', () => {
  it('brings the zone, the day of birth and the need of an interpreter, and what is planned follows', async () => {
    await told(appointment('mri', 'anna', start));
    expect(visit('mri')?.requirements.map(({ kind }) => kind)).not.toContain('interpreter');
    const person: Patient & { id: string } = {
      ...patient('anna', number),
      extension: [
        { url: 'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired', valueBoolean: true },
        { url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'Nowhere/Land' },
      ],
      address: [
        { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'Europe/Warsaw' }] },
      ],
    };
    await told(person);
    expect(story()?.person).toMatchObject({ interpreter: true, timeZone: 'Europe/Warsaw', birthDate: '1980-01-02' });
    expect(visit('mri')?.requirements.map(({ kind }) => kind)).toContain('interpreter');
  });

  it('who has died is not written to any more, and nobody who is deleted is reached', async () => {
    await told(appointment('visit', 'anna', start, routine));
    const texts = await clinic.texts();
    await told({ ...patient('anna', number), deceasedBoolean: true });
    await told(appointment('visit', 'anna', '2026-03-21T16:00:00Z', routine), appointment('mri', 'anna', start));
    expect(await clinic.texts()).toEqual(texts);
    clinic.ehr.delete('Patient/anna');
    await clinic.notify(
      notificationOf([{ fullUrl: 'Patient/anna', request: { method: 'DELETE', url: 'Patient/anna' } }]),
    );
    await clinic.follow();
    expect(story()?.person.phones).toEqual([]);
  });
});
