import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../domain/handoff/card.ts';
import { prepareHandoff } from '../../domain/handoff/handoff.ts';
import { inWords } from '../../domain/handoff/wish.ts';
import { requirementKinds, requirementOwners, requirementStates } from '../../domain/requirements/requirement.ts';
import type { Story } from '../../domain/story/story.ts';
import { type PlannedVisit, visitStandings } from '../../domain/visit/visit.ts';
import { requirement, visit } from '../chart-writes/clinic-with-ehr.ts';
import { annaAtTheDesk, clinic, untold } from './telling.ts';

const { timeZone } = clinic;
const morning = new Date('2026-03-03T14:00:00Z');

function card(story: Story, hook: 'patient-view' | 'appointment-book' = 'patient-view', now = morning) {
  const [since] = story.acknowledgements;
  return cardOf(prepareHandoff({ story, intakes: {} }, { now, timeZone, since }), hook, now);
}

const withVisits = (...visits: readonly PlannedVisit[]): Story => ({ ...untold(), visits });
const needs = [
  requirement('authorisation', { state: 'waiting' }),
  requirement('fasting', { kind: 'preparation', owner: 'patient', because: 'MRI with contrast' }),
  requirement('referral', {
    kind: 'referral',
    owner: 'referring-practice',
    state: 'met',
    evidence: 'ServiceRequest/7',
  }),
  requirement('metal', { kind: 'document', state: 'waived', waivedBecause: 'Had it last week', setBy: 'staff' }),
];

describe('the card', () => {
  it('shows the next visit, what it still needs with owner and due, and what is settled', () => {
    const shown = card(withVisits(visit(needs)));
    expect(shown?.summary).toBe('Visit today at 9:40 AM; open: authorisation by the payer (insurance team)');
    expect(shown?.detail).toBe(
      [
        '**Visit today at 9:40 AM**: Not confirmed yet.',
        'The visit still needs:',
        [
          '- **Authorisation by the payer**: insurance team, under way, due yesterday at 5:00 PM (MRI with contrast, payer Prairie Health)',
          '- **Preparation**: patient, to do, due yesterday at 5:00 PM (MRI with contrast)',
        ].join('\n'),
        'Settled:',
        [
          '- Referral: done (ServiceRequest/7) (MRI with contrast, payer Prairie Health)',
          '- Document: not needed: Had it last week, said by staff (MRI with contrast, payer Prairie Health)',
        ].join('\n'),
      ].join('\n\n'),
    );
    expect(shown?.indicator).toBe('info');
    expect(card(withVisits(visit(needs)), 'appointment-book')?.detail).toContain('The visit still needs');
  });

  it('says what its owner has given back, and why', () => {
    const given = requirement('authorisation', { givenBack: { because: 'Not our patient' } });
    expect(card(withVisits(visit([given])))).toMatchObject({
      indicator: 'warning',
      detail: expect.stringContaining('insurance team, to do, given back: Not our patient, due'),
    });
  });

  it('says whether they come, are late or here, and how late we are', () => {
    const late = visit([], {
      confirmedAt: '2026-03-02T20:00:00Z',
      lateAt: '2026-03-03T13:50:00Z',
      lateMinutes: 10,
      lateness: {
        from: 20,
        to: 30,
        at: '2026-03-03T13:40:00Z',
        told: { from: 20, to: 30, at: '2026-03-03T13:41:00Z' },
      },
    });
    expect(card(withVisits(late))).toStrictEqual({
      summary: 'Visit today at 9:40 AM; the patient is running about 10 minutes late; we run 20 to 30 minutes late',
      detail:
        '**Visit today at 9:40 AM**: The patient is running about 10 minutes late, said today at 7:50 AM; We run 20 to 30 minutes late; the patient was told today at 7:41 AM; Confirmed yesterday at 2:00 PM.',
      indicator: 'warning',
    });
    const here = card(withVisits({ ...late, state: 'arrived' }));
    expect(here?.summary).toBe('Visit today at 9:40 AM; patient is here; we run 20 to 30 minutes late');
    expect(here?.detail).not.toContain('late, said');
  });

  it('has what is new since the reader saw it first', () => {
    const story: Story = {
      ...withVisits(visit([], { confirmedAt: '2026-03-02T20:00:00Z', onTheWayAt: '2026-03-03T13:50:00Z' })),
      acknowledgements: [{ by: 'Practitioner/clerk', at: '2026-03-03T13:00:00Z', card: 'c' }],
    };
    expect(card(story)?.detail).toBe(
      '**Visit today at 9:40 AM**: Confirmed yesterday at 2:00 PM.\n\nNew since you saw it today at 7:00 AM:\n\n- On the way, said today at 7:50 AM',
    );
  });

  it('says what cannot be done in time any more, and that another time is wanted', () => {
    const shown = card(
      withVisits(
        visit([requirement('authorisation', { tooLate: true })], {
          start: '2026-03-05T15:40:00Z',
          moving: {
            since: '2026-03-03T13:00:00Z',
            stage: 'looking',
            passedOver: [],
            wish: { weekdays: [2], after: '15:00' },
          },
        }),
      ),
    );
    expect(shown?.summary).toBe(
      'Visit on Thursday, March 5 at 9:40 AM; wants another time (Tuesday, after 15:00); open: authorisation by the payer (insurance team)',
    );
    expect(shown?.detail).toContain('**Next visit on Thursday, March 5 at 9:40 AM**');
    expect(shown?.detail).toContain('to do, cannot be done in time any more');
    expect(shown?.indicator).toBe('warning');
  });

  it('shows every visit of today and of the later ones the next only, and none that is over', () => {
    const shown = card(
      withVisits(
        visit([], { appointment: 'afternoon', start: '2026-03-03T20:00:00Z' }),
        visit([], { appointment: 'morning' }),
        visit([], { appointment: 'off', state: 'cancelled' }),
        visit([], { appointment: 'later', start: '2026-04-03T20:00:00Z' }),
      ),
    );
    expect(shown?.detail.match(/isit (?:on |today )[^*]*/g)).toEqual([
      'isit today at 9:40 AM',
      'isit today at 2:00 PM',
    ]);
    expect(card(withVisits(visit([], { state: 'passed' })))).toBeUndefined();
    expect(card(withVisits(visit([], { start: '2026-04-03T20:00:00Z' })))?.summary).toBe(
      'Visit on April 3, 2026 at 3:00 PM; not confirmed yet',
    );
  });

  it('keeps what was told to the point where the visit needs nothing', () => {
    const { story, intakes } = annaAtTheDesk().change((before) => ({
      ...before,
      visits: [visit([requirement('form', { kind: 'form', owner: 'patient' })])],
    })).view;
    const shown = cardOf(prepareHandoff({ story, intakes }, { now: morning, timeZone }), 'patient-view', morning);
    expect(shown?.summary).toMatch(/^Chest pain or tightness \(.*\)\. 8 of 9 answered/);
  });
});

describe('any visit', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 80 });
  const someRequirement = fc.record({
    id: fc.string({ minLength: 1, maxLength: 12 }),
    kind: fc.constantFrom(...requirementKinds),
    owner: fc.constantFrom(...requirementOwners),
    state: fc.constantFrom(...requirementStates),
    because: words,
    waivedBecause: words,
    givenBack: fc.record({ because: words }),
    tooLate: fc.boolean(),
  });
  const instants = fc.option(
    fc
      .date({ min: new Date('2026-03-01'), max: new Date('2026-03-06'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    { nil: undefined },
  );

  it('fits on the card in one short line, without markup of others', () => {
    fc.assert(
      fc.property(
        fc.array(someRequirement, { maxLength: 15 }),
        fc.constantFrom(...visitStandings),
        instants,
        instants,
        instants,
        (some, state, lateAt, confirmedAt, since) => {
          const requirements = some.map(({ id, ...more }) => requirement(id, more));
          const story = withVisits({
            ...visit(requirements, { state }),
            ...(lateAt === undefined ? {} : { lateAt }),
            ...(confirmedAt === undefined ? {} : { confirmedAt }),
          });
          const seen = since === undefined ? [] : [{ by: 'Practitioner/clerk', at: since, card: 'c' }];
          const shown = card({ ...story, acknowledgements: seen });
          if (shown === undefined) {
            expect(['passed', 'cancelled', 'missed']).toContain(state);
            return;
          }
          expect(shown.summary.length).toBeLessThan(140);
          expect(shown.summary).not.toMatch(/[\n\r]/);
          expect(shown.detail).not.toMatch(/<[a-z]/i);
        },
      ),
    );
  });
});

it('a wish is said as staff say it', () => {
  expect(inWords({ weekdays: [1, 7], after: '09:00', before: '12:00', from: '2026-03-09', until: '2026-03-20' })).toBe(
    'Monday or Sunday, after 09:00, before 12:00, from 2026-03-09, until 2026-03-20',
  );
  expect(inWords({})).toBe('');
});
