import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

/** A real Chromium: the machine's own where CHROME_PATH names one, else the one inside the npm package (Linux x64). */
export async function openBrowser(): Promise<Browser> {
  const own = process.env.CHROME_PATH;
  return playwright.launch({
    executablePath: own ?? (await chromium.executablePath()),
    args: [
      // In one process, closing a tab's context would end the browser.
      ...(own === undefined ? chromium.args.filter((one) => one !== '--single-process') : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
    headless: true,
  });
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeSource = readFileSync(axePath, 'utf8');

/** What axe finds wrong, one line each, in words a person can act on. Works where the page's own policy forbids scripts. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, which a content security policy does not bind.
  await page.evaluate(`${axeSource};void 0`);
  const found: unknown = await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.map(({ id, help, nodes }) =>
    id + ': ' + help + ' at ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`);
  return Array.isArray(found) ? found.map(String) : ['axe gave no answer'];
}
