import { describe, expect, it } from 'vitest';
import { patientWorld, slotAt, thursday } from './patient-world.ts';
import { known, need } from './visit-world.ts';

const wished = { state: 'wished' as const };
const soon = slotAt('soon', '2026-03-03 10:00');
const until = '2026-03-02T16:00:00.000Z';

function waiting() {
  const { start: _start, end: _end, told: _told, ...visit } = { ...patientWorld().visit(), ...wished };
  const anna = patientWorld({ visits: [] });
  anna.change({ visits: [visit] });
  return anna;
}

describe('a freed time', () => {
  it('is offered without pressure, with until when', () => {
    const anna = waiting();
    expect(anna.isOffered(soon, until)).toEqual(['choose slot-offer: accept | decline']);
    expect(anna.text()).toBe(
      [
        'A time is free: Tuesday, March 3 at 10:00 AM. Do you want it? No is fine too: you stay on the list.',
        'You can say yes until Monday, March 2 at 10:00 AM, if nobody is faster.',
        '1 Yes, please',
        '2 No, thank you',
      ].join('\n'),
    );
  });

  it.each(['1', 'yes', "I'll take it", 'sí', 'la quiero', 'biorę'])('is taken by "%s"', (words) => {
    const anna = waiting();
    anna.isOffered(soon, until);
    expect(anna.says(words)).toEqual(['take slot soon', 'tell slot.booking']);
    expect(anna.last()).toContainEqual({ do: 'take-slot', appointment: '7', slot: soon, offer: 'offer/1' });
    expect(anna.gets(soon)).toEqual(['tell slot.taken']);
    expect(anna.visit()).toMatchObject({ state: 'booked', start: soon.start, slots: ['soon'] });
  });

  it.each(['2', 'no', 'no thanks', 'not interested', "I can't make it", 'no puedo', 'nie dziękuję'])(
    'is declined by "%s", and they wait on',
    (words) => {
      const anna = waiting();
      anna.isOffered(soon, until);
      expect(anna.says(words)).toEqual(['decline-offer', 'tell offer.declined']);
      expect(anna.visit().state).toBe('wished');
      expect(anna.story().consent.texts).toBe('allowed');
      expect(anna.offerEnds()).toEqual([]);
    },
  );

  it('that somebody else took is told kindly, once', () => {
    const anna = waiting();
    anna.isOffered(soon, until);
    expect(anna.offerEnds('offer/2')).toEqual([]);
    expect(anna.offerEnds()).toEqual(['tell offer.gone']);
    expect(anna.offerEnds()).toEqual([]);
    expect(anna.visit().asked).toBeUndefined();
  });

  it('that somebody else took is told to whoever says yes too late, and a no is as good as before', () => {
    const anna = waiting();
    anna.isOffered(soon, until);
    anna.offerEnds();
    expect(anna.says('yes')).toEqual(['tell offer.gone']);
    expect(anna.says('no')).toEqual(['tell offer.declined']);
  });

  it('is told as theirs, then all that the visit needs, where the EHR shows it before the booking reports', () => {
    const anna = waiting();
    anna.isOffered(soon, until);
    anna.says('yes');
    anna.passes(1);
    const shown = known({ start: soon.start, slots: ['soon'], seenAt: anna.now().toISOString() });
    expect(
      anna.hears({
        is: 'visits-planned',
        visits: [{ appointment: '7', known: shown, requirements: [need('card', { due: soon.start })] }],
      }),
    ).toEqual(['tell slot.taken', 'list needs, first: card open']);
    expect(anna.visit()).toMatchObject({ state: 'booked', start: soon.start });
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.gets(soon)).toEqual([]);
  });

  it('that was accepted and lost is told kindly, too, and nothing else is offered in its place', () => {
    const anna = waiting();
    anna.isOffered(soon, until);
    anna.says('yes');
    expect(anna.loses(soon, thursday)).toEqual(['tell offer.gone']);
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.isOffered(thursday, until, 'offer/3')).toEqual(['choose slot-offer: accept | decline']);
  });

  it('that was accepted on a call and lost is told there', () => {
    const anna = waiting();
    anna.isOffered(soon, until);
    expect(anna.calls()).toEqual(['tell voice.greeting', 'choose slot-offer: accept | decline']);
    expect(anna.keys('1')).toEqual(['take slot soon', 'tell slot.booking', 'hold']);
    expect(anna.offerEnds()).toEqual([]);
    expect(anna.waits()).toEqual(['tell offer.gone']);
    expect(anna.visit().moving).toBeUndefined();
  });

  it('is not offered beside another, nor to whoever is gone, nor after STOP, nor when it is past', () => {
    const anna = waiting();
    anna.isOffered(soon, until);
    expect(anna.isOffered(thursday, until, 'offer/2')).toEqual([]);
    const dead = waiting();
    dead.change({ person: { ...dead.story().person, deceased: true } });
    expect(dead.isOffered(soon, until)).toEqual([]);
    const stopped = waiting();
    stopped.says('please stop texting me');
    expect(stopped.isOffered(soon, until)).toEqual([]);
    const late = waiting();
    late.goesTo('2026-03-04T00:00:00.000Z');
    expect(late.isOffered(soon, until)).toEqual([]);
  });
});
