import { describe, expect, it } from 'vitest';
import { sayWhen } from '../../domain/handoff/when.ts';

const zone = 'America/Chicago';
/** Monday, March 2, 9:40 AM at the clinic. */
const now = new Date('2026-03-02T15:40:00Z');

describe('when something was, as staff say it', () => {
  it.each([
    ['2026-03-02T08:14:00Z', 'last night at 2:14 AM'],
    ['2026-03-02T05:30:00Z', 'last night at 11:30 PM'],
    ['2026-03-02T13:55:00Z', 'today at 7:55 AM'],
    ['2026-03-02T22:00:00Z', 'today at 4:00 PM'],
    ['2026-03-01T18:05:00Z', 'yesterday at 12:05 PM'],
    ['2026-02-27T14:00:00Z', 'on Friday at 8:00 AM'],
    ['2026-01-05T14:00:00Z', 'on January 5, 2026 at 8:00 AM'],
    ['2026-03-03T15:40:00Z', 'tomorrow at 9:40 AM'],
    ['2026-03-06T15:40:00Z', 'on Friday, March 6 at 9:40 AM'],
    ['nonsense', 'at an unknown time'],
  ])('%s is said as "%s"', (at, words) => {
    expect(sayWhen(at, now, zone)).toBe(words);
  });

  it('says "today" to somebody who asks before the night is over', () => {
    expect(sayWhen('2026-03-02T08:14:00Z', new Date('2026-03-02T09:00:00Z'), zone)).toBe('today at 2:14 AM');
  });

  it("counts days in the clinic's zone, not in UTC", () => {
    const late = new Date('2026-03-02T03:30:00Z');
    expect(sayWhen('2026-03-02T03:00:00Z', late, zone)).toBe('today at 9:00 PM');
    expect(sayWhen('2026-03-02T03:00:00Z', late, 'Europe/Warsaw')).toBe('today at 4:00 AM');
  });
});
