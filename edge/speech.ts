import type { Clinic } from '../domain/conversation/clinic.ts';
import type { Ask, Effect, Tell } from '../domain/conversation/effects.ts';
import { type Catalogue, type MessageKey, sentence } from '../domain/guidance/catalogue.ts';
import { type Language, type Text, wordsIn } from '../domain/guidance/language.ts';
import type { Value } from '../domain/intake/value.ts';
import { valueInWords, valuesInWords } from '../domain/intake/words.ts';
import type { Story } from '../domain/story/story.ts';

/** What every renderer needs: whom it speaks for, to whom, in which words. */
export interface Speaker {
  readonly clinic: Clinic;
  readonly catalogue: Catalogue;
  readonly emergencyNumber: string;
  /** The address of a patient's page; absent where nobody who could open it is spoken to. */
  readonly pageLink?: (story: Story['id']) => string;
}

/** A decision's words, in order, before a channel gives them its form. `content` names what they were made from. */
export interface Words {
  readonly text: string;
  readonly content: string;
}

/** The words of a `warn` effect. */
export function warning(speaker: Speaker, language: Language, kind: 'emergency' | 'crisis'): Words {
  return { text: speaker.catalogue.emergency[kind][language], content: `${kind}@${speaker.catalogue.version}` };
}

/** The words of a `tell` effect. */
export function telling(speaker: Speaker, story: Story, effect: Tell, left: number): Words {
  const { language } = story.person;
  const { clinic, catalogue } = speaker;
  const blanks: Record<string, string | number> = {
    clinic: clinic.name,
    desk: sayNumber(clinic.desk),
    emergency: speaker.emergencyNumber,
    name: story.person.firstName,
    left,
    ...effect.blanks,
  };
  if (effect.when !== undefined) blanks.when = whenFor(speaker, story, effect.when);
  if (effect.was !== undefined) blanks.was = whenFor(speaker, story, effect.was);
  if (effect.value?.slot.is === 'question')
    blanks.value = valuesInWords(effect.value.slot.question, effect.value.answer, language);
  if (effect.message === 'link' && speaker.pageLink !== undefined) blanks.link = speaker.pageLink(story.id);
  if (effect.text !== undefined) blanks.question = wordsIn(effect.text, language);
  return {
    text: sentence(catalogue, language, effect.message, blanks),
    content: `${effect.message}@${catalogue.version}`,
  };
}

/** How many questions are left, for sentences that say so. */
export function leftIn(effects: readonly Effect[]): number {
  const ask = effects.findLast((effect): effect is Ask => effect.do === 'ask');
  return ask?.progress.left ?? 0;
}

/** What is asked, without its choices: displays that belong to it, the question itself, or what is asked back about it. */
export function questionWords(speaker: Speaker, language: Language, ask: Ask): readonly Words[] {
  const say = (key: MessageKey, blanks: Record<string, string | number> = {}): Words => ({
    text: sentence(speaker.catalogue, language, key, blanks),
    content: `${key}@${speaker.catalogue.version}`,
  });
  const { slot, pending } = ask;
  const of = (text: Text): Words => ({ text: wordsIn(text, language), content: `${slot.key}` });
  if (slot.is === 'another') {
    const question = wordsIn(slot.group.text, language);
    return [...slot.displays.map(of), say(slot.round === 0 ? 'another.first' : 'another.next', { question })];
  }
  const { question } = slot;
  const values = (list: readonly Value[]) => list.map((value) => valueInWords(question, value, language)).join(', ');
  if (pending?.kind === 'read-back') return [say('read-back', { value: values(pending.values) })];
  if (pending?.kind === 'which') return [say('which')];
  if (pending?.kind === 'confirm') {
    const blanks = { question: wordsIn(question.text, language), value: values(pending.values) };
    return [...slot.displays.map(of), say(pending.shown ? 'confirm.value' : 'confirm.keep', blanks)];
  }
  const example = ask.manner === 'with-example' ? [hint(speaker, language, ask)] : [];
  return [...(ask.manner === 'with-example' ? [] : slot.displays.map(of)), of(question.text), ...example];
}

function hint(speaker: Speaker, language: Language, ask: Ask): Words {
  const { slot } = ask;
  const type = slot.is === 'question' ? slot.question.type : 'boolean';
  if (slot.is === 'question' && slot.question.help !== undefined)
    return { text: wordsIn(slot.question.help, language), content: `${slot.key}.help` };
  const example = slot.is === 'question' ? `5 ${slot.question.units[0]?.label ?? ''}`.trim() : '';
  return {
    text: sentence(speaker.catalogue, language, `hint.${type}`, { example }),
    content: `hint.${type}@${speaker.catalogue.version}`,
  };
}

/** The choices of what is asked, in the order of their numbers; empty where the answer is free. */
export function choicesOf(speaker: Speaker, language: Language, ask: Ask): readonly string[] {
  const { slot, pending } = ask;
  if (pending?.kind === 'which') {
    return pending.choices.map((values) =>
      values.map((value) => (slot.is === 'question' ? valueInWords(slot.question, value, language) : '')).join(', '),
    );
  }
  const yesNo = [sentence(speaker.catalogue, language, 'value.yes'), sentence(speaker.catalogue, language, 'value.no')];
  if (pending !== undefined || slot.is === 'another' || slot.question.type === 'boolean') return yesNo;
  return slot.question.options.map((option) => wordsIn(option.label, language));
}

const locales: Record<Language, string> = { en: 'en-US', es: 'es-US', pl: 'pl-PL' };
const formats = new Map<string, Intl.DateTimeFormat>();

/** A day and time at the clinic; whoever is where clocks show another time is told whose time it is. */
export function whenFor(
  { clinic }: Pick<Speaker, 'clinic'>,
  { person }: Pick<Story, 'person'>,
  instant: string,
  length: 'long' | 'short' = 'long',
): string {
  const { language, timeZone = clinic.timeZone } = person;
  const isElsewhere =
    timeZone !== clinic.timeZone &&
    sayWhen(instant, timeZone, language) !== sayWhen(instant, clinic.timeZone, language);
  return sayWhen(instant, clinic.timeZone, language, { length, namesZone: isElsewhere });
}

/** A day and time as people say it, in the clinic's zone; `short` for lists that are read: "Tue, Mar 10, 9:40 AM". */
export function sayWhen(
  instant: string,
  timeZone: string,
  language: Language,
  { length = 'long', namesZone = false }: { readonly length?: 'long' | 'short'; readonly namesZone?: boolean } = {},
): string {
  const key = `${language}|${timeZone}|${length}|${namesZone}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locales[language], {
      timeZone,
      weekday: length,
      month: length,
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      ...(namesZone ? { timeZoneName: 'short' } : {}),
    });
    formats.set(key, format);
  }
  // Intl puts a narrow no-break space before "AM", which would cost a text half its length.
  return format.format(new Date(instant)).replace(/[\u202f\u00a0]/g, ' ');
}

/** A number as people of the country write it: +13125550100 → 312-555-0100. */
export function sayNumber(e164: string): string {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  return us === null ? e164 : `${us[1]}-${us[2]}-${us[3]}`;
}
