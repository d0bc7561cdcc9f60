import { describe, expect, it } from 'vitest';
import { asks } from '../engine/conversation.ts';
import { patientWorld, slotAt, start, thursday, tuesdayAfternoon, tuesdayMorning } from './patient-world.ts';
import { need } from './visit-world.ts';

const three = [tuesdayMorning, tuesdayAfternoon, thursday] as const;
const offered = 'choose pick-slot: slot | slot | slot | other-times';

function choosing() {
  const anna = patientWorld();
  anna.says('reschedule');
  anna.finds(...three);
  return anna;
}

describe('another time', () => {
  it('is looked for, with what would suit', () => {
    const anna = patientWorld();
    expect(anna.says('can I come Tuesday after 3 instead')).toEqual(['find-slots', 'tell slot.looking']);
    expect(anna.visit().moving).toMatchObject({
      stage: 'looking',
      via: 'text',
      wish: { weekdays: [2], after: '15:00' },
    });
    expect(anna.visit().start).toBe(start);
  });

  it('is offered as up to three times, by text', () => {
    const anna = patientWorld();
    anna.says('reschedule');
    expect(anna.finds(...three, slotAt('fourth', '2026-03-13 10:00'))).toEqual([offered]);
    expect(anna.text()).toBe(
      [
        'These times are free. Your time stays until you pick one:',
        '1 Tuesday, March 10 at 9:40 AM',
        '2 Tuesday, March 10 at 3:20 PM',
        '3 Thursday, March 12 at 2:00 PM',
        '4 Other times',
      ].join('\n'),
    );
  });

  it.each([
    ['3', 'thu'],
    ['number 2', 'tue-pm'],
    ['the second one', 'tue-pm'],
    ['the last one', 'thu'],
    ['thursday', 'thu'],
    ['The Thursday one please', 'thu'],
    ['9:40', 'tue-am'],
    ['the 9:40', 'tue-am'],
    ['3:20 pm', 'tue-pm'],
    ['Tuesday afternoon', 'tue-pm'],
    ['the morning one', 'tue-am'],
    ['the 12th', 'thu'],
    ['9', 'tue-am'],
    ['any of them', 'tue-am'],
    ['el jueves', 'thu'],
    ['w czwartek', 'thu'],
    ['Thursday works for me', 'thu'],
  ])('is chosen by "%s"', (words, slot) => {
    const anna = choosing();
    expect(anna.says(words)).toEqual([`take slot ${slot}`, 'tell slot.booking']);
    expect(anna.visit().moving).toMatchObject({ stage: 'booking', taking: { slot } });
    expect(anna.visit().start).toBe(start);
  });

  it('is asked about again where two of the times fit', () => {
    const anna = choosing();
    expect(anna.says('Tuesday')).toEqual(['choose pick-slot: slot | slot | other-times']);
    expect(anna.says('2')).toEqual(['take slot tue-pm', 'tell slot.booking']);
  });

  it.each(['4', 'other times', 'none of them', 'no', 'another time', 'more', 'ninguna', 'inne terminy'])(
    'is looked for again where "%s" is said, without what was offered',
    (words) => {
      const anna = choosing();
      expect(anna.says(words)).toEqual(['find-slots', 'tell slot.looking-more']);
      expect(anna.visit().moving).toMatchObject({ stage: 'looking', passedOver: ['tue-am', 'tue-pm', 'thu'] });
      expect(anna.finds(...three)).toEqual(['tell the desk: not-moved', 'tell slot.none', 'tell slot.stays']);
    },
  );

  it('is looked for again by a wish that none of the times meets', () => {
    const anna = choosing();
    expect(anna.says('Friday morning')).toEqual(['find-slots', 'tell slot.looking']);
    expect(anna.visit().moving).toMatchObject({ wish: { weekdays: [5], before: '12:00' } });
    expect(anna.finds()).toEqual(['tell the desk: not-moved', 'tell slot.none-then', 'tell slot.stays']);
    expect(anna.text()).toBe(
      "I'm sorry, I see no free time like that.\nYour visit stays on Wednesday, March 4 at 9:40 AM for now. I've told our front desk. They will help, or call 312-555-0100.",
    );
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.visit().start).toBe(start);
  });

  it('is left where somebody keeps what they have', () => {
    const anna = choosing();
    expect(anna.says('I keep my time')).toEqual(['confirm-visit', 'tell visit.kept']);
    expect(anna.visit().moving).toBeUndefined();
  });

  it('is nobody’s who is somewhere else by then: the next ones are offered', () => {
    const anna = choosing();
    anna.says('2');
    expect(anna.loses(tuesdayAfternoon, tuesdayAfternoon, thursday)).toEqual([
      'tell slot.lost',
      'choose pick-slot: slot | other-times',
    ]);
    expect(anna.says('yes')).toEqual(['take slot thu', 'tell slot.booking']);
    expect(anna.loses(thursday)).toEqual([
      'tell slot.lost',
      'tell the desk: not-moved',
      'tell slot.none',
      'tell slot.stays',
    ]);
    expect(anna.visit()).toMatchObject({ start, slots: ['mine'] });
  });

  it('is theirs once the EHR has it so, and what hung on the old time is gone', () => {
    const anna = choosing();
    anna.changeVisit({ done: ['reminder/week@1'], confirmedAt: '2026-03-01T10:00:00.000Z' });
    anna.says('thursday');
    expect(anna.gets({ ...thursday, location: 'annex', practitioner: 'wu' })).toEqual(['tell slot.taken']);
    expect(anna.text()).toBe('Done. Your visit is on Thursday, March 12 at 2:00 PM now. See you then.');
    expect(anna.last()).toContainEqual({ do: 'plan', appointment: '7' });
    expect(anna.visit()).toMatchObject({
      start: thursday.start,
      end: thursday.end,
      slots: ['thu'],
      location: 'annex',
      practitioner: 'wu',
      confirmedAt: anna.now().toISOString(),
      told: { start: thursday.start },
      done: [],
    });
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.gets(thursday)).toEqual([]);
  });

  it('is said once, and before what it needs, where the EHR shows it before the booking reports', () => {
    const anna = choosing();
    anna.says('thursday');
    const {
      told: _told,
      requirements: _needs,
      done: _done,
      changedAt: _changed,
      moving: _moving,
      ...known
    } = anna.visit();
    anna.passes(1);
    const { asked: _asked, ...shown } = known;
    const seenAt = anna.now().toISOString();
    const moved = { ...shown, start: thursday.start, end: thursday.end, slots: ['thu'], seenAt };
    expect(
      anna.hears({
        is: 'visits-planned',
        visits: [{ appointment: '7', known: moved, requirements: [need('card', { due: thursday.start })] }],
      }),
    ).toEqual(['tell slot.taken', 'tell need.about', 'list needs, changed: card open']);
    expect(anna.visit()).toMatchObject({
      start: thursday.start,
      confirmedAt: anna.now().toISOString(),
      told: { start: thursday.start },
    });
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.gets(thursday)).toEqual([]);
  });

  it('is not taken for theirs where the EHR shows the same time in another slot', () => {
    const anna = choosing();
    anna.says('thursday');
    const { told: _told, requirements: _needs, done: _done, changedAt: _changed, ...rest } = anna.visit();
    const { moving: _moving, asked: _asked, ...known } = rest;
    anna.passes(1);
    const seenAt = anna.now().toISOString();
    const other = { ...known, start: thursday.start, end: thursday.end, slots: ['another'], seenAt };
    expect(
      anna.hears({ is: 'visits-planned', visits: [{ appointment: '7', known: other, requirements: [] }] }),
    ).toEqual([]);
    expect(anna.visit().moving?.stage).toBe('booking');
  });

  it('takes the questions of the visit along', () => {
    const anna = patientWorld({ asks: [asks('q1', 'boolean'), asks('q2', 'boolean')] });
    const [conversation] = anna.story().conversations;
    anna.change({
      conversations: conversation === undefined ? [] : [{ ...conversation, visit: { appointment: '7', start } }],
    });
    anna.says('reschedule');
    expect(anna.finds(thursday)).toEqual(['choose pick-slot: slot | other-times']);
    expect(anna.says('1')).toEqual(['take slot thu', 'tell slot.booking', 'ask q1 (1 of 2)']);
    expect(anna.gets(thursday)).toEqual(['tell slot.taken', 'ask q1 (1 of 2)']);
    expect(anna.story().conversations[0]?.visit).toEqual({
      appointment: '7',
      start: thursday.start,
      end: thursday.end,
    });
  });

  it('teaches when visits suit', () => {
    const anna = patientWorld();
    anna.says('can I come Tuesday after 3 instead');
    anna.finds(tuesdayAfternoon);
    anna.says('1');
    anna.gets(tuesdayAfternoon);
    expect(anna.story().prefers).toEqual({ weekdays: [2], after: '15:00' });
    const ben = choosing();
    ben.says('1');
    ben.gets(tuesdayMorning);
    expect(ben.story().prefers).toEqual({ before: '12:00' });
  });

  it('what is found too late, or for nobody who looks, changes nothing', () => {
    const anna = patientWorld();
    expect(anna.finds(thursday)).toEqual([]);
    expect(anna.loses(thursday)).toEqual([]);
    anna.says('reschedule');
    anna.finds(thursday);
    expect(anna.finds(tuesdayMorning)).toEqual([]);
  });

  it('of a visit that is over, or under way, is for the desk', () => {
    const missed = patientWorld({
      visits: [{ state: 'missed', asked: { is: 'missed', at: start, choices: [{ is: 'another-time' }], misread: 0 } }],
    });
    expect(missed.says('yes')).toEqual(['tell the desk: not-moved', 'tell visit.desk-knows']);
    const here = patientWorld({ visits: [{ state: 'arrived' }], now: start });
    expect(here.says('reschedule')).toEqual(['tell the desk: not-moved', 'tell visit.desk-knows']);
  });
});

describe('a move that comes to nothing', () => {
  it('lapses a day after the times were offered; the time they have stays theirs, and the desk hears', () => {
    const anna = choosing();
    anna.passes(24 * 60 + 1);
    expect(anna.timeComes()).toEqual(['tell the desk: not-moved', 'tell slot.lapsed', 'tell slot.stays']);
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.visit().asked).toBeUndefined();
  });

  it('is left to the desk where nothing was heard of it in an hour', () => {
    const anna = patientWorld();
    anna.says('reschedule');
    anna.passes(61);
    expect(anna.timeComes()).toEqual(['tell the desk: not-moved', 'tell slot.stuck', 'tell slot.stays']);
    // A booking that is reported after all is theirs all the same.
    expect(anna.gets(thursday)).toEqual(['tell slot.taken']);
  });

  it('is left to the desk without a word after STOP', () => {
    const anna = patientWorld();
    anna.says('reschedule');
    anna.says('please stop texting me');
    expect(anna.finds(thursday)).toEqual(['tell the desk: not-moved']);
    expect(anna.visit().asked).toBeUndefined();
  });
});
