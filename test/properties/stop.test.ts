import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asks, offers } from '../engine/conversation.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { counting, seed } from './counting.ts';
import { messagesIn, textingHouse } from './texting.ts';

const intake = compiled([
  asks('a', 'boolean'),
  asks('b', 'integer'),
  offers('c', ['Morning', 'Evening']),
  asks('d', 'text'),
  asks('e', 'string'),
]);

const carrierStop = ['STOP', 'stop', ' Stop ', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT'];
const inWords = [
  'please stop texting me',
  'Stop.',
  'take me off your list',
  'no me escriban más',
  'proszę nie pisać do mnie',
];
const start = ['START', 'start', 'UNSTOP'];
const other = [
  'yes',
  '1',
  '2',
  'morning',
  'back',
  'person',
  'help me',
  'HELP',
  'INFO',
  'later',
  'continue',
  'more',
  'my chest hurts',
  'purple',
  '',
  'hello?',
  'po polsku',
  'I want to stop smoking',
  'why do you text me',
  'YES',
  'skip',
  'enough already',
];

const anyText = fc.oneof(
  { arbitrary: fc.constantFrom(...other), weight: 6 },
  { arbitrary: fc.constantFrom(...carrierStop), weight: 2 },
  { arbitrary: fc.constantFrom(...inWords), weight: 2 },
  { arbitrary: fc.constantFrom(...start), weight: 1 },
);

/** As a patient would reckon it, from the words alone. */
type Standing = 'may' | 'blocked' | 'refused';

test('after STOP nothing is sent but the one permitted confirmation', { timeout: 240_000 }, async () => {
  const met = counting('after STOP');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyText, fc.boolean()), { maxLength: 10, size: 'max' }), async (texts) => {
      const house = textingHouse(intake);
      let standing: { readonly carrier: boolean; readonly wish: boolean } = { carrier: true, wish: true };
      for (const [index, [words, twice]] of texts.entries()) {
        const { twiml } = await house.text(`SM${index}`, words);
        const sent = messagesIn(twiml);
        const key = words.trim().toLowerCase();
        const was: Standing = standing.carrier ? (standing.wish ? 'may' : 'refused') : 'blocked';
        met.count(`${was}: texts`);
        met.count(`${was}: messages`, sent);
        if (carrierStop.some((each) => each.trim().toLowerCase() === key)) {
          expect(sent, `${words}: the carrier confirms, not we`).toBe(0);
          standing = { ...standing, carrier: false };
        } else if (['help', 'info'].includes(key)) {
          expect(sent, `${words}: the carrier answers, not we`).toBe(0);
        } else if (!standing.carrier) {
          expect(sent, `${words}, while the carrier blocks`).toBe(0);
          if (['start', 'unstop', 'yes'].includes(key)) standing = { ...standing, carrier: true };
          else if (inWords.includes(words)) standing = { ...standing, wish: false };
        } else if (inWords.includes(words)) {
          expect(sent, `${words}: one confirmation, once`).toBe(standing.wish ? 1 : 0);
          if (standing.wish) expect(twiml).toContain('START');
          if (sent === 1) met.count('confirmations');
          standing = { ...standing, wish: false };
        } else if (!standing.wish && start.some((each) => each.toLowerCase() === key)) {
          expect(sent, words).toBe(1);
          standing = { ...standing, wish: true };
        } else {
          expect(sent, `${words}, standing ${JSON.stringify(standing)}`).toBe(standing.wish ? 1 : 0);
        }
        if (twice) expect(messagesIn((await house.text(`SM${index}`, words)).twiml), 'a repeat').toBe(0);
      }
    }),
    { numRuns: 1000, seed },
  );
  met.print();
  for (const what of ['blocked: texts', 'refused: texts', 'confirmations', 'may: messages'])
    expect(met.of(what), what).toBeGreaterThan(200);
});
