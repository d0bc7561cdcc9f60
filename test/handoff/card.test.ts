import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledge } from '../../domain/handoff/acknowledging.ts';
import { type CardHook, cardOf } from '../../domain/handoff/card.ts';
import { prepareHandoff } from '../../domain/handoff/handoff.ts';
import { asMarkdown } from '../../domain/handoff/markdown.ts';
import type { Story } from '../../domain/story/story.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { annaAtTheDesk, clinic, ownIntake, Telling, untold } from './telling.ts';

const { timeZone } = clinic;
const clerk = 'Practitioner/clerk';
const runs = 1000;

function card(telling: Telling, at = '2026-03-02T15:40:00Z', hook: CardHook = 'patient-view', by?: string) {
  const now = new Date(at);
  const since = telling.view.story.acknowledgements.find((each) => each.by === by);
  return cardOf(prepareHandoff(telling.view, { now, timeZone, since }), hook, now);
}

describe("the card on Anna's night", () => {
  it('tells the clerk what is told and what is open', () => {
    const shown = card(annaAtTheDesk());
    expect(shown?.summary).toBe(
      'Chest pain or tightness (last night at 2:14 AM). 8 of 9 answered before the visit, 1 corrected; 1 open: emergency contact',
    );
    expect(shown?.indicator).toBe('critical');
    expect(shown?.detail).toContain("Open:\n\n- “Who can we call if we can't reach you? A name and a phone number.”");
    expect(shown?.detail).toContain('**64 in**, on the phone, by voice, read back and confirmed, today at 7:58 AM');
  });

  it('shows the doctor the answers as complete, with the correction visible', () => {
    const telling = annaAtTheDesk()
      .change((story) => acknowledge(story, { by: clerk, at: '2026-03-02T15:40:00Z', card: 'c' }))
      .desk('2026-03-02T15:42:00Z', 'Jan Kowalski 312-555-0177', clerk);
    const doctors = card(telling, '2026-03-02T15:50:00Z', 'patient-view', 'Practitioner/lee');
    expect(doctors?.summary).toContain('All 9 answered for the visit, 1 corrected');
    expect(doctors?.indicator).toBe('warning');
    expect(doctors?.detail).toContain(
      '“How much does it bother you?” **Quite a bit**, by text, last night at 2:35 AM; corrected, before: “Very much” (last night at 2:33 AM)',
    );
    expect(doctors?.detail).not.toContain('New since');
    expect(doctors?.detail).not.toMatch(/^Open:/m);
    expect(card(telling, '2026-03-02T15:50:00Z', 'patient-view', clerk)?.detail).toMatch(
      /New since you saw it today at 9:40 AM:\n\n- “Who can we call[^\n]*typed in by clerk, today at 9:42 AM\n\nTold:/,
    );
  });

  it('says to who books a visit what need not be asked again', () => {
    const booked = card(annaAtTheDesk(), '2026-03-02T15:40:00Z', 'appointment-book');
    expect(booked?.summary).toContain('8 of 9 answered in “Before your visit”');
    expect(booked?.detail).toContain('8 of 9 known, no need to ask again.\n\nStill open:');
    expect(booked?.detail).not.toContain('ibuprofen');
  });
});

describe('a card', () => {
  it('is absent where nothing is known', () => {
    expect(card(new Telling())).toBeUndefined();
  });

  it('is information only, without a concern', () => {
    const telling = new Telling().ask('2026-03-02T13:00:00Z', ownIntake('first-visit'), { id: 'task/1' });
    expect(card(telling)).toMatchObject({ indicator: 'info' });
    expect(card(telling)?.summary).toMatch(/^0 of 9 answered; 9 open: reason for visit, .* and \d more$/);
    expect(card(telling.text('2026-03-02T13:01:00Z', 'person'))).toMatchObject({ indicator: 'warning' });
  });

  it('says that texts are refused even where nothing else is known', () => {
    const telling = new Telling({
      ...untold(),
      consent: { texts: 'refused', at: '2026-03-02T13:00:00Z', how: 'chart' },
    });
    expect(card(telling)).toStrictEqual({
      summary: 'No texts',
      detail: '**No texts:** refused in the chart today at 7:00 AM. Calls are still fine.',
      indicator: 'info',
    });
  });

  it('has no sentence to open with for somebody who has died', () => {
    const telling = annaAtTheDesk().change((story) => ({ ...story, person: { ...story.person, deceased: true } }));
    expect(card(telling)?.detail).not.toContain('How is it now');
  });

  it('keeps what ended long ago to one line', () => {
    const telling = annaAtTheDesk()
      .desk('2026-03-02T15:42:00Z', 'Jan', clerk)
      .ask('2026-05-04T15:00:00Z', ownIntake('cardiology-follow-up'), { id: 'task/2' });
    const { detail } = card(telling, '2026-05-04T15:00:00Z') ?? { detail: '' };
    expect(detail).toContain('Earlier: Before your visit, last changed on March 2, 2026 at 9:42 AM.');
    expect(detail).not.toContain('climb the stairs');
  });
});

describe('the summary', () => {
  const labels = fc.string({ unit: 'grapheme', maxLength: 120 });
  const stories = fc.record({
    questions: fc.array(fc.tuple(labels, fc.option(labels, { nil: undefined })), { minLength: 1, maxLength: 12 }),
    title: labels,
    concerns: fc.array(labels, { maxLength: 4 }),
    refused: fc.boolean(),
    visit: fc.boolean(),
    answered: fc.nat(12),
    person: fc.boolean(),
    hook: fc.constantFrom<CardHook>('patient-view', 'appointment-book'),
  });

  it('is one line of fewer than 140 characters, whatever the questions, titles and flags are called', () => {
    const lengths: number[] = [];
    fc.assert(
      fc.property(stories, (given) => {
        const intake = compiled(
          given.questions.map(([text, display], index) => ({
            linkId: `q${index}`,
            type: 'string',
            text: text.trim() === '' ? '?' : text,
            ...(display === undefined ? {} : { code: [{ code: `c${index}`, display }] }),
          })),
          { title: given.title.trim() === '' ? 'Questions' : given.title },
        );
        const start = { appointment: '1', start: '2026-03-02T15:40:00Z' };
        const telling = new Telling().ask('2026-03-02T13:00:00Z', intake, {
          id: 'task/1',
          ...(given.visit ? { visit: start } : {}),
        });
        for (let index = 0; index < given.answered; index++) telling.text('2026-03-02T13:01:00Z', 'words of mine');
        if (given.person) telling.text('2026-03-02T13:02:00Z', 'person');
        telling.change(
          (story): Story => ({
            ...story,
            concerns: given.concerns.map((label, index) => ({
              id: `c${index}`,
              flag: { code: 'x', kind: 'emergency', label },
              raisedAt: '2026-03-02T08:00:00Z',
              words: label,
              channel: 'sms',
            })),
            consent: given.refused
              ? { texts: 'refused', at: '2026-03-02T08:00:00Z', how: 'in-words' }
              : { texts: 'allowed' },
          }),
        );
        const { summary } = card(telling, '2026-03-02T15:00:00Z', given.hook) ?? { summary: '' };
        lengths.push(summary.length);
        expect(summary.length).toBeGreaterThan(0);
        expect(summary.length).toBeLessThan(140);
        expect(summary).not.toMatch(/[\n\r\u2028\u2029]/);
      }),
      { numRuns: runs },
    );
    const near = lengths.filter((length) => length > 120).length;
    console.info(`summaries: ${lengths.length}, longest ${Math.max(...lengths)}, ${near} longer than 120`);
    expect(near).toBeGreaterThan(runs / 20);
  });
});

describe('words of others', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '**',
          '_',
          '`',
          '[x](https://evil.example)',
          '![i](a)',
          '<script>',
          '&lt;',
          '|',
          '~~',
          '\n# h',
          '\n- l',
          'www.evil.example',
          'http://e.example',
          'a@b.example',
          '\\',
          '\u202e',
          '> q',
          'é',
          '🌱',
          ' ',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );

  it('become no markup, no link and no second line in the card', () => {
    fc.assert(
      fc.property(nasty, (words) => {
        const written = asMarkdown(words, 1000);
        expect(written).not.toMatch(/[\n\r\u202a-\u202e\u2066-\u2069]/);
        // Without its escapes nothing is left that could begin markup or a link.
        const bare = written.replace(/\\[\\`*_[\]<>|~&@.:]/g, '');
        expect(bare).not.toMatch(/[\\`*_[\]<>|~&@]|www\.|:\/\//i);
      }),
      { numRuns: runs },
    );
  });

  it('stay the words that were said', () => {
    fc.assert(
      fc.property(nasty, (words) => {
        const read = asMarkdown(words, 1000).replace(/\\([\\`*_[\]<>|~&@.:])/g, '$1');
        const kept = (text: string) => text.replace(/[\p{Cc}\p{Z}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, '');
        expect(kept(read)).toBe(kept(words));
      }),
      { numRuns: runs },
    );
  });

  it('stand escaped in the card itself', () => {
    const telling = new Telling()
      .ask('2026-03-02T13:00:00Z', ownIntake('first-visit'), { id: 'task/1' })
      .text('2026-03-02T13:01:00Z', '**cough** <img src=x> [me](https://evil.example)\n\n# since Monday');
    expect(card(telling)?.detail).toContain(
      '**\\*\\*cough\\*\\* \\<img src=x\\> \\[me\\](https\\://evil.example) # since Monday**, by text',
    );
  });
});
