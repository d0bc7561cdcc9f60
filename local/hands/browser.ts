/** What a browser shows of a page with a question on it: the patient's page, or the desk's. */
export interface ShownPage {
  readonly status: number;
  readonly url: string;
  readonly notices: readonly string[];
  /** "Question 2 of 9". */
  readonly where?: string;
  /** What the page says where it asks nothing. */
  readonly says?: string;
  readonly question?: ShownQuestion;
  /** At the desk: what is told already, each as its lines. */
  readonly told: readonly (readonly string[])[];
  /** At the desk: where each conversation stands. */
  readonly standing: readonly string[];
}

export interface ShownQuestion {
  readonly words: readonly string[];
  readonly choices: readonly string[];
  /** What can be sent by a click; a free field takes anything. */
  readonly offered: readonly string[];
  readonly free: boolean;
  readonly hidden: Readonly<Record<string, string>>;
}

export interface Browser {
  open(url: string): Promise<ShownPage>;
  /** Sends the form of a page, as a click or a typed answer does. */
  answer(page: ShownPage, answers: readonly string[]): Promise<ShownPage>;
}

/** A browser with cookies that follows redirects and runs no script. */
export function createBrowser(): Browser {
  const cookies = new Map<string, string>();

  async function go(url: string, form?: URLSearchParams): Promise<ShownPage> {
    let next = url;
    let body = form;
    for (let hops = 0; hops < 10; hops++) {
      const { origin } = new URL(next);
      const cookie = [...cookies]
        .filter(([name]) => name.startsWith(`${origin} `))
        .map(([name, value]) => `${name.split(' ')[1]}=${value}`);
      const response = await fetch(next, {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: {
          ...(cookie.length === 0 ? {} : { cookie: cookie.join('; ') }),
          ...(body === undefined ? {} : { origin }),
        },
        ...(body === undefined ? {} : { body }),
      });
      for (const set of response.headers.getSetCookie()) {
        const [pair = ''] = set.split(';');
        const at = pair.indexOf('=');
        cookies.set(`${origin} ${pair.slice(0, at)}`, pair.slice(at + 1));
      }
      const location = response.headers.get('location');
      if (location === null) return read(await response.text(), next, response.status);
      await response.arrayBuffer();
      next = new URL(location, next).href;
      body = undefined;
    }
    throw new Error('The page redirects without end.');
  }

  return {
    open: (url) => go(url),
    answer: (page, answers) => {
      const form = new URLSearchParams(page.question?.hidden);
      for (const each of answers) form.append('answer', each);
      return go(page.url, form);
    },
  };
}

function read(html: string, url: string, status: number): ShownPage {
  const all = (pattern: RegExp) => [...html.matchAll(pattern)].map((match) => words(match[1] ?? ''));
  const card = /<section class="card"[^>]*>([\s\S]*?)<\/section>/.exec(html)?.[1] ?? '';
  const asks = card.includes('name="question"');
  const [where] = all(/<span id="where">([\s\S]*?)<\/span>/g);
  const [heading] = [...card.matchAll(/<h[123][^>]*>([\s\S]*?)<\/h[123]>/g)].map((match) => words(match[1] ?? ''));
  return {
    status,
    url,
    notices: all(/<div class="notice [a-z]+" role="[a-z]+">([\s\S]*?)<\/div>/g),
    ...(where === undefined ? {} : { where }),
    ...(asks ? { question: question(card, heading ?? '') } : heading === undefined ? {} : { says: heading }),
    told: [...html.matchAll(/<li><p class="asked">([\s\S]*?)<\/li>/g)].map((match) =>
      [...`<p>${match[1] ?? ''}`.matchAll(/<p[^>]*>([\s\S]*?)<\/p>/g)].map((line) => words(line[1] ?? '')),
    ),
    standing: all(/<p class="facts">([^<]*open\.|[^<]*answered\.|[^<]*ended[^<]*)<\/p>/g),
  };
}

function question(card: string, heading: string): ShownQuestion {
  const hint = /<p class="hint"[^>]*>([\s\S]*?)<\/p>/.exec(card)?.[1];
  const [main = card] = card.split('<div class="ways">');
  const values = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map((match) => words(match[1] ?? ''));
  return {
    words: [heading, ...(hint === undefined ? [] : words(hint).split('\n'))],
    choices: values(main, /<label class="choice">[\s\S]*?<span class="lines">([\s\S]*?)<\/span>/g),
    offered: values(card, /name="answer" value="([^"]*)"/g),
    free: /<(?:textarea|input type="text")[^>]*name="answer"/.test(main),
    hidden: Object.fromEntries(
      [...main.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map((match) => [
        words(match[1] ?? ''),
        words(match[2] ?? ''),
      ]),
    ),
  };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** Text without its markup. */
function words(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(#?\w+);/g,
      (whole, name: string) =>
        entities[name] ??
        (name.startsWith('#')
          ? String.fromCodePoint(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)))
          : whole),
    )
    .trim();
}
