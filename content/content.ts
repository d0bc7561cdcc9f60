import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Clinic } from '../domain/conversation/clinic.ts';
import { type Catalogue, type MessageKey, messageKeys } from '../domain/guidance/catalogue.ts';
import { type Language, languages } from '../domain/guidance/language.ts';
import type { FactPolicy } from '../domain/intake/facts.ts';
import type { RedFlagList } from '../domain/safety/red-flags.ts';
import facts from './facts.json' with { type: 'json' };
import emergency from './messages/emergency.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import pl from './messages/pl.json' with { type: 'json' };
import redFlags from './red-flags.json' with { type: 'json' };

type Country = Clinic['country'];

/** What the clinic's editors own and a conversation runs on, checked and ready. */
export interface Content {
  /** A hash of every word in it: the same words have the same version, on every host. */
  readonly version: string;
  readonly redFlags: RedFlagList;
  readonly facts: FactPolicy;
  /** The sentences, with the emergency words of that country. */
  catalogueFor(country: Country): Catalogue;
  /** As it is dialled there: 911. */
  emergencyNumberFor(country: Country): string;
}

/** Content as it lies in the files, before anybody trusts it. */
export interface RawContent {
  readonly messages: Readonly<Record<Language, unknown>>;
  readonly emergency: unknown;
  readonly redFlags: unknown;
  readonly facts: unknown;
}

/** An edit that would leave somebody without words, caught when the process starts. Names the place, never a patient. */
export class ContentFault extends Error {
  readonly code = 'content-fault';
}

/** The files of this folder. */
export const rawContent: RawContent = { messages: { en, es, pl }, emergency, redFlags, facts };

const countries = ['US', 'PL', 'ES', 'MX'] as const satisfies readonly Country[];

const words = z.string().check(z.refine((said) => isSaid(said)));
const byLanguage = z.strictObject({ en: words, es: words, pl: words });
const emergencyWords = z.record(
  z.enum(countries),
  z.strictObject({ number: z.string().check(z.regex(/^\d+$/)), emergency: byLanguage, crisis: byLanguage }),
);
/** Hundreds of phrases, read at every cold start of a webhook: one check a list, not one a phrase. */
const phrases = z.custom<readonly string[]>(
  (list) => Array.isArray(list) && list.length > 0 && list.every((phrase) => isSaid(phrase)),
);
const redFlagList = z.object({
  version: words,
  approvedBy: words,
  flags: z
    .array(
      z.object({
        code: words,
        kind: z.enum(['emergency', 'crisis']),
        label: words,
        phrases: z.strictObject({ en: phrases, es: phrases, pl: phrases }),
      }),
    )
    .check(z.minLength(1)),
});
const days = z.number().check(z.positive());
const factPolicy = z.strictObject({
  defaultDays: days,
  absentDays: days,
  byKey: z.record(z.string(), z.strictObject({ days: z.optional(days), confirm: z.optional(z.boolean()) })),
});

/** Content that has passed every check, or a ContentFault that says where it fails. Done once, when a process starts. */
export function loadContent(raw: RawContent = rawContent): Content {
  const english = sentencesOf('en', raw.messages.en);
  const sentences = {
    en: english,
    es: sentencesOf('es', raw.messages.es, english),
    pl: sentencesOf('pl', raw.messages.pl, english),
  };
  const byCountry = checked('messages/emergency.json', emergencyWords, raw.emergency);
  for (const country of countries) checkEmergency(country, byCountry[country]);
  const version = createHash('sha256')
    .update(JSON.stringify([raw.messages, raw.emergency, raw.redFlags, raw.facts]))
    .digest('hex')
    .slice(0, 12);
  return {
    version,
    redFlags: checked('red-flags.json', redFlagList, raw.redFlags),
    facts: policyOf(checked('facts.json', factPolicy, raw.facts)),
    catalogueFor: (country) => ({
      version,
      messages: sentences,
      emergency: { emergency: byCountry[country].emergency, crisis: byCountry[country].crisis },
    }),
    emergencyNumberFor: (country) => byCountry[country].number,
  };
}

/** What a file of this folder holds, by its schema; a ContentFault that names the places where it is something else. */
export function checked<T>(file: string, schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path, code }) => `${path.join('.') || '(whole file)'}: ${code}`);
  throw new ContentFault(`content/${file} cannot be used: ${places.join('; ')}`);
}

/** Carriers take CANCEL for an opt-out: a patient who was told to send it is never reachable again. */
const forbidden = /cancel/i;

type Sentences = Readonly<Record<MessageKey, string>>;

/** Every sentence of a language; its blanks are those of the English one. */
function sentencesOf(language: Language, raw: unknown, english?: Sentences): Sentences {
  const found = new Map<string, unknown>(typeof raw === 'object' && raw !== null ? Object.entries(raw) : []);
  const fault = (key: string, why: string) => new ContentFault(`content/messages/${language}.json, ${key}: ${why}`);
  const sentences: Partial<Record<MessageKey, string>> = {};
  for (const key of messageKeys) {
    const sentence = found.get(key);
    if (!isSaid(sentence)) throw fault(key, 'there are no words');
    if (forbidden.test(sentence)) throw fault(key, 'the word CANCEL must never be said');
    if (english !== undefined && blanksOf(sentence) !== blanksOf(english[key]))
      throw fault(key, 'its blanks are not those of the English sentence');
    sentences[key] = sentence;
    found.delete(key);
  }
  const [surplus] = found.keys();
  if (surplus !== undefined) throw fault(surplus, 'nobody says this');
  return sentences as Sentences;
}

function isSaid(sentence: unknown): sentence is string {
  return typeof sentence === 'string' && sentence.trim() !== '';
}

function blanksOf(sentence: string): string {
  return (sentence.match(/\{\w*\}?/g) ?? []).sort().join(' ');
}

/** Nothing is filled into these: they must stand by themselves, and name the number. */
function checkEmergency(
  country: Country,
  { number, emergency, crisis }: z.infer<typeof emergencyWords>[Country],
): void {
  for (const language of languages) {
    const place = `content/messages/emergency.json, ${country}, ${language}`;
    if (!emergency[language].includes(number)) throw new ContentFault(`${place}: the emergency number is not named`);
    for (const said of [emergency[language], crisis[language]]) {
      if (forbidden.test(said) || blanksOf(said) !== '') throw new ContentFault(`${place}: a blank or the word CANCEL`);
    }
  }
}

function policyOf({ defaultDays, absentDays, byKey }: z.infer<typeof factPolicy>): FactPolicy {
  const rules = Object.entries(byKey).map(([key, rule]) => [
    key,
    {
      ...(rule.days === undefined ? {} : { days: rule.days }),
      ...(rule.confirm === undefined ? {} : { confirm: rule.confirm }),
    },
  ]);
  return { defaultDays, absentDays, byKey: Object.fromEntries(rules) };
}
