import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MessageState, messageStates, movesForward } from '../../domain/story/message.ts';
import { asks, group, offers } from '../engine/conversation.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { counting, seed } from './counting.ts';
import { messagesIn, textingHouse } from './texting.ts';

const intake = compiled([
  asks('a', 'boolean'),
  asks('b', 'integer'),
  offers('c', ['Left knee', 'Left hip', 'Right hip']),
  group('g', [asks('name', 'string')], { repeats: true }),
  asks('d', 'text'),
]);

const anyText = fc.constantFrom(
  'yes',
  '1',
  '2',
  'left',
  'twelve',
  'back',
  'skip',
  'purple',
  'person',
  'continue',
  "I don't know",
  'aspirin',
  'no',
  'later',
  'my chest hurts',
);
const anyTexts = fc.array(anyText, { minLength: 1, maxLength: 8, size: 'max' });

test('webhooks that come twice, early or late, leave the same state as each once', { timeout: 240_000 }, async () => {
  const met = counting('duplicates');
  const repeats = fc.array(fc.tuple(fc.nat(100), fc.nat(100), fc.boolean()), { maxLength: 6, size: 'max' });
  await fc.assert(
    fc.asyncProperty(anyTexts, repeats, async (texts, again) => {
      const once = textingHouse(intake);
      for (const [index, words] of texts.entries()) await once.text(`SM${index}`, words);

      const often = textingHouse(intake);
      const answered: string[] = [];
      for (const [index, words] of texts.entries()) {
        answered.push((await often.text(`SM${index}`, words)).twiml);
        for (const [which, after, forged] of again) {
          if (after % texts.length !== index) continue;
          const earlier = which % (index + 1);
          const repeated = await often.text(`SM${earlier}`, texts[earlier] ?? '', forged ? 'forged' : 'signed');
          expect(repeated.status).toBe(forged ? 403 : 200);
          expect(messagesIn(repeated.twiml)).toBe(0);
          met.count(forged ? 'forged' : earlier === index ? 'repeated at once' : 'repeated late');
        }
      }
      expect(often.view('anna')).toEqual(once.view('anna'));
      expect(often.moments).toEqual(once.moments);
      expect(often.events).toEqual(once.events);
      met.count('texts', texts.length);
    }),
    { numRuns: 1000, seed },
  );
  met.print();
  for (const what of ['repeated at once', 'repeated late', 'forged']) expect(met.of(what), what).toBeGreaterThan(250);
});

test('texts in the same second are each taken once, whatever the order in which the store answers', {
  timeout: 240_000,
}, async () => {
  const met = counting('at once');
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyText, { minLength: 2, maxLength: 5, size: 'max' }),
      fc.infiniteStream(fc.nat(5)),
      async (texts, waits) => {
        const house = textingHouse(intake, async () => {
          const turns = waits.next().value ?? 0;
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        });
        const before = house.view('anna')?.story.version ?? 0;
        // Each text comes twice: the carrier tried again before we had answered.
        const replies = await Promise.all(
          [...texts, ...texts].map((words, index) => house.text(`SM${index % texts.length}`, words)),
        );
        expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
        expect(house.outcomes.size).toBe(texts.length);
        const heard = house.moments.filter(({ what }) => what === 'heard').map(({ cause }) => cause);
        expect([...heard].sort()).toEqual(texts.map((_, index) => `sms/SM${index}`).sort());
        const story = house.view('anna')?.story;
        expect(story?.version).toBe(before + texts.length);
        // Every recorded answer is on file or in the history: none was overwritten unseen.
        const recorded = house.moments.filter(({ what }) => what === 'record').length;
        const [conversation] = story?.conversations ?? [];
        const ended = Object.keys(conversation?.answers ?? {}).filter((key) => key.endsWith('+')).length;
        const kept = Object.keys(conversation?.answers ?? {}).length - ended + (conversation?.history.length ?? 0);
        expect(kept).toBe(recorded);
        met.count('texts', texts.length);
        met.count('conflicts', house.conflicts());
        met.count('kept unused', house.moments.filter(({ what }) => what === 'keep-unused').length);
        met.count('answers', recorded);
      },
    ),
    { numRuns: 1000, seed },
  );
  met.print();
  for (const what of ['conflicts', 'kept unused', 'answers']) expect(met.of(what), what).toBeGreaterThan(200);
});

test('reports of what became of a message end in the same state in any order', () => {
  const met = counting('status reports');
  const ends = fc.constantFrom<MessageState>('delivered', 'undelivered', 'failed');
  fc.assert(
    fc.property(ends, fc.shuffledSubarray([0, 0, 1, 1, 2, 2, 3, 3], { minLength: 1 }), (end, order) => {
      const path: readonly MessageState[] = ['queued', 'sending', 'sent', end];
      const reports = order.map((at) => path[at] ?? end);
      const last = reports.reduce<MessageState>((state, next) => (movesForward(state, next) ? next : state), 'queued');
      const furthest = path[Math.max(0, ...order)] ?? end;
      expect(last).toBe(furthest);
      met.count(last);
      expect(messageStates).toContain(last);
    }),
    { numRuns: 1000, seed },
  );
  met.print();
});
