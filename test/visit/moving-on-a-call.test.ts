import { describe, expect, it } from 'vitest';
import { patientWorld, start, thursday, tuesdayAfternoon, tuesdayMorning } from './patient-world.ts';

const hold = ['pause 2', 'redirect'];

describe('another time on a call', () => {
  it('is looked for while the caller waits, offered, booked and said, all on the call', () => {
    const anna = patientWorld();
    expect(anna.speaks('I need another time')).toEqual(['find-slots', 'tell slot.looking', 'hold']);
    expect(anna.call()).toEqual(["I'm looking for other times. One moment, please.", ...hold]);
    expect(anna.waits()).toEqual(['hold']);
    expect(anna.call()).toEqual(hold);
    expect(anna.finds(tuesdayMorning, tuesdayAfternoon, thursday)).toEqual([]);
    expect(anna.text()).toBe('');
    expect(anna.waits()).toEqual(['choose pick-slot: slot | slot | slot | other-times']);
    expect(anna.call()).toEqual([
      'These times are free. Your time stays until you pick one:',
      'For Tuesday, March 10 at 9:40 AM, press 1.',
      'For Tuesday, March 10 at 3:20 PM, press 2.',
      'For Thursday, March 12 at 2:00 PM, press 3.',
      'For other times, press 4.',
      'gather',
      'redirect',
    ]);
    expect(anna.keys('3')).toEqual(['take slot thu', 'tell slot.booking', 'hold']);
    expect(anna.gets(thursday)).toEqual([]);
    expect(anna.waits()).toEqual(['tell slot.taken']);
    expect(anna.call()).toEqual([
      'Done. Your visit is on Thursday, March 12 at 2:00 PM now. See you then.',
      'For a person, press 0.',
      'gather',
      'redirect',
    ]);
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.visit().told?.start).toBe(thursday.start);
  });

  it('says that somebody was faster, on the call', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.finds(tuesdayMorning, thursday);
    anna.waits();
    anna.speaks('the Thursday one');
    expect(anna.loses(thursday, tuesdayMorning, tuesdayAfternoon)).toEqual([]);
    expect(anna.waits()).toEqual(['tell slot.lost', 'choose pick-slot: slot | slot | other-times']);
  });

  it('says honestly that there is none', () => {
    const anna = patientWorld();
    anna.speaks('can I come Friday morning instead');
    anna.finds();
    expect(anna.waits()).toEqual(['tell the desk: not-moved', 'tell slot.none-then', 'tell slot.stays']);
    expect(anna.visit().start).toBe(start);
  });

  it('is not waited for for ever: after six holds it is texted', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    const waits = [1, 2, 3, 4, 5].map(() => anna.waits());
    expect(waits).toEqual([['hold'], ['hold'], ['tell slot.still', 'hold'], ['hold'], ['hold']]);
    expect(anna.waits()).toEqual(['tell slot.by-text', 'hang-up']);
    expect(anna.finds(thursday)).toEqual(['choose pick-slot: slot | other-times']);
  });

  it('is left to the desk where no texts are wanted', () => {
    const anna = patientWorld({ story: { consent: { texts: 'refused', at: start, how: 'in-words' } } });
    anna.speaks('reschedule');
    for (const _ of [1, 2, 3, 4, 5]) anna.waits();
    expect(anna.waits()).toEqual(['tell the desk: not-moved', 'tell slot.by-desk', 'hang-up']);
  });

  it('is texted where the call is over before the times are there', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.finds(thursday);
    expect(anna.timeComes()).toEqual([]);
    anna.passes(4);
    expect(anna.timeComes()).toEqual(['choose pick-slot: slot | other-times']);
    expect(anna.says('1')).toEqual(['take slot thu', 'tell slot.booking']);
  });

  it('is texted where it was heard and not chosen from on the call', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.finds(thursday);
    anna.waits();
    anna.passes(11);
    expect(anna.timeComes()).toEqual(['choose pick-slot: slot | other-times']);
    anna.passes(1);
    expect(anna.timeComes()).toEqual([]);
  });

  it('what was booked when the call broke off is texted', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.finds(thursday);
    anna.waits();
    anna.keys('1');
    anna.gets(thursday);
    anna.passes(4);
    expect(anna.timeComes()).toEqual(['tell slot.taken']);
    expect(anna.visit().moving).toBeUndefined();
  });

  it('is said first to whoever texts after the call, and is answered then', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.finds(thursday, tuesdayMorning);
    expect(anna.says('hello?')).toEqual(['choose pick-slot: slot | slot | other-times']);
    expect(anna.says('2')).toEqual(['take slot tue-am', 'tell slot.booking']);
  });

  it('is not said instead of a person to whoever asks for one by text, nor instead of what is for a person', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.finds(thursday, tuesdayMorning);
    expect(anna.says('person')).toEqual(['hand over: asked', 'tell person.coming', 'connect desk']);
    const letter =
      'my daughter is in the hospital since last night and I do not know yet how long she will have to stay there';
    expect(anna.says(letter)).toEqual([
      'hand over: message',
      'tell message-passed',
      'choose pick-slot: slot | slot | other-times',
    ]);
  });

  it('is said first to whoever calls again', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.finds(thursday);
    expect(anna.calls()).toEqual(['tell voice.greeting', 'choose pick-slot: slot | other-times']);
  });

  it('begins by text after a call that found nothing in time', () => {
    const anna = patientWorld();
    anna.speaks('reschedule');
    anna.passes(4);
    expect(anna.timeComes()).toEqual([]);
    expect(anna.visit().moving?.via).toBe('text');
    expect(anna.finds(thursday)).toEqual(['choose pick-slot: slot | other-times']);
  });
});
