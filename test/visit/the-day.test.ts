import { describe, expect, it } from 'vitest';
import { patientWorld, start } from './patient-world.ts';

const halfAnHourBefore = '2026-03-04T15:10:00.000Z';

describe('here', () => {
  it.each(['here', "I'm here", 'checking in', 'ya llegué', 'jestem na miejscu', 'in the waiting room'])(
    'checks in: "%s"',
    (words) => {
      const anna = patientWorld({ now: halfAnHourBefore });
      expect(anna.says(words)).toEqual(['check-in', 'tell day.checked-in']);
      expect(anna.visit().state).toBe('arrived');
      expect(anna.says(words)).toEqual(['tell day.already-in']);
    },
  );

  it('says honestly how long it takes, as far as that is known', () => {
    const anna = patientWorld({ now: halfAnHourBefore });
    anna.clinicIsLate(5, 10);
    anna.passes(12);
    expect(anna.says('here')).toEqual([
      'check-in',
      'tell day.checked-in',
      'tell day.lateness',
      'tell day.lateness-age',
    ]);
    expect(anna.text()).toBe(
      [
        'You are checked in. Please have a seat, we will call you.',
        "We are running about 5-10 minutes late. I'm sorry.",
        'I heard that 12 minutes ago.',
      ].join('\n'),
    );
  });

  it('is too early days before, and too late hours after: said kindly, and the desk looks', () => {
    const anna = patientWorld();
    expect(anna.says('here')).toEqual(['tell day.too-early']);
    expect(anna.text()).toBe(
      'Your visit is on Wednesday, March 4 at 9:40 AM. You can check in from 3 hours before it.',
    );
    const late = patientWorld({ now: '2026-03-04T18:00:00.000Z' });
    expect(late.says("I'm here")).toEqual(['tell the desk: running-late', 'tell day.past']);
    expect(late.visit().state).toBe('booked');
  });

  it('works on a call', () => {
    const anna = patientWorld({ now: halfAnHourBefore });
    expect(anna.speaks("I'm here")).toEqual(['check-in', 'tell day.checked-in']);
  });
});

describe('on the way', () => {
  it('tells the desk that somebody runs late, once in a while, and whom to ask', () => {
    const anna = patientWorld({ now: halfAnHourBefore });
    expect(anna.says('Running 15 min late')).toEqual([
      'confirm-visit',
      'tell the desk: running-late, 15 minutes',
      'tell day.late',
    ]);
    expect(anna.text()).toContain('312-555-0100');
    expect(anna.visit().lateAt).toBe(anna.now().toISOString());
    expect(anna.says('stuck in traffic')).toEqual(['tell day.late']);
    anna.passes(20);
    expect(anna.says('20 min late now sorry')).toEqual(['tell the desk: running-late, 20 minutes', 'tell day.late']);
  });

  it('tells the desk at once of more minutes, not of as many or fewer', () => {
    const anna = patientWorld({ now: halfAnHourBefore });
    const news = (words: string) => anna.says(words).filter((line) => line.startsWith('tell the desk'));
    expect(news('stuck in traffic')).toEqual(['tell the desk: running-late']);
    expect(news('10 minutes late')).toEqual(['tell the desk: running-late, 10 minutes']);
    expect(news("I'll be 10 minutes late")).toEqual([]);
    expect(news('5 minutes late')).toEqual([]);
    expect(news('half an hour late, sorry')).toEqual(['tell the desk: running-late, 30 minutes']);
    expect(news('20 minutes late')).toEqual([]);
    expect(anna.visit().lateMinutes).toBe(30);
    anna.passes(20);
    expect(news('5 minutes late')).toEqual(['tell the desk: running-late, 5 minutes']);
    anna.passes(20);
    expect(news('running late')).toEqual(['tell the desk: running-late']);
    expect(anna.visit().lateMinutes).toBeUndefined();
  });

  it.each(['0 minutes late', '181 minutes late'])('leaves out what nobody means: "%s"', (words) => {
    const anna = patientWorld({ now: halfAnHourBefore });
    expect(anna.says(words)).toContain('tell the desk: running-late');
    expect(anna.visit().lateMinutes).toBeUndefined();
  });

  it('is kept, and counts as coming', () => {
    const anna = patientWorld({ now: halfAnHourBefore });
    expect(anna.says('on my way')).toEqual(['confirm-visit', 'tell day.on-the-way']);
    expect(anna.visit()).toMatchObject({ onTheWayAt: anna.now().toISOString(), confirmedAt: anna.now().toISOString() });
  });

  it('days before it brings the time of the visit', () => {
    const anna = patientWorld();
    expect(anna.says('on my way')).toEqual(['tell need.next-visit']);
    expect(anna.says('running late')).toEqual(['tell need.next-visit']);
  });
});

describe('how long', () => {
  it('is the visit’s time before the day, and what is known of waiting on it', () => {
    const anna = patientWorld();
    expect(anna.says('how long is the wait')).toEqual(['tell need.next-visit']);
    anna.goesTo(halfAnHourBefore);
    expect(anna.says('how late are you')).toEqual(['tell need.next-visit', 'tell day.no-delay']);
    anna.clinicIsLate(20, 30);
    expect(anna.says('how long')).toEqual(['tell day.lateness']);
    anna.says('here');
    anna.clinicIsLate();
    expect(anna.says('how long')).toEqual(['tell day.no-delay']);
  });

  it('tells when the visit is to whoever asks', () => {
    expect(patientWorld().says('when is my appointment?')).toEqual(['tell need.next-visit']);
    expect(
      patientWorld({ visits: [{ state: 'passed' }] })
        .says('when is my appointment?')
        .join(),
    ).not.toContain('need.next-visit');
  });
});

describe('the clinic’s lateness', () => {
  it('is told with its range, again only when it changes by more than content says, and when it is over', () => {
    const anna = patientWorld({ now: halfAnHourBefore });
    expect(anna.clinicIsLate(5, 10)).toEqual([]);
    expect(anna.clinicIsLate(20, 30)).toEqual(['tell day.lateness']);
    expect(anna.text()).toBe("We are running about 20-30 minutes late. I'm sorry.");
    expect(anna.clinicIsLate(25, 40)).toEqual([]);
    expect(anna.clinicIsLate(30, 45)).toEqual(['tell day.lateness']);
    expect(anna.clinicIsLate()).toEqual(['tell day.on-time']);
    expect(anna.clinicIsLate()).toEqual([]);
  });

  it('is not told hours before, nor of what is over, nor after STOP', () => {
    const early = patientWorld({ now: '2026-03-04T11:00:00.000Z' });
    expect(early.clinicIsLate(30, 40)).toEqual([]);
    early.goesTo(start);
    expect(early.clinicIsLate(30, 40)).toEqual(['tell day.lateness']);
    expect(patientWorld({ visits: [{ state: 'cancelled' }], now: start }).clinicIsLate(30, 40)).toEqual([]);
    const stopped = patientWorld({ now: start });
    stopped.says('please stop texting me');
    expect(stopped.clinicIsLate(30, 40)).toEqual([]);
  });

  it('is told to whoever waits, however late', () => {
    const anna = patientWorld({ visits: [{ state: 'arrived' }], now: '2026-03-04T16:00:00.000Z' });
    expect(anna.clinicIsLate(40)).toEqual(['tell day.lateness']);
    expect(anna.text()).toBe("We are running about 40 minutes late. I'm sorry.");
  });
});
