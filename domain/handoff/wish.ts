import type { TimeWish } from '../scheduling/slot.ts';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** When it would suit a patient, as staff say it: "Tuesday or Thursday, after 15:00". Empty where nothing was wished. */
export function inWords({ weekdays: days = [], after, before, from, until }: TimeWish): string {
  const named = days.flatMap((day) => weekdays[day - 1] ?? []);
  const parts = [
    ...(named.length === 0 ? [] : [named.join(' or ')]),
    ...(after === undefined ? [] : [`after ${after}`]),
    ...(before === undefined ? [] : [`before ${before}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  return parts.join(', ');
}
