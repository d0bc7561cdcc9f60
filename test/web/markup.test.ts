import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAbsent } from '../../domain/intake/reading/absent.ts';
import { readCommand } from '../../domain/intake/reading/commands.ts';
import { fold, wordsOf } from '../../domain/intake/reading/fold.ts';
import { renderDeskPage } from '../../web/desk/desk-page.ts';
import { pageHeaders } from '../../web/document.ts';
import { escapeText, html, ownPath } from '../../web/markup.ts';
import { renderMessagePage, renderQuestionPage } from '../../web/page/question-page.ts';
import { commandWords, type QuestionInput } from '../../web/question-form.ts';
import { stylesheet, stylesheetHash } from '../../web/stylesheet.ts';
import { aDesk, aPage, aQuestion, catalogue } from './views.ts';

/** Strings that have broken pages before, beside everything else that a string can be. */
const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(
          '<script>x()</script>',
          '"><img src=x onerror=x()>',
          "' autofocus onfocus='x()",
          '</textarea>',
          '</style>',
          '</title>',
          '<!--',
          ']]>',
          '&lt;',
          '&#x3c;',
          '\u0000',
          '\u202e',
          '\ud800',
          '`$1`',
          'javascript:x()',
          '$&',
          '{clinic}',
          '\n',
        ),
        { maxLength: 5 },
      )
      .map((parts) => parts.join(' ')),
  },
);
const runs = { numRuns: 1000 };

/** The tags of a page with their attributes' names, in order: what the values may never change. */
function skeleton(page: string): string {
  const tags = page.match(/<(?:"[^"]*"|[^">])*>/g) ?? [];
  return tags.map((tag) => tag.replace(/="[^"]*"/g, '=""')).join('');
}

describe('escaping', () => {
  test('leaves no character that could end a text or an attribute, and loses nothing else', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeText(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
        const back = escaped
          .replace(/&lt;/g, '<')
          .replace(/&gt;/g, '>')
          .replace(/&quot;/g, '"')
          .replace(/&#39;/g, "'")
          .replace(/&amp;/g, '&');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those that HTML forbids are left out
        expect(back).toBe(text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, ''));
      }),
      runs,
    );
  });

  test('is what a template does to every blank that is not markup itself', () => {
    expect(html`<p title="${'"'}">${['<b>', html`<i>${'&'}</i>`]}${undefined}${false}${0}</p>`.markup).toBe(
      '<p title="&quot;">&lt;b&gt;<i>&amp;</i>0</p>',
    );
  });

  test('lets a form go nowhere but to our own site', () => {
    expect(['', '/staff/desk', '?a=1'].map(ownPath)).toEqual(['', '/staff/desk', '?a=1']);
    for (const away of [
      'javascript:x()',
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'data:,x',
      '/a b',
    ])
      expect(ownPath(away)).toBe('');
  });
});

describe('a page', () => {
  const inputs: readonly QuestionInput[] = ['radio', 'checkbox', 'text', 'number', 'date', 'time', 'textarea', 'none'];

  test('has the same tags and attributes whatever stands in its view', () => {
    const shape = (text: string, input: QuestionInput, withChoices: boolean): string =>
      renderQuestionPage(
        aPage({
          clinicName: text,
          emergencyNumber: text,
          forWhom: text,
          notices: [
            { kind: 'note', words: text },
            { kind: 'alarm', words: text },
          ],
          question: aQuestion({
            words: [text, text],
            input,
            choices: withChoices ? [{ value: text, label: text }] : [],
            hidden: { question: text, version: text },
            language: text,
          }),
        }),
        catalogue,
      );
    fc.assert(
      fc.property(nasty, fc.constantFrom(...inputs), fc.boolean(), (text, input, withChoices) => {
        expect(skeleton(shape(text, input, withChoices))).toBe(skeleton(shape('plain', input, withChoices)));
      }),
      runs,
    );
  });

  test('for the desk has them too', () => {
    const aNeed = (text: string) => ({
      id: text,
      what: text,
      owner: text,
      stands: text,
      due: text,
      because: text,
      presses: true,
      isStaffs: true,
    });
    const shape = (text: string): string =>
      renderDeskPage(
        aDesk({
          clinicName: text,
          clerk: text,
          patient: { name: text, birthDate: `b${text}`, language: `l${text}` },
          concerns: [{ what: text, words: text, how: text, when: text }],
          visits: [
            {
              when: text,
              isToday: true,
              standing: [text],
              open: [{ ...aNeed(text), isStaffs: false }],
              settled: [aNeed(text)],
              canCheckIn: true,
              late: [
                { value: text, label: text },
                { value: text, label: text },
              ],
              hidden: { appointment: text },
            },
          ],
          file: {
            entries: [
              { label: text, value: text, source: text, age: text },
              { label: text, value: text, source: text, age: text, confirmed: text },
            ],
            hidden: { file: text },
          },
          billing: '/staff/billing?for=x',
          conversations: [
            {
              id: text,
              title: text,
              visit: text,
              open: 2,
              state: text,
              waiting: aQuestion({ words: [text, text] }),
              told: [
                {
                  question: text,
                  answer: text,
                  how: text,
                  when: text,
                  enteredBy: text,
                  corrected: [{ was: text, when: text, how: text }],
                  inChart: false,
                },
              ],
            },
          ],
        }),
      );
    fc.assert(
      fc.property(nasty, (text) => {
        expect(skeleton(shape(text))).toBe(skeleton(shape('plain')));
      }),
      runs,
    );
  });

  test('runs no script, fetches nothing, and is named by nothing about a person', () => {
    const desk = renderDeskPage(aDesk());
    for (const page of [
      renderQuestionPage(aPage(), catalogue),
      desk,
      renderMessagePage(
        { language: 'pl', clinicName: 'Lakeside', emergencyNumber: '911', notices: [], words: ['Done'] },
        catalogue,
      ),
    ]) {
      expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|\sstyle=|url\(|@import/i);
      expect(page).toContain('<meta name="robots" content="noindex, nofollow">');
      expect(page).toContain('<meta name="referrer" content="no-referrer">');
    }
    expect(/<title>(.*?)<\/title>/.exec(desk)?.[1]).toBe('Lakeside Clinic: front desk');
  });

  test('says emergency words before anything else, whatever the order they came in', () => {
    const page = renderQuestionPage(
      aPage({
        notices: [
          { kind: 'note', words: 'Just answered.' },
          { kind: 'alarm', words: 'Call 911 now.' },
        ],
      }),
      catalogue,
    );
    const places = ['Call 911 now.', 'Just answered.', 'medicines for your heart'].map((words) => page.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test('may be styled only by what its policy names', () => {
    const hash = createHash('sha256').update(stylesheet).digest('base64');
    expect(stylesheetHash).toBe(`'sha256-${hash}'`);
    expect(renderDeskPage(aDesk())).toContain(`<style>${stylesheet}</style>`);
    expect(pageHeaders()['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(pageHeaders()['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(pageHeaders(['https://ehr.example'])['content-security-policy']).toContain(
      'frame-ancestors https://ehr.example',
    );
  });

  test('offers ways out in words that the engine reads as such', () => {
    const absent = (words: string) => readAbsent(wordsOf(fold(words)));
    expect(absent(commandWords.dontKnow)).toBe('asked-unknown');
    expect(absent(commandWords.ratherNot)).toBe('asked-declined');
    for (const command of ['skip', 'back', 'person'] as const)
      expect(readCommand(commandWords[command], { via: 'text' })).toBe(command);
  });

  test('offers no skipping where an answer is needed, and no going back where nothing was said', () => {
    const firstAndNeeded = renderQuestionPage(
      aPage({ question: aQuestion({ required: true, canGoBack: false }) }),
      catalogue,
    );
    expect(firstAndNeeded).not.toMatch(/value="(?:skip|back)"/);
    const later = renderQuestionPage(aPage(), catalogue);
    expect(later).toContain('value="skip"');
    expect(later).toContain('value="back"');
  });
});
