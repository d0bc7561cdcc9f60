import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../domain/requirements/evidence.ts';
import { digestOf } from '../../domain/requirements/requirement.ts';
import { approval, booked, codes, coverage, form, idsOf, mri, need, plan, referral } from './chart.ts';

describe('what an MRI with contrast needs', () => {
  it('is all there at once, earliest due first, with who sees to it and why', () => {
    expect(plan().map(({ id, owner, state }) => [id, owner, state])).toEqual([
      ['mri-referral', 'referring-practice', 'open'],
      ['mri-authorisation', 'payer-team', 'open'],
      ['mri-form', 'patient', 'open'],
      ['arrival', 'patient', 'open'],
      ['insurance-card', 'patient', 'met'],
      ['mri-48-hours', 'patient', 'open'],
      ['mri-earlier-pictures', 'patient', 'open'],
      ['mri-fasting', 'patient', 'open'],
    ]);
    expect(need('mri-authorisation')).toEqual({
      id: 'mri-authorisation',
      kind: 'authorisation',
      owner: 'payer-team',
      // The day before at noon; three days earlier the payer team must have begun. The clocks changed in between.
      due: '2026-03-09T17:00:00.000Z',
      startBy: '2026-03-06T18:00:00.000Z',
      state: 'open',
      says: expect.objectContaining({ default: expect.stringContaining("You don't need to do anything.") }),
      // For whoever moves it on without planning anew: staff, and the clock.
      saysMet: expect.objectContaining({ default: 'We have the approval from your health plan.' }),
      saysTooLate: expect.objectContaining({ default: expect.stringContaining('in time') }),
      because: 'MRI with contrast, payer Prairie Health',
      content: 'mri-authorisation@2026-11-1',
    });
    expect(need('mri-fasting')).toMatchObject({
      from: '2026-03-10T10:40:00.000Z',
      due: '2026-03-10T14:40:00.000Z',
      says: { default: 'Please have nothing to eat after {from}. Water is fine.' },
    });
    expect(need('mri-48-hours').from).toBe('2026-03-08T14:40:00.000Z');
    expect(need('arrival')).toMatchObject({ due: '2026-03-10T14:10:00.000Z' });
    expect(need('mri-form').questionnaire).toBe('https://lakeside.example/Questionnaire/mri-safety|1.0.0');
  });

  it('differs by payer: always, only with contrast, never', () => {
    const authorised = (type: string, payer?: string) =>
      idsOf({ visit: { type }, evidence: payer === undefined ? [] : [{ ...coverage, payer }] }).includes(
        'mri-authorisation',
      );
    const payers = ['prairie-health', 'lakeshore-mutual', 'medicare', 'other', 'self', undefined];
    expect(payers.map((payer) => authorised('mri-contrast', payer))).toEqual([true, true, false, true, false, false]);
    expect(payers.map((payer) => authorised('mri', payer))).toEqual([true, false, false, true, false, false]);
  });

  it('names the payer that asks for it, where there are several', () => {
    const second = { ...coverage, reference: 'Coverage/c2', payer: 'medicare' };
    expect(need('mri-authorisation', { evidence: [second, coverage] }).because).toBe(
      'MRI with contrast, payer Prairie Health',
    );
    expect(need('insurance-card', { evidence: [coverage, second] }).because).toBe(
      'MRI with contrast, payer Prairie Health and Medicare',
    );
  });

  it('asks by what the chart shows of the patient, in codes or in words, and says so to staff alone', () => {
    const shown = (kind: 'medication' | 'allergy' | 'condition', code: string) =>
      ({ reference: `X/${kind}`, kind, state: 'holds', codes: [code], about: [] }) as const;
    const metformin = need('mri-medicine', {
      evidence: [shown('medication', 'text|metformin hydrochloride 500 mg oral tablet')],
    });
    expect(metformin).toMatchObject({ owner: 'front-desk', from: '2026-03-08T14:40:00.000Z' });
    expect(metformin.because).toContain('the chart shows metformin');
    expect(metformin.says.default).not.toMatch(/metformin/i);
    const both = [
      shown('allergy', 'http://snomed.info/sct|293637006'),
      shown('condition', 'http://snomed.info/sct|709044004'),
    ];
    expect(need('mri-nurse-call', { evidence: both }).because).toContain(
      'an allergy to a contrast medium and a disease of the kidneys',
    );
    for (const evidence of [
      [],
      [shown('condition', 'text|adrenal insufficiency')],
      [shown('medication', 'http://snomed.info/sct|293637006')],
      both.map((one) => ({ ...one, state: 'gone' as const })),
    ])
      expect(idsOf({ evidence })).not.toContain('mri-nurse-call');
    expect(idsOf({ visit: { type: 'mri' }, evidence: both })).not.toContain('mri-nurse-call');
  });

  it('has an interpreter, and somebody to come along, for whom that is needed', () => {
    expect(idsOf({ patient: { interpreter: true } })).toContain('interpreter');
    expect(idsOf({ patient: { interpreter: false } })).not.toContain('interpreter');
    // Eighteen on the day of the visit.
    expect(idsOf({ patient: { birthDate: '2008-03-11' } })).toContain('accompanied');
    expect(idsOf({ patient: { birthDate: '2008-03-10' } })).not.toContain('accompanied');
    expect(idsOf({ patient: { birthDate: '2008' } })).not.toContain('accompanied');
    expect(idsOf({ patient: { birthDate: '2009' } })).toContain('accompanied');
    for (const birthDate of ['', 'unknown', '2008-13-45', '2009-03-10T00:00:00Z'])
      expect(idsOf({ patient: { birthDate } })).not.toContain('accompanied');
  });

  it('says where to come at the place that content knows', () => {
    expect(need('arrival').says.default).toContain('main entrance');
    expect(need('arrival', { visit: { location: 'elsewhere' } }).says.default).toBe('Please be here by {due}.');
  });
});

describe('other visits', () => {
  it.each(['first-visit', 'cardiology-follow-up'])('a %s needs its form alone', (type) => {
    expect(plan({ visit: { type, codes: [] }, patient: { interpreter: true } }).map(({ kind }) => kind)).toEqual([
      'form',
    ]);
  });
  it('of a type that content does not know need nothing', () => {
    expect(plan({ visit: { type: 'other' } })).toEqual([]);
  });
  it('need a referral, unless it is urgent and content says that it may follow', () => {
    const ultrasound = { type: 'ultrasound', codes: [codes.ultrasound] };
    const urgent = { ...referral, state: 'under-way', codes: [codes.ultrasound], urgency: 'urgent' } as const;
    expect(idsOf({ visit: ultrasound })).toContain('ultrasound-referral');
    expect(idsOf({ visit: { ...ultrasound, urgency: 'urgent' } })).not.toContain('ultrasound-referral');
    expect(idsOf({ visit: ultrasound, evidence: [urgent] })).not.toContain('ultrasound-referral');
    expect(idsOf({ visit: ultrasound, evidence: [{ ...urgent, codes: [codes.mri] }] })).toContain(
      'ultrasound-referral',
    );
  });
  it('need nothing while they have no time, or no time that a calendar holds', () => {
    expect(plan({ visit: { state: 'wished' } })).toEqual([]);
    const { start: _, ...timeless } = mri;
    for (const start of ['', 'soon', '0000-01-01', '+275760-09-13T00:00:00Z'])
      expect(plan({ visit: { ...timeless, start } })).toEqual([]);
  });
});

describe('what the chart shows', () => {
  const state = (id: string, ...evidence: readonly Evidence[]) => need(id, { evidence: [coverage, ...evidence] }).state;

  it('meets a referral by its code, or by the order that the appointment was made from', () => {
    expect(need('mri-referral', { evidence: [referral] })).toMatchObject({
      state: 'met',
      evidence: 'ServiceRequest/r1',
    });
    expect(state('mri-referral', { ...referral, codes: [codes.mri] })).toBe('open');
    expect(state('mri-referral', { ...referral, codes: [] })).toBe('open');
    const linked = need('mri-referral', {
      visit: { about: ['ServiceRequest/r1'] },
      evidence: [{ ...referral, codes: [] }],
    });
    expect(linked.state).toBe('met');
    expect(state('mri-referral', { ...referral, state: 'under-way' })).toBe('waiting');
    expect(state('mri-referral', { ...referral, until: '2026-03-09' })).toBe('open');
    expect(state('mri-referral', { ...referral, until: '2026-03-10' })).toBe('met');
    expect(state('mri-referral', { ...referral, from: '2025-03-09' })).toBe('open');
    expect(state('mri-referral', { ...referral, from: '2025-03-10' })).toBe('met');
  });

  it('meets an authorisation of that payer for that service on that day', () => {
    const of = (...changed: Partial<typeof approval>[]) =>
      changed.map((change) => state('mri-authorisation', { ...approval, ...change }));
    expect(of({}, { codes: [], about: [`Appointment/${mri.appointment}`, 'Coverage/c1'] })).toEqual(['met', 'met']);
    expect(of({ codes: [codes.mri] }, { about: ['Coverage/other'] }, { about: [], payer: 'medicare' })).toEqual([
      'open',
      'open',
      'open',
    ]);
    expect(of({ about: [`Appointment/another`] }, { from: '2026-03-11' }, { until: '2026-03-09' })).toEqual([
      'open',
      'open',
      'open',
    ]);
    expect(of({ state: 'under-way' })).toEqual(['waiting']);
    const byOrder = { ...approval, codes: [], about: ['Coverage/c1', 'ServiceRequest/r1'] };
    expect(state('mri-authorisation', byOrder)).toBe('open');
    expect(state('mri-authorisation', byOrder, referral)).toBe('met');
  });

  it('lets a person look at an authorisation that does not say what it is for', () => {
    const unclear = need('mri-authorisation', { evidence: [coverage, { ...approval, codes: [] }] });
    expect(unclear).toMatchObject({ state: 'waiting', evidence: 'ClaimResponse/p1' });
    expect(unclear.because).toContain('ClaimResponse/p1 does not say what it is for');
  });

  it('says that a payer said no, and asks again', () => {
    const refused = need('mri-authorisation', { evidence: [coverage, { ...approval, state: 'refused' }] });
    expect(refused).toMatchObject({ state: 'open', says: { default: expect.stringContaining('did not approve') } });
    expect(refused.because).toBe('MRI with contrast, payer Prairie Health; ClaimResponse/p1 says no');
    const again = { ...approval, reference: 'ClaimResponse/p2', state: 'under-way' } as const;
    expect(state('mri-authorisation', { ...approval, state: 'refused' }, again)).toBe('waiting');
    expect(state('mri-authorisation', { ...approval, state: 'refused' }, { ...again, state: 'holds' })).toBe('met');
  });

  it('meets a form of that questionnaire, while its answers are valid', () => {
    expect(state('mri-form', form)).toBe('met');
    expect(state('mri-form', { ...form, about: ['Appointment/another'] })).toBe('met');
    expect(state('mri-form', { ...form, from: '2026-02-08' })).toBe('met');
    expect(state('mri-form', { ...form, from: '2026-02-07' })).toBe('open');
    expect(state('mri-form', { ...form, state: 'under-way' })).toBe('waiting');
    expect(state('mri-form', { ...form, questionnaire: 'https://lakeside.example/Questionnaire/mri-safety' })).toBe(
      'met',
    );
    for (const questionnaire of ['https://lakeside.example/Questionnaire/mri-safety|2.0.0', 'first-visit|1.0.0', ''])
      expect(state('mri-form', { ...form, questionnaire })).toBe('open');
    const { from: _, ...undated } = form;
    expect(state('mri-form', undated)).toBe('open');
  });

  it('meets the insurance card by a coverage that holds on the day', () => {
    expect(need('insurance-card', { evidence: [] }).state).toBe('open');
    expect(need('insurance-card', { evidence: [{ ...coverage, until: '2026-03-09' }] }).state).toBe('open');
    expect(need('insurance-card', { evidence: [{ ...coverage, state: 'under-way' }] }).state).toBe('open');
    expect(idsOf({ evidence: [{ ...coverage, payer: 'self' }] })).not.toContain('insurance-card');
  });

  it('meets papers by documents of the kind that content names, and by no other', () => {
    const report = { reference: 'DocumentReference/d', kind: 'document', state: 'holds', about: [] } as const;
    expect(state('mri-earlier-pictures', { ...report, codes: ['http://loinc.org|18748-4'] })).toBe('met');
    expect(state('mri-earlier-pictures', { ...report, codes: ['http://loinc.org|18842-5'] })).toBe('open');
  });
});

describe('what a person has set', () => {
  const evidence = [coverage];
  it('stands against the rules', () => {
    const set = { ...need('mri-referral'), state: 'waived', setBy: 'staff', waivedBecause: 'Own patient' } as const;
    expect(need('mri-referral', { before: [set] })).toMatchObject({
      state: 'waived',
      setBy: 'staff',
      waivedBecause: 'Own patient',
    });
    const met = { ...need('mri-fasting'), state: 'met', setBy: 'patient', evidence: 'patient' } as const;
    expect(need('mri-fasting', { before: [met] })).toMatchObject({
      state: 'met',
      setBy: 'patient',
      evidence: 'patient',
    });
  });
  it('gives way where the chart shows more', () => {
    const begun = { ...need('mri-referral'), state: 'waiting', setBy: 'staff' } as const;
    expect(need('mri-referral', { before: [begun], evidence }).state).toBe('waiting');
    const met = need('mri-referral', { before: [begun], evidence: [...evidence, referral] });
    expect(met).toMatchObject({ state: 'met', evidence: 'ServiceRequest/r1' });
    expect(met.setBy).toBeUndefined();
  });
  it('is forgotten once it was taken back', () => {
    const { setBy: _, ...open } = { ...need('mri-referral'), setBy: 'staff', state: 'open' } as const;
    expect(need('mri-referral', { before: [open], evidence: [referral] }).state).toBe('met');
  });
});

describe('time', () => {
  const late = new Date('2026-03-07T16:00:00Z');

  it('is too short for what takes longer than what is left, unless somebody is on it', () => {
    expect(need('mri-authorisation', { now: new Date('2026-03-06T18:00:00Z') }).tooLate).toBeUndefined();
    const tooLate = need('mri-authorisation', { now: new Date('2026-03-06T18:00:01Z') });
    expect(tooLate).toMatchObject({
      state: 'open',
      tooLate: true,
      says: { default: expect.stringContaining('in time') },
    });
    const waiting = { ...approval, state: 'under-way' } as const;
    expect(need('mri-authorisation', { now: late, evidence: [coverage, waiting] }).tooLate).toBeUndefined();
    expect(need('mri-authorisation', { now: late, evidence: [coverage, approval] }).tooLate).toBeUndefined();
    expect(need('mri-referral', { now: late }).tooLate).toBeUndefined();
  });

  it('is too short for what is kept to only where it was said too late', () => {
    const said = plan();
    expect(need('mri-48-hours', { before: said, now: new Date('2026-03-10T08:00:00Z') }).tooLate).toBeUndefined();
    const saidLate = plan({ now: new Date('2026-03-10T08:00:00Z') });
    expect(saidLate.find(({ id }) => id === 'mri-48-hours')?.tooLate).toBe(true);
    expect(need('mri-48-hours', { before: saidLate, now: new Date('2026-03-10T09:00:00Z') }).tooLate).toBe(true);
    // Moved to a later day, there is time again.
    const moved = { start: '2026-03-20T09:40:00-05:00' };
    expect(need('mri-48-hours', { visit: moved, before: saidLate, now: late }).tooLate).toBeUndefined();
  });

  it('passing changes nothing that was said', () => {
    const said = plan();
    const dayBefore = plan({ before: said, now: new Date('2026-03-09T23:30:00Z') });
    const again = (id: string) => dayBefore.find((each) => each.id === id);
    // Overdue, and still asked for.
    expect(again('mri-form')).toMatchObject({ state: 'open', due: '2026-03-09T22:00:00.000Z' });
    for (const each of said.filter(({ startBy }) => startBy === undefined))
      expect(digestOf(again(each.id) ?? each)).toBe(digestOf(each));
  });

  it('that has passed already when it is booked is the visit’s own', () => {
    const sameDay = plan({ now: new Date('2026-03-10T10:00:00Z') });
    expect(sameDay.map(({ due }) => Date.parse(due)).every((due) => due > Date.parse('2026-03-10T10:00:00Z'))).toBe(
      true,
    );
    expect(sameDay.find(({ id }) => id === 'mri-form')?.due).toBe('2026-03-10T14:40:00.000Z');
  });

  it('of the visit decides which rules are in force', () => {
    const startBy = (start: string) =>
      need('mri-authorisation', { visit: { start }, now: booked, evidence: [{ ...coverage }] });
    expect(startBy('2027-06-30T23:30:00-05:00').startBy).toBe('2027-06-26T17:00:00.000Z');
    // July 1 here, though it is June 30 nowhere: the new rule, with five days.
    expect(startBy('2027-07-01T00:30:00-05:00').startBy).toBe('2027-06-25T17:00:00.000Z');
    expect(idsOf({ visit: { start: '2025-12-31T09:00:00-06:00' }, now: new Date('2025-12-01T00:00:00Z') })).toEqual([]);
  });
});

describe('a visit that is over', () => {
  const before = plan();
  it('has missed what was not met, and what being there proves it has not', () => {
    const passed = plan({ visit: { state: 'passed' }, before, evidence: [coverage, referral] });
    expect(Object.fromEntries(passed.map(({ id, state }) => [id, state]))).toEqual({
      'mri-referral': 'met',
      'mri-authorisation': 'missed',
      'mri-form': 'missed',
      arrival: 'met',
      'insurance-card': 'met',
      'mri-48-hours': 'met',
      'mri-earlier-pictures': 'missed',
      'mri-fasting': 'met',
    });
    expect(passed.find(({ id }) => id === 'arrival')?.evidence).toBe('Appointment/a1');
    const missed = plan({ visit: { state: 'missed' }, before });
    expect(missed.filter(({ state }) => state !== 'missed').map(({ id }) => id)).toEqual(['insurance-card']);
  });
  it('keeps what was settled, also when its evidence goes', () => {
    const settled = plan({ evidence: [coverage, referral] });
    const passed = plan({ visit: { state: 'passed' }, before: settled, evidence: [] });
    expect(passed.find(({ id }) => id === 'mri-referral')?.state).toBe('met');
  });
  it('needs nothing new, and a visit called off keeps what it had', () => {
    expect(plan({ visit: { state: 'passed' }, before: [] })).toEqual([]);
    expect(plan({ visit: { state: 'cancelled' }, before })).toEqual(before);
  });
  it('is one thing, having arrived another', () => {
    const there = plan({ visit: { state: 'arrived' }, before });
    expect(there.filter(({ state }) => state === 'met').map(({ id }) => id)).toEqual(['arrival', 'insurance-card']);
    expect(there.find(({ id }) => id === 'mri-form')?.state).toBe('open');
  });
});
