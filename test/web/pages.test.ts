import { createServer, type Server } from 'node:http';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderBillingPage } from '../../web/desk/billing-page.ts';
import { renderDeskPage } from '../../web/desk/desk-page.ts';
import { pageHeaders } from '../../web/document.ts';
import { renderMessagePage, renderQuestionPage } from '../../web/page/question-page.ts';
import type { QuestionInput } from '../../web/question-form.ts';
import { accessibilityFaults, openBrowser } from './browser.ts';
import { aDesk, aFile, aPage, aQuestion, aVisit, catalogue } from './views.ts';

let browser: Browser;
let server: Server;
let url = '';
let page = '';
let posted: URLSearchParams[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      if (request.method === 'POST') posted.push(new URLSearchParams(body));
      response.writeHead(200, pageHeaders()).end(page);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/u/opaque`;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 } };
const withoutScript: BrowserContextOptions = { ...phone, javaScriptEnabled: false };

async function visiting<T>(html: string, options: BrowserContextOptions, visit: (tab: Page) => Promise<T>): Promise<T> {
  page = html;
  posted = [];
  const context = await browser.newContext(options);
  try {
    const tab = await context.newPage();
    const complaints: string[] = [];
    tab.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('favicon')) complaints.push(line.text());
    });
    await tab.goto(url);
    const result = await visit(tab);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

const sent = (fields: URLSearchParams | undefined) => [...(fields ?? [])];
const inputs: readonly QuestionInput[] = ['radio', 'checkbox', 'text', 'number', 'date', 'time', 'textarea', 'none'];
const whatItNeeds = {
  heading: 'Your visit on Tuesday, March 10 at 9:40 AM',
  needs: [
    { words: 'Please bring your card.', details: 'Any card with your number on it.', state: 'To do', owner: 'You' },
    { words: 'We have the referral.', state: 'Done', owner: 'The doctor who sent you' },
  ],
};
const many = [
  { value: '1', label: 'Aspirin' },
  { value: '2', label: 'A medicine with a very long name that does not fit on one line of a small phone' },
  { value: '3', label: 'None of these' },
];

describe('the page without a script', () => {
  test('sends the choice, the question and its version, and nothing else', async () => {
    await visiting(renderQuestionPage(aPage(), catalogue), withoutScript, async (tab) => {
      await tab.getByRole('radio', { name: 'Yes' }).check();
      await tab.getByRole('button', { name: 'Send' }).click();
    });
    expect(posted.map(sent)).toEqual([
      [
        ['question', 'medicines'],
        ['version', '4'],
        ['answer', '1'],
      ],
    ]);
  });

  test('keeps an empty answer back, but not a way out', async () => {
    await visiting(
      renderQuestionPage(aPage({ question: aQuestion({ input: 'text', choices: [] }) }), catalogue),
      withoutScript,
      async (tab) => {
        await tab.getByRole('button', { name: 'Send' }).click();
        expect(posted).toEqual([]);
        await tab.getByRole('textbox').fill('half a thou');
        await tab.getByRole('button', { name: "I don't know" }).click();
      },
    );
    expect(posted.map((fields) => fields.getAll('answer'))).toEqual([["I don't know"]]);
  });

  test('sends every ticked choice', async () => {
    const question = aQuestion({ input: 'checkbox', choices: many });
    await visiting(renderQuestionPage(aPage({ question }), catalogue), withoutScript, async (tab) => {
      await tab.getByRole('checkbox', { name: 'Aspirin' }).check();
      await tab.getByRole('checkbox', { name: 'None of these' }).check();
      await tab.getByRole('button', { name: 'Send' }).click();
    });
    expect(posted[0]?.getAll('answer')).toEqual(['1', '3']);
  });

  test('is worked by the keyboard alone, with the focus seen', async () => {
    await visiting(renderQuestionPage(aPage(), catalogue), withoutScript, async (tab) => {
      await tab.keyboard.press('Tab');
      await tab.keyboard.press('ArrowDown');
      await tab.keyboard.press('Tab');
      expect(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      await tab.keyboard.press('Enter');
    });
    expect(posted[0]?.getAll('answer')).toEqual(['2']);
  });

  test('shows what was written, markup and all, as text', async () => {
    const words = ['<img src=x onerror=alert(1)> & "quotes"'];
    await visiting(renderQuestionPage(aPage({ question: aQuestion({ words }) }), catalogue), phone, async (tab) => {
      expect(await tab.getByRole('heading', { level: 1 }).innerText()).toBe(words[0]);
      expect(await tab.locator('img').count()).toBe(0);
    });
  });
});

describe('the desk', () => {
  test("saves the clerk's answer, and shows what is told with its corrections and what the chart lacks", async () => {
    await visiting(renderDeskPage(aDesk()), withoutScript, async (tab) => {
      const text = await tab.getByRole('main').innerText();
      expect(text).toContain('my chest feels tight');
      expect(text).toContain('Corrected. Before: “3 days” (today, 2:33 AM, by text)');
      expect(text.match(/Not yet in the chart/g)).toHaveLength(1);
      expect(text.indexOf('Look at this first')).toBeLessThan(text.indexOf('Do you take any medicines'));
      expect(text.indexOf('Do you take any medicines')).toBeLessThan(text.indexOf('Already told'));
      await tab.getByRole('radio', { name: 'No' }).check();
      await tab.getByRole('button', { name: 'Save the answer' }).click();
    });
    expect(posted.map(sent)).toEqual([
      [
        ['question', 'medicines'],
        ['version', '4'],
        ['answer', '2'],
      ],
    ]);
  });
});

describe('for everyone', () => {
  const pages: readonly (readonly [string, string])[] = [
    ...inputs.map((input): readonly [string, string] => {
      const choices = input === 'radio' || input === 'checkbox' ? many : [];
      const notices = [{ kind: 'alarm' as const, words: 'If this is new or worse, call 911 now.' }];
      return [
        `the page with ${input}`,
        renderQuestionPage(aPage({ notices, question: aQuestion({ input, choices }) }), catalogue),
      ];
    }),
    [
      'the page with an open choice',
      renderQuestionPage(aPage({ question: aQuestion({ input: 'text', choices: many }) }), catalogue),
    ],
    [
      'the last page',
      renderMessagePage(
        {
          language: 'en',
          clinicName: 'Lakeside Clinic',
          emergencyNumber: '911',
          notices: [{ kind: 'note', words: 'Thank you.' }],
          words: ["That's everything. Thank you.", 'You can close this page.'],
        },
        catalogue,
      ),
    ],
    ['the page with what a visit needs, and a question', renderQuestionPage(aPage({ visit: whatItNeeds }), catalogue)],
    [
      'the page with what a visit needs alone',
      renderMessagePage(
        {
          language: 'en',
          clinicName: 'Lakeside Clinic',
          emergencyNumber: '911',
          notices: [],
          visit: whatItNeeds,
          words: [],
        },
        catalogue,
      ),
    ],
    ['the desk', renderDeskPage(aDesk({ notices: [{ kind: 'note', words: 'Saved.' }] }))],
    [
      'the desk with two conversations',
      renderDeskPage(aDesk({ conversations: [...aDesk().conversations, ...aDesk().conversations] })),
    ],
    ['the desk with nothing to ask', renderDeskPage(aDesk({ concerns: [], conversations: [] }))],
    [
      'the desk with visits and what is on file',
      renderDeskPage(
        aDesk({
          visits: [aVisit, { ...aVisit, when: 'today at 2:00 PM' }],
          file: aFile,
          billing: '/staff/billing?for=x',
        }),
      ),
    ],
    [
      'what billing reads',
      renderBillingPage({
        clinicName: 'Lakeside Clinic',
        clerk: 'Rosa Delgado',
        patient: { name: 'Anna Kowalska' },
        file: aFile,
      }),
    ],
  ];
  test.each(['light', 'dark'] as const)(
    'axe finds nothing wrong, %s, and a small phone needs no sideways scrolling',
    async (colorScheme) => {
      // Dark is a matter of colours, which the desk and one page show all of.
      const shown = colorScheme === 'light' ? pages : pages.filter(([name]) => /radio$|^the desk$|visits/.test(name));
      await visiting('', { ...phone, colorScheme }, async (tab) => {
        for (const [name, html] of shown) {
          page = html;
          await tab.reload();
          expect(await accessibilityFaults(tab), name).toEqual([]);
          expect(await tab.evaluate('document.documentElement.scrollWidth'), name).toBe(390);
          const small = await tab.evaluate(
            `[...document.body.querySelectorAll('*')].filter((one) => one.textContent.trim() && parseFloat(getComputedStyle(one).fontSize) < 18).length`,
          );
          expect(small, name).toBe(0);
          if (process.env.SHOTS) {
            const path = `${process.env.SHOTS}/${name.replaceAll(' ', '-')}-${colorScheme}.png`;
            await tab.screenshot({ path, fullPage: true });
          }
        }
      });
    },
  );
});
