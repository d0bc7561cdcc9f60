import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { languages } from '../../domain/guidance/language.ts';
import { patientWorld, thursday, tuesdayAfternoon, tuesdayMorning } from './patient-world.ts';

const said = {
  'three times to choose from': (anna: ReturnType<typeof patientWorld>) => {
    anna.says('reschedule');
    anna.finds(tuesdayMorning, tuesdayAfternoon, thursday);
  },
  'what instead': (anna: ReturnType<typeof patientWorld>) => anna.says("can't come"),
  'a freed time': (anna: ReturnType<typeof patientWorld>) => anna.isOffered(tuesdayMorning, '2026-03-02T16:00:00.000Z'),
  'no other time': (anna: ReturnType<typeof patientWorld>) => {
    anna.says('reschedule');
    anna.finds();
  },
  'somebody was faster': (anna: ReturnType<typeof patientWorld>) => {
    anna.says('reschedule');
    anna.finds(tuesdayMorning, tuesdayAfternoon, thursday);
    anna.says('1');
    anna.loses(tuesdayMorning, tuesdayAfternoon, thursday);
  },
  'the clinic runs late': (anna: ReturnType<typeof patientWorld>) => {
    anna.goesTo('2026-03-04T15:10:00.000Z');
    anna.clinicIsLate(20, 30);
    anna.passes(15);
    anna.says('here');
  },
} as const;

describe.each(languages)('what is said about a visit in %s', (language) => {
  it.each(Object.keys(said) as (keyof typeof said)[])(
    '%s fits two segments, or three where letters cost double',
    (what) => {
      const anna = patientWorld({ language });
      said[what](anna);
      const text = anna.text();
      expect(text).not.toBe('');
      const { segmentsCount, encodingName } = new SegmentedMessage(text);
      expect(segmentsCount, text).toBeLessThanOrEqual(encodingName === 'GSM-7' ? 2 : 3);
      expect(text).not.toMatch(/cancel|\{|\}|undefined|MORE|MÁS|WIĘCEJ/);
    },
  );

  it('is heard on a call within half a minute, the choice after its meaning', () => {
    const anna = patientWorld({ language });
    anna.speaks('reschedule');
    anna.finds(tuesdayMorning, tuesdayAfternoon, thursday);
    anna.waits();
    const call = anna.call();
    expect(call.slice(1, 5).map((line) => /\d\D*$/.exec(line)?.[0][0])).toEqual(['1', '2', '3', '4']);
    expect(call.join(' ').split(/\s+/).length).toBeLessThan(75);
  });
});

it('says of a visit its day and time and nothing else', () => {
  const anna = patientWorld({ visits: [{ type: 'mri-contrast' }] });
  for (const play of Object.values(said)) {
    const ben = patientWorld({ visits: [{ type: 'mri-contrast' }] });
    play(ben);
    expect(ben.text()).not.toMatch(/mri|contrast|scan|cardio/i);
  }
  anna.says('when is my appointment?');
  expect(anna.text()).toBe('Your visit at Lakeside Clinic is on Wednesday, March 4 at 9:40 AM.');
});

it('does not say a time twice that a reminder has just said', () => {
  const anna = patientWorld({
    visits: [{ plan: { reminders: [{ id: 'day', before: 'P1D', at: '17:00', asksToConfirm: true }] } }],
  });
  anna.goesTo('2026-03-03T23:01:00.000Z');
  anna.timeComes();
  expect(anna.text()).toBe(
    [
      'Your visit at Lakeside Clinic is soon: Wednesday, March 4 at 9:40 AM.',
      'Will you come?',
      "1 Yes, I'll come",
      '2 Another time',
      "3 I don't need it any more",
    ].join('\n'),
  );
  anna.says('repeat');
  expect(anna.text()).toContain('Will you come on Wednesday, March 4 at 9:40 AM?');
});

it('with an example shows the choices again, whole', () => {
  for (const language of languages) {
    const anna = patientWorld({ language });
    anna.says('reschedule');
    anna.finds(tuesdayMorning, tuesdayAfternoon, thursday);
    anna.says('purple monkey');
    expect(anna.text()).toMatch(/\n4 [^\n]+$/);
  }
});

it.each([
  ['en', 'That time is fine'],
  ['es', 'Esa hora me viene bien'],
  ['pl', 'Tak, ten termin pasuje'],
] as const)(
  'of a visit that the clinic moved, the new time is agreed to in the words of the choice: %s',
  (language, words) => {
    const anna = patientWorld({ language });
    const choices = [{ is: 'keep' }, { is: 'another-time' }] as const;
    anna.changeVisit({ asked: { is: 'moved', at: anna.now().toISOString(), choices, misread: 0 } });
    anna.says('repeat');
    anna.says(words);
    expect(anna.last()).toContainEqual(expect.objectContaining({ do: 'tell', message: 'visit.kept' }));
  },
);

it('the choices of a call are said as people speak', () => {
  const anna = patientWorld();
  anna.speaks("I can't come");
  const call = anna.call();
  expect(call).toContain('For another time, press 1.');
  expect(call).toContain("If you don't need the visit any more, press 2.");
  expect(call).toContain('To keep your time, press 3.');
});
