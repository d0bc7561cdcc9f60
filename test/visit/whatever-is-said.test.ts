import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../domain/conversation/effects.ts';
import type { Heard } from '../../domain/conversation/heard.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { asks, offers } from '../engine/conversation.ts';
import {
  patientWorld,
  type Setting,
  slotAt,
  start,
  thursday,
  tuesdayAfternoon,
  tuesdayMorning,
} from './patient-world.ts';
import labelled from './visit-words.json' with { type: 'json' };
import { need } from './visit-world.ts';

/** Whatever is said, heard or found, in whatever order, on whatever channel. */

const slots = [tuesdayMorning, tuesdayAfternoon, thursday, slotAt('past', '2026-03-01 10:00')];
const channels = ['sms', 'voice-keypad', 'voice-speech'] as const;
const viaOf = { sms: 'text', 'voice-keypad': 'keypad', 'voice-speech': 'speech' } as const;

const ordinary = (
  "1|2|3|4|yes|no|keep it|another time|reschedule|can't come|give it up|here|Tuesday after 3|" +
  'the Thursday one|9:40|confirm|continue|later|repeat|help|more|skip|back|person|español|0|*|purple monkey|' +
  'none of them|what do I still need|done|done 1'
).split('|');

const someWords = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...labelled.map(([, words = '']) => words)) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...ordinary),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
);

const appointment = fc.constantFrom('7', '8', 'nobody');
const slot = fc.constantFrom(...slots);
const someSlots = fc.shuffledSubarray(slots);
const offer = fc.constantFrom('offer/1', 'offer/2');

const heard: fc.Arbitrary<Heard> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .record({ words: someWords, channel: fc.constantFrom(...channels), confidence: fc.constantFrom(0.2, 0.9) })
      .map(
        ({ words, channel, confidence }): Heard => ({ is: 'words', words, channel, via: viaOf[channel], confidence }),
      ),
  },
  { weight: 1, arbitrary: fc.constant<Heard>({ is: 'arrived', channel: 'voice-speech' }) },
  {
    weight: 2,
    arbitrary: fc.nat(3).map((times): Heard => ({ is: 'silence', channel: 'voice-keypad', times })),
  },
  {
    weight: 4,
    arbitrary: fc.record({ appointment, slots: someSlots }).map((found): Heard => ({ is: 'slots-found', ...found })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ appointment, slot, slots: someSlots })
      .map((lost): Heard => ({ is: 'slot-lost', ...lost, slot: lost.slot.slot })),
  },
  { weight: 2, arbitrary: fc.record({ appointment, slot }).map((taken): Heard => ({ is: 'slot-taken', ...taken })) },
  { weight: 1, arbitrary: appointment.map((id): Heard => ({ is: 'given-up', appointment: id })) },
  {
    weight: 2,
    arbitrary: fc.record({ appointment, slot, offer }).map((offered): Heard => ({ is: 'slot-offered', ...offered })),
  },
  { weight: 1, arbitrary: fc.record({ appointment, offer }).map((over): Heard => ({ is: 'offer-over', ...over })) },
  {
    weight: 1,
    arbitrary: fc.record({ appointment, from: fc.nat(40), more: fc.nat(30) }).map(
      ({ appointment: id, from, more }): Heard => ({
        is: 'clinic-late',
        appointment: id,
        minutes: { from, to: from + more },
      }),
    ),
  },
  { weight: 1, arbitrary: appointment.map((id): Heard => ({ is: 'clinic-late', appointment: id })) },
  { weight: 3, arbitrary: appointment.map((id): Heard => ({ is: 'visit-time', appointment: id })) },
);

const steps = fc.array(fc.record({ heard, minutes: fc.constantFrom(0, 0, 1, 5, 30, 90, 1500) }), { maxLength: 14 });

const later: Partial<PlannedVisit> = {
  appointment: '8',
  start: '2026-03-20T15:00:00.000Z',
  end: '2026-03-20T15:30:00.000Z',
  slots: ['other'],
};
const settings = fc.record({
  visits: fc.constantFrom<readonly Partial<PlannedVisit>[]>(
    [{}],
    [{ requirements: [need('card'), need('scan', { kind: 'form' }), need('list')] }, later],
    [{ state: 'wished' }, later],
    [{ state: 'arrived' }],
    [],
  ),
  asks: fc.constantFrom<NonNullable<Setting['asks']>>(
    [],
    [asks('q1', 'boolean'), asks('q2', 'integer')],
    [offers('q1', ['Here', 'Another time']), asks('q2', 'string', { required: false })],
  ),
  now: fc.constantFrom('2026-03-02T14:00:00.000Z', '2026-03-04T15:10:00.000Z', start),
});

function worldOf({ visits, asks: items, now }: Setting) {
  return patientWorld({
    visits: visits ?? [],
    now: now ?? start,
    ...(items === undefined || items.length === 0 ? {} : { asks: items }),
  });
}

const isSaid = (effect: Effect) =>
  ['tell', 'ask', 'choose', 'list-needs', 'warn', 'say-more', 'hold'].includes(effect.do);
const goesOn = (effect: Effect) => isSaid(effect) || effect.do === 'hand-over' || effect.do === 'connect';

describe('whatever is said about a visit', () => {
  it('never throws, and is answered with words or a person; a call always goes on', () => {
    fc.assert(
      fc.property(settings, steps, (setting, taken) => {
        const anna = worldOf(setting);
        for (const { heard: each, minutes } of taken) {
          anna.passes(minutes);
          anna.hears(each);
          const effects = anna.last();
          if (each.is === 'words' || each.is === 'arrived' || each.is === 'silence')
            expect(effects.some(goesOn), JSON.stringify(each)).toBe(true);
          anna.text();
          if (each.is === 'silence' || (each.is === 'words' && each.channel !== 'sms'))
            expect(anna.call().length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('the story survives any store; a question that waits has choices, and a move a stage that something brings on', () => {
    fc.assert(
      fc.property(settings, steps, (setting, taken) => {
        const anna = worldOf(setting);
        for (const { heard: each, minutes } of taken) {
          anna.passes(minutes);
          anna.hears(each);
          expect(anna.decided()).toStrictEqual(anna.story());
          for (const { asked, moving, state } of anna.story().visits) {
            if (asked !== undefined) expect(asked.choices.length).toBeGreaterThan(0);
            if (asked?.is === 'pick-slot') expect(moving?.stage).toBe('offered');
            if (moving?.stage === 'offered' || moving?.stage === 'looking') expect(state).toBe('booked');
            if (moving?.stage === 'booking' || moving?.stage === 'taken') expect(moving.taking).toBeDefined();
            if (moving?.via === 'text') expect(moving.unsaid).toBeUndefined();
          }
        }
      }),
      { numRuns: 120 },
    );
  });

  it('nothing is asked or texted of the dead', () => {
    fc.assert(
      fc.property(settings, steps, (setting, taken) => {
        const anna = worldOf({ ...setting, asks: [] });
        anna.change({ person: { ...anna.story().person, deceased: true } });
        for (const { heard: each, minutes } of taken) {
          anna.passes(minutes);
          anna.hears(each);
          const effects = anna.last();
          expect(effects.some(({ do: what }) => what === 'choose' || what === 'ask')).toBe(false);
          if (each.is !== 'words' && each.is !== 'arrived' && each.is !== 'silence')
            expect(effects.filter(isSaid)).toEqual([]);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('nothing of what the clinic or the EHR brings about is said by text after STOP', () => {
    fc.assert(
      fc.property(settings, steps, (setting, taken) => {
        const anna = worldOf(setting);
        anna.says('please stop texting me');
        for (const { heard: each, minutes } of taken) {
          anna.passes(minutes);
          anna.hears(each);
          if (anna.story().consent.texts === 'allowed') return;
          if (each.is !== 'words' && each.is !== 'arrived' && each.is !== 'silence' && each.is !== 'visit-time')
            expect(anna.last().filter(isSaid)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('no time is the patient’s before the EHR says so', () => {
    fc.assert(
      fc.property(settings, steps, (setting, taken) => {
        const anna = worldOf(setting);
        for (const { heard: each, minutes } of taken) {
          const before = anna.story().visits.map(({ start: at }) => at);
          anna.passes(minutes);
          anna.hears(each);
          if (each.is !== 'slot-taken') expect(anna.story().visits.map(({ start: at }) => at)).toEqual(before);
        }
      }),
      { numRuns: 80 },
    );
  });
});
