import { describe, expect, test } from 'vitest';
import { ContentFault } from '../../content/content.ts';
import { loadReminders, planFor } from '../../content/reminders.ts';
import { knownVisitTypes } from '../../content/visit-types.ts';
import { agendaOf } from '../../domain/visit/agenda.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';

const day = { id: 'day', before: 'P1D', at: '10:00', asksToConfirm: true };

describe('when visits are reminded of', () => {
  test('is known for every type that content knows, and for no other', () => {
    for (const { type } of knownVisitTypes) expect(planFor(type).reminders.length).toBeGreaterThan(0);
    expect(planFor('other')).toEqual({ reminders: [] });
  });

  test('asks in time for the other channel, and tells the desk before the visit, at any hour of the day', () => {
    for (const { type } of knownVisitTypes) {
      for (let hour = 7; hour <= 18; hour++) {
        const start = `2026-05-13T${String(hour + 5).padStart(2, '0')}:00:00.000Z`;
        const plan = planFor(type);
        const visit: PlannedVisit = {
          appointment: '7',
          state: 'booked',
          type,
          start,
          slots: [],
          codes: [],
          plan,
          requirements: [],
          done: [],
          changedAt: start,
        };
        const asking = agendaOf(visit, 'America/Chicago').find(
          ({ what }) => what.is === 'reminder' && what.asksToConfirm,
        );
        const at = asking?.at.toISOString() ?? '';
        const asked = { is: 'confirm', at, choices: [], misread: 0 } as const;
        const chain = agendaOf({ ...visit, asked, done: [asking?.id ?? ''] }, 'America/Chicago');
        const when = (is: string) => chain.find(({ what }) => what.is === is)?.at.getTime() ?? Number.NaN;
        expect(when('other-channel')).toBeGreaterThan(Date.parse(at));
        expect(when('no-reply')).toBeGreaterThan(when('other-channel'));
        expect(when('no-reply')).toBeLessThan(Date.parse(start));
      }
    }
  });

  test.each([
    ['a type that nobody books', { dentist: { reminders: [] } }, 'dentist: no visit is of this type'],
    ['a reminder twice', { mri: { reminders: [day, day], deskBefore: 'PT2H' } }, 'mri: a reminder is there twice'],
    ['no duration', { mri: { reminders: [{ id: 'day', before: 'a day' }] } }, 'mri.reminders.0.before'],
    ['no time of day', { mri: { reminders: [{ ...day, at: '25:00' }] } }, 'mri.reminders.0.at'],
    ['a word that nobody knows', { mri: { reminders: [], remind: true } }, 'mri'],
    ['an answer waited for that nobody asks for', { mri: { reminders: [], deskBefore: 'PT2H' } }, 'mri: an answer'],
    ['an answer asked for that nobody misses', { mri: { reminders: [day] } }, 'mri: nobody hears'],
  ])('is refused with %s, and says where', (_, raw, place) => {
    expect(() => loadReminders(raw)).toThrow(ContentFault);
    expect(() => loadReminders(raw)).toThrow(place);
  });
});
