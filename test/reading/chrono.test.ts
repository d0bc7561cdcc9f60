import { casual } from 'chrono-node/en';
import { expect, test } from 'vitest';
import { readAnswer } from '../../domain/intake/reading/read-answer.ts';
import { context, question, said, sunday } from './said.ts';

/** What chrono-node, which the field trusts for English, makes of the same words. */
function byChrono(text: string): string | undefined {
  const [result, more] = casual.parse(text, { instant: sunday, timezone: -360 });
  if (!result || more) return undefined;
  const { start } = result;
  const month = String(start.get('month')).padStart(2, '0');
  const day = String(start.get('day')).padStart(2, '0');
  return `${start.get('year')}-${month}-${day}`;
}

const months = 'January February March April May June July August September October November December'.split(' ');

const texts = [
  ...months.flatMap((month) => [
    `${month} 9th 1999`,
    `9 ${month} 2001`,
    `${month.slice(0, 3)} 14, 2020`,
    `the 2nd of ${month} 1975`,
  ]),
  'last Monday',
  'last Tuesday',
  'last Wednesday',
  'last Friday',
  'last Saturday',
  ...['two', 'three', '4', '10'].flatMap((count) => [`${count} days ago`, `${count} weeks ago`, `in ${count} days`]),
  'today',
  'yesterday',
  'tomorrow',
  '12/25/1999',
  '1999-12-25',
  '2020/02/29',
];

test.each(texts)('"%s" is the day chrono-node reads', (text) => {
  expect(said(readAnswer(text, question('date'), context('en')))).toBe(byChrono(text));
});
