import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Browser, createBrowser, type ShownPage } from '../../local/hands/browser.ts';
import type { Call, Handset } from '../../local/hands/handset.ts';
import { clinic } from '../../local/seed/clinic.ts';
import { drawnAloud, drawnAsText, drawnOnPage, ours } from './drawn.ts';
import { happen } from './happened.ts';
import { withTimes } from './times-said.ts';
import { type Answered, type Line, means, type Person, type Said, type Transcript, type Way } from './transcript.ts';
import { endFaults } from './visit-happened.ts';
import { type Cast, castFor, type World } from './world.ts';

/** One transcript as it went on one channel. */
export interface Played {
  readonly transcript: Transcript;
  readonly way: Way;
  readonly cast: Cast;
  /** Every text that should have reached the phone. */
  readonly texts: string[];
  readonly differences: string[];
}

/** A playing under way: what the hands hold at this moment. */
export interface Playing extends Played {
  readonly world: World;
  readonly browser: Browser;
  person: Person;
  call: Call | undefined;
  page: ShownPage | undefined;
}

const nobody: Person = { name: '', language: 'en', child: false };
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

/** Plays a transcript over HTTP on one channel and holds every word against it. */
export async function playTranscript(world: World, transcript: Transcript, way: Way): Promise<Played> {
  const slug = transcript.file.replace(/\.txt$/, '');
  const cast = await castFor(world, transcript, `${slug}-${way}`);
  const playing: Playing = {
    world,
    transcript,
    way,
    cast,
    texts: [],
    differences: [],
    browser: createBrowser(),
    person: transcript.patient ?? nobody,
    call: undefined,
    page: undefined,
  };
  const { steps } = transcript;
  let at = 0;
  const answerTo = (who?: string): readonly Line[] => {
    const next = steps[at + 1];
    return next?.is === 'answered' && next.to === who ? timed(playing, next) : [];
  };
  try {
    const [first] = steps;
    if (transcript.forms.length > 0 && first?.is === 'answered') await opened(playing, first.lines);
    for (; at < steps.length; at++) {
      const step = steps[at];
      if (step?.is === 'said' && step.who !== undefined) await sayOther(playing, step.who, step, answerTo(step.who));
      else if (step?.is === 'said') await say(playing, step, answerTo());
      else if (step?.is === 'happened') await happen(playing, step.what, answerTo());
      else if (step?.is === 'answered' && !isAnswered(steps, at)) await hearOf(playing, step.to, timed(playing, step));
    }
    await playing.call?.hangUp();
  } catch (error) {
    playing.differences.push(error instanceof Error ? error.message : String(error));
  }
  await endFaults(playing);
  return playing;
}

/** Whether what is said here answers what stands right before it, and was held against that. */
function isAnswered(steps: Transcript['steps'], at: number): boolean {
  const [before, step] = [steps[at - 1], steps[at]];
  if (step?.is !== 'answered' || before === undefined) return true;
  return before.is === 'said' ? before.who === step.to : before.is === 'happened' && step.to === undefined;
}

/** Lines with their times filled in: known once the visit is booked. */
function timed(playing: Playing, { to, lines }: Answered): readonly Line[] {
  const { own } = playing.cast;
  if (own === undefined) return lines;
  const { language } = to === undefined ? playing.person : waitingCalled(playing, to).person;
  const fill = (words: string) => withTimes(words, own.times, language);
  return lines.map((line) => ({
    ...line,
    words: fill(line.words),
    below: line.below.map((each) => ({ ...each, words: fill(each.words) })),
  }));
}

/** Whoever waits for a time answers by text, and hears what comes back at once. */
async function sayOther(playing: Playing, who: string, said: Said, expected: readonly Line[]): Promise<void> {
  const { phone, person, texts } = waitingCalled(playing, who);
  const [{ words } = { words: '' }] = said.by;
  const { replies } = await phone.text(words);
  const body = drawnAsText(expected, person, person.language);
  compare(playing, `${who}, after “${words}”`, replies, body === '' ? [] : [body]);
  texts.push(...(body === '' ? [] : [body]));
}

/** A text that comes by itself, to the patient or to somebody who waits. */
async function hearOf(playing: Playing, to: string | undefined, lines: readonly Line[]): Promise<void> {
  const { phone, person, texts } = to === undefined ? { ...playing.cast, ...playing } : waitingCalled(playing, to);
  await textArrives(playing, drawnAsText(lines, person, person.language), { phone, texts });
}

function waitingCalled({ cast }: Playing, who: string) {
  const found = cast.waiting.find(({ person }) => person.name === who);
  if (found === undefined) throw new Error(`Nobody called ${who} waits.`);
  return found;
}

/** The intake begins with a text; then the person takes up the channel that is played. */
async function opened(playing: Playing, lines: readonly Line[]): Promise<void> {
  const { transcript, way, cast, person } = playing;
  const own = lines.filter(({ kind }) => kind === 'opening');
  const asked = lines.filter(({ kind }) => kind !== 'opening');
  const ask = asked.find(({ kind, total }) => kind === 'asks' && total !== undefined);
  const left = ask?.total ?? 1;
  const { language } = person;
  const usual = [ours(language, 'intro'), ours(language, 'intake.start', { left })];
  const head = own.length > 0 ? own.flatMap(({ words, below }) => [words, ...below.map((each) => each.words)]) : usual;
  const when = cast.visit === undefined ? '' : sayWhen(cast.visit.start);
  const text = [...head, drawnAsText(asked, person, language)].filter((part) => part !== '').join('\n');
  await textArrives(playing, text.replace('{visit}', when));
  if (way === 'keypad' || way === 'speech') {
    const { call, said } = await cast.phone.call();
    playing.call = call;
    const greeting = [ours(language, 'voice.greeting', { name: person.name }), ours(language, 'voice.left', { left })];
    compare(playing, 'the call begins', said, [...greeting, ...drawnAloud(asked, way, person, language)]);
  } else if (way === 'page') await openPage(playing, asked);
  else if (way === 'desk') await openDesk(playing, asked);
  void transcript;
}

function sayWhen(instant: string): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: clinic.timeZone,
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  })
    .format(new Date(instant))
    .replace(/[\u202f\u00a0]/g, ' ');
}

/** The link comes by text, on request. */
export async function openPage(playing: Playing, lines: readonly Line[]): Promise<void> {
  const { cast, browser, person, world } = playing;
  const { replies } = await cast.phone.text('link');
  const [reply = ''] = replies;
  const url = reply.slice(ours(person.language, 'link').length);
  compare(
    playing,
    'the link',
    [replies.length, reply.startsWith(ours(person.language, 'link')), url.startsWith(`${world.api}/u/`)],
    [1, true, true],
  );
  playing.texts.push(...readable([reply]));
  playing.page = await browser.open(url);
  comparePage(playing, 'the page opens', lines, 'page');
}

export async function openDesk(playing: Playing, lines: readonly Line[]): Promise<void> {
  const { cast, browser, world } = playing;
  const link = await world.chart.launch(`${world.api}/staff/desk`, cast.patient, 'clerk-maya');
  playing.page = await browser.open(link);
  comparePage(playing, 'the desk page opens', lines, 'desk');
}

async function say(playing: Playing, said: Said, expected: readonly Line[]): Promise<void> {
  const { way, cast, person, call } = playing;
  const chosen =
    way === 'mixed'
      ? said.by[0]
      : (said.by.find(({ label }) => label === way) ??
        said.by.find(({ label }) => label !== undefined && label !== 'picture' && means(label, way)) ??
        said.by.find(({ label }) => label === undefined || (label === 'picture' && way === 'sms')));
  if (chosen === undefined) throw new Error(`Nothing is said here on this channel: ${JSON.stringify(said.by)}`);
  const { label, confidence } = chosen;
  const words = cast.own === undefined ? chosen.words : withTimes(chosen.words, cast.own.times, person.language);
  const channel = way === 'mixed' ? (label ?? 'sms') : way;
  const what = `after “${words.slice(0, 60)}”`;
  if (channel === 'keypad' || channel === 'speech') {
    if (call === undefined) throw new Error(`Nobody is on the phone ${what}`);
    const heard = channel === 'keypad' ? await call.keys(words) : await call.says(words, confidence);
    // Whether a caller hears once or twice that we still look depends on how fast the EHR answers.
    const still = ours(person.language, 'slot.still');
    const isPatient = heard.said.filter((words) => words === still).length <= 2;
    const said = heard.said.filter((words) => words !== still || !isPatient);
    compare(playing, what, said, drawnAloud(expected, channel, person, person.language));
  } else if (channel === 'page' || channel === 'desk') {
    if (playing.page === undefined) throw new Error(`No page is open ${what}`);
    await click(playing, words, channel, expected, what);
  } else {
    const media = label === 'picture' ? [{ contentType: 'image/png', data: pixel }] : undefined;
    const { replies } = await cast.phone.text(words, media);
    const body = drawnAsText(expected, person, person.language);
    compare(playing, what, readable(replies), body === '' ? [] : [body]);
    playing.texts.push(...(body === '' ? [] : [body]));
  }
}

/** A browser can only send what the form offers; a free field takes anything. Several ticks are written "1 + 3". */
async function click(
  playing: Playing,
  words: string,
  way: 'page' | 'desk',
  expected: readonly Line[],
  what: string,
): Promise<void> {
  const { page, browser } = playing;
  if (page?.question === undefined) throw new Error(`The page asks nothing ${what}`);
  const answers = words.split(' + ');
  const { offered, free } = page.question;
  if (!free && answers.some((answer) => !offered.includes(answer)))
    throw new Error(`The page does not offer ${words}: ${offered.join(', ')}`);
  playing.page = await browser.answer(page, answers);
  comparePage(playing, what, expected, way);
}

function comparePage(playing: Playing, what: string, lines: readonly Line[], way: 'page' | 'desk'): void {
  const { page, person } = playing;
  if (page === undefined) return;
  const language = way === 'desk' ? 'en' : person.language;
  const drawn = drawnOnPage(lines, way, language);
  const shown = {
    notices: page.notices,
    where: way === 'desk' ? undefined : page.where,
    words: page.question?.words ?? [],
    choices: page.question?.choices ?? [],
  };
  compare(playing, what, shown, drawn);
  if (way === 'page' && lines.some(({ kind }) => kind === 'done'))
    compare(playing, what, page.says, ours(language, 'page.done'));
}

/**
 * Texts of which the first line has been held and the rest belongs to the next one: what the EHR shows of a booking and the booking's own end
 * reach the patient in one text or in two, whichever is first; the words and their order are the same.
 */
const joined = new WeakMap<readonly string[], { readonly whole: string; readonly rest: string }>();

/** A text that nobody's own text brought about: waited for. */
export async function textArrives(
  playing: Playing,
  expected: string,
  { phone, texts }: { readonly phone: Handset; readonly texts: string[] } = { ...playing.cast, ...playing },
): Promise<void> {
  const begun = joined.get(texts);
  if (begun !== undefined) {
    joined.delete(texts);
    compare(playing, 'the rest of a text', [begun.rest], [expected]);
    texts.push(begun.whole);
    return;
  }
  await playing.world.clock?.settle();
  // What has settled and was not said will not be.
  const until = Date.now() + (playing.world.clock === undefined ? 30_000 : 3000);
  let received: readonly string[] = [];
  do {
    received = readable(await phone.received());
    if (received.length > texts.length) break;
    await sleep(20);
  } while (Date.now() < until);
  const whole = received[texts.length];
  if (whole?.startsWith(`${expected}\n`) === true) {
    joined.set(texts, { whole, rest: whole.slice(expected.length + 1) });
    return;
  }
  // Another one that came with it is for the next line; one too many is found at the end.
  compare(playing, 'a text arrives', received.slice(texts.length, texts.length + 1), [expected]);
  texts.push(expected);
}

/** Texts as a transcript writes them: a link of one's own as `{link}`. */
export function readable(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.replace(/https?:\/\/\S+\/u\/[\w.~-]+/g, '{link}'));
}

export function compare(playing: Played, what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const { transcript, way } = playing;
  playing.differences.push(
    `${transcript.file} by ${way}, ${what}:\n  expected ${JSON.stringify(expected, null, 1)}\n  but was  ${JSON.stringify(actual, null, 1)}`,
  );
}
