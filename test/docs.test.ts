import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { logCodes } from '../domain/errors/log-codes.ts';
import { envelopeSchema } from '../events/envelope-schema.ts';
import { type Subscription, subscriptions } from '../events/subscriptions.ts';
import { functions } from '../functions/functions.ts';
import { runbookHeadings } from '../lib/runbook.ts';
import { architecturePage, withTables } from '../tools/architecture-tables.ts';
import { eventFiles, eventsPage, eventsPageText } from '../tools/events-page.ts';
import { deployPage, withScopes } from '../tools/scopes-table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8');
const files = await eventFiles();
const functionNames: readonly string[] = functions.map(({ name }) => name);

describe('the contract on the bus', () => {
  test.each(files.map(({ file, event }) => [file, event] as const))('%s says what it is', (file, event) => {
    expect(`${event.type}.ts`).toBe(file);
    expect(event.version).toBeGreaterThan(0);
    expect(event.says).toMatch(/^[A-Z].+\.$/);
    expect(event.sentBy.length).toBeGreaterThan(0);
    for (const sender of event.sentBy) expect([...functionNames, 'the scheduler']).toContain(sender);
  });

  test.each(files.map(({ file, event }) => [file, event] as const))('%s has an example that is one', (_, event) => {
    expect(() => envelopeSchema.parse(event.example)).not.toThrow();
    expect(z.safeParse(event.data, event.example.data).error?.issues ?? []).toEqual([]);
    expect(event.example.id.startsWith(`${event.type}/${event.example.cause}`)).toBe(true);
    // Without its data it is none: the schema does ask for something.
    expect(z.safeParse(event.data, {}).success).toBe(false);
  });

  test('every event that somebody listens to exists', () => {
    const all: readonly Subscription[] = subscriptions;
    const known = files.map(({ event }) => event.type);
    expect(all.flatMap(({ events }) => events).filter((type) => !known.includes(type))).toEqual([]);
  });

  test('a function that makes an event, itself or by what it takes from edge/, is named as one that sends it', () => {
    const unnamed = functionNames.flatMap((name) => {
      const own = readdirSync(join(root, 'functions', name)).map((file) => read('functions', name, file));
      const used = own.flatMap((code) => [...code.matchAll(/^import \{.*from '\.\.\/\.\.\/(edge\/[^']+)';$/gm)]);
      const code = [...own, ...used.map(([, file = '']) => read(file))].join('\n');
      const made = [...code.matchAll(/eventOf\(\s*(\w+),/g)].map(([, exported]) => exported);
      return files
        .filter(({ exported, event }) => made.includes(exported) && !event.sentBy.includes(name))
        .filter(({ event }) => !event.sentBy.includes('the scheduler'))
        .map(({ event }) => `${name} sends ${event.type}`);
    });
    expect(unnamed).toEqual([]);
  });

  test('docs/events.md is fresh (npm run docs)', async () => {
    expect(readFileSync(eventsPage, 'utf8')).toBe(await eventsPageText());
  });
});

describe('the runbook', () => {
  const page = read('docs', 'runbook.md');
  const headings = [...page.matchAll(/^#{2,4} (.+)$/gm)].map(([, heading = '']) => heading);
  const codes = headings.filter((heading) => /^[A-Z][A-Z0-9]*(_[A-Z]+)+$/.test(heading));

  test('has a heading for every log code, and for none that is not said', () => {
    expect([...codes].sort()).toEqual([...logCodes].sort());
  });

  test('has the heading that each alarm links to', () => {
    expect(Object.values(runbookHeadings).filter((heading) => !headings.includes(heading))).toEqual([]);
  });

  test('says something under each heading', () => {
    const sections = page.split(/^### /gm).slice(1);
    const empty = sections.filter((section) => section.split('\n').slice(1).join('').trim().length < 30);
    expect(empty.map((section) => section.split('\n')[0])).toEqual([]);
  });
});

test('the tables of docs/architecture.md are fresh (npm run docs)', () => {
  const page = readFileSync(architecturePage, 'utf8');
  expect(page).toBe(withTables(page));
});

test('the scopes in docs/deploy.md are those that are asked for (npm run docs)', () => {
  const page = readFileSync(deployPage, 'utf8');
  expect(page).toBe(withScopes(page));
});

describe('the pages', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join('docs', file)),
  ];
  const linksOf = (page: string) => [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const slugOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');

  test.each(pages)('%s links to what exists', (page) => {
    const broken = linksOf(read(page)).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : resolve(root, dirname(page), path);
      if (!existsSync(target)) return true;
      if (anchor === undefined) return false;
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        slugOf(heading),
      );
      return !headings.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test.each(pages)('%s names only commands that there are', (page) => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
    const named = [...read(page).matchAll(/npm run ([a-z:-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
