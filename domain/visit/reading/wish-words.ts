import type { Language } from '../../guidance/language.ts';
import { dateSign } from '../../intake/reading/date-words.ts';
import { fold } from '../../intake/reading/fold.ts';
import { numberWords } from '../../intake/reading/number-words.ts';
import { isSaidAroundVisits } from './visit-signs.ts';

/** One sign of what people say about when something suits them, in any of the three languages. */
export type WishSign =
  /** 1 Monday … 7 Sunday. */
  | { readonly is: 'weekdays'; readonly days: readonly number[] }
  /** A clock's time; `half` where it was said. */
  | { readonly is: 'clock'; readonly hour: number; readonly minute: number; readonly half?: 'am' | 'pm' }
  /** A number that may be an hour, a day or nothing. */
  | { readonly is: 'number'; readonly value: number }
  /** A day of a month that is not named. */
  | { readonly is: 'day'; readonly value: number }
  | { readonly is: 'date'; readonly first: number; readonly second: number; readonly dotted: boolean }
  | { readonly is: 'month'; readonly value: number }
  | { readonly is: 'in-days'; readonly days: number }
  | { readonly is: 'in-weeks' | 'in-months'; readonly count: number }
  | { readonly is: 'part'; readonly after?: string; readonly before?: string; readonly half?: 'am' | 'pm' }
  | {
      readonly is:
        | 'noon'
        | 'month-end'
        | 'any'
        | 'sooner'
        | 'this'
        | 'next'
        | 'not'
        | 'to'
        | 'break'
        | 'nothing'
        | 'strange';
    }
  | { readonly is: 'bound'; readonly bound: 'after' | 'from' | 'before' | 'until' | 'between' | 'at' };

/** Said in several words; each becomes one sign, named in capitals, which folded words never have. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\b(\d{1,2})(?:[:.](\d\d))? ?([ap])\.? ?m\b\.?/g, ' C$1:$2$3 '],
  [/\bhalf past (\d{1,2})\b/g, ' C$1:30 '],
  [/\b(\d{1,2}):(\d\d)\b/g, ' C$1:$2 '],
  [/\b(0?[7-9]|1[0-8])\.([0-5][05])\b/g, ' C$1:$2 '],
  [/\b(\d{1,2}) ?(?:o'?clock|hs?|hrs|godz\w*)\b/g, ' C$1: '],
  [/\b(\d{1,2})(?:st|nd|rd|th)\b|\b(?:the|el|dia|dnia) (\d{1,2})\b(?![:.]\d)/g, ' D$1$2 '],
  [/\b(\d{1,2})\/(\d{1,2})(?:\/\d{2,4})?\b/g, ' T$1/$2 '],
  [/\b(\d{1,2})\.(\d{1,2})\.?(?:\d{2,4})?(?= |$|[,?!])/g, ' T$1.$2 '],
  [/\bpasado manana\b|\b(?:the )?day after tomorrow\b/g, ' AFTERTOMORROW '],
  [/\bweek after next\b/g, ' WEEKS2 '],
  [
    /\bnext week\b|\b(?:la )?(?:proxima|siguiente) semana\b|\bsemana (?:que viene|proxima|siguiente)\b|\b(?:w )?(?:przyszl|nastepn)\w+ ty(?:godn|dz)\w+|\bza tydzien\b|\b(?:in|dentro de|en) (?:a|una) (?:week|semana)\b|\b(?:back )?a week\b/g,
    ' WEEKS1 ',
  ],
  [/\bthis week\b|\besta (?:misma )?semana\b|\b(?:w )?tym tygodniu\b/g, ' WEEKS0 '],
  [/\b(?:in|dentro de|en|za) (?:2|two|dos|dwa|a couple of) (?:weeks|semanas|tygodnie)\b/g, ' WEEKS2 '],
  [/\b(?:in|dentro de|en|za) (?:3|three|tres|trzy) (?:weeks|semanas|tygodnie)\b/g, ' WEEKS3 '],
  [
    /\bnext month\b|\b(?:el )?(?:proximo mes|mes que viene)\b|\b(?:w )?przyszlym miesiacu\b|\bza miesiac\b/g,
    ' MONTHS1 ',
  ],
  [/\bthis month\b|\beste mes\b|\b(?:w )?tym miesiacu\b/g, ' MONTHS0 '],
  [
    /\b(?:the )?end of (?:the )?month\b|\b(?:a )?(?:fin|fines|finales) de(?:l)? mes\b|\bpod koniec miesiaca\b/g,
    ' MONTHEND ',
  ],
  [/\b(?:in|dentro de|en|za) (\d{1,2}) (?:days|dias|dni)\b/g, ' DAYS$1 '],
  [/\b(?:the )?week ?ends?\b|\b(?:el |los )?fin(?:es)? de semana\b/g, ' WEEKEND '],
  [/\bweek ?days?\b|\bentre semana\b|\bw tygodniu\b|\b(?:w )?dni (?:robocze|powszednie)\b/g, ' WEEKDAYS '],
  [/\bbefore (?:work|school)\b|\bantes del? (?:trabajo|trabajar)\b|\bprzed praca\b/g, ' PBEFOREWORK '],
  [
    /\bafter (?:work|hours)\b|\b(?:despues del?|al salir del) (?:trabajo|trabajar|la oficina)\b|\bpo pracy\b/g,
    ' PAFTERWORK ',
  ],
  [/\bafter school\b|\bdespues de (?:la )?(?:escuela|clases)\b|\bpo szkole\b/g, ' PAFTERSCHOOL '],
  [
    /\b(?:very )?early in the (?:morning|day)\b|\bfirst thing(?: in the morning)?\b|\ba primera hora\b|\b(?:z )?samego rana\b|\btemprano(?: por la manana)?\b|\bwczesnie rano\b|\bearly morning\b/g,
    ' PEARLY ',
  ],
  [
    /\b(?:the )?end of (?:the )?day\b|\blate (?:in the )?(?:day|afternoon)\b|\b(?:a )?ultima hora\b|\bpod koniec dnia\b/g,
    ' PLATE ',
  ],
  [
    /\b(?:(?:por|en|de|a) la|por las|las|las de la) mananas?\b|\bmananas\b|\bmornings?\b|\b(?:przed poludniem|przedpoludni\w*|rano|rankiem|ranki|ranka)\b/g,
    ' PMORNING ',
  ],
  [
    /\b(?:(?:por|en|de|a) la|por las|las|cualquier) tardes?\b|\btardes\b|\bafternoons?\b|\b(?:po poludniu|popoludni\w*)\b/g,
    ' PAFTERNOON ',
  ],
  [/\bevenings?\b|\b(?:(?:por|en|de|a) la|por las|las) noches?\b|\bwieczor\w*\b/g, ' PEVENING '],
  [/\bnoon\b|\bmidday\b|\blunch ?time\b|\blunch\b|\b(?:el )?mediodia\b|\b(?:w )?poludnie\b/g, ' NOON '],
  [
    /\b(?:any ?time|whenever|anything|any (?:day|time)|cualquier (?:dia|hora|momento)|cuando sea|kiedykolwiek|dowolny (?:dzien|termin)|obojetnie(?: kiedy)?|as soon as possible|asap|soonest|(?:first|next|earliest) available|(?:el )?primer[ao]? (?:disponible|cita)|jak najszybciej|(?:pierwszy|najblizszy) (?:wolny )?termin|cuanto antes|lo antes posible)\b/g,
    ' ANY ',
  ],
  [
    /\b(?:not|no|nothing) (?:before|earlier than)\b|\b(?:no )?antes no de\b|\bnie przed\b|\bno antes de(?:l| las?)?\b/g,
    ' AFTER ',
  ],
  [
    /\b(?:not|no|nothing) (?:after|later than)\b|\bnie pozniej niz\b|\bno (?:despues|mas tarde) de(?:l| las?)?\b/g,
    ' BEFORE ',
  ],
  [/\b(?:despues de(?:l| las?)?|pasad[ao]s? las?|later than|after|past)\b/g, ' AFTER '],
  [/\b(?:a partir de(?:l| las?)?|starting(?: at| from| on)?|beginning|desde(?: las?| el)?|from|since)\b/g, ' FROM '],
  [/\b(?:antes de(?:l| las?)?|earlier than|before|przed)\b/g, ' BEFORE '],
  [/\b(?:hasta(?: las?| el)?|until|till|til|by)\b/g, ' UNTIL '],
  [/\by las? (?=\d|[a-z])/g, 'y '],
  [/\b(?:between|entre(?: las?| el)?|(?:po)?miedzy)\b/g, ' BETWEEN '],
  [/\b(?:a las?|a eso de las?|sobre las?|como a las?|o godzinie|at|around|about|okolo|kolo|para las?)\b/g, ' AT '],
  [/\b(?:sooner|earlier|wczesniej\w*|antes)\b/g, ' SOONER '],
  [
    /\b(?:instead of|en vez de(?:l)?|en lugar de(?:l)?|zamiast|anything but|except(?: on| for)?|excepto|oprocz|besides|but not)\b/g,
    ' NOT ',
  ],
  [/\b(?:i |we )?(?:cant|can't|cannot|dont|don't|no puedo|nie moge|nie mozemy)\b/g, ' NOT '],
];

const parts: Readonly<Record<string, Extract<WishSign, { is: 'part' }>>> = {
  PMORNING: { is: 'part', before: '12:00', half: 'am' },
  PAFTERNOON: { is: 'part', after: '12:00', half: 'pm' },
  PEVENING: { is: 'part', after: '17:00', half: 'pm' },
  PEARLY: { is: 'part', before: '10:00', half: 'am' },
  PLATE: { is: 'part', after: '15:00', half: 'pm' },
  PBEFOREWORK: { is: 'part', before: '09:00' },
  PAFTERWORK: { is: 'part', after: '17:00' },
  PAFTERSCHOOL: { is: 'part', after: '15:00' },
};

const fixed: Readonly<Record<string, WishSign>> = {
  ...parts,
  AFTERTOMORROW: { is: 'in-days', days: 2 },
  WEEKEND: { is: 'weekdays', days: [6, 7] },
  WEEKDAYS: { is: 'weekdays', days: [1, 2, 3, 4, 5] },
  MONTHEND: { is: 'month-end' },
  NOON: { is: 'noon' },
  ANY: { is: 'any' },
  SOONER: { is: 'sooner' },
  NOT: { is: 'not' },
  AFTER: { is: 'bound', bound: 'after' },
  FROM: { is: 'bound', bound: 'from' },
  BEFORE: { is: 'bound', bound: 'before' },
  UNTIL: { is: 'bound', bound: 'until' },
  BETWEEN: { is: 'bound', bound: 'between' },
  AT: { is: 'bound', bound: 'at' },
};

const more: Readonly<Record<string, string>> = {
  W1: 'mondays lunes poniedzialki poniedzialkami',
  W2: 'tuesdays wtorki wtorkami tu',
  W3: 'wednesdays srody srodami',
  W4: 'thursdays czwartki czwartkami',
  W5: 'fridays viernes piatki piatkami',
  W6: 'saturdays sabados soboty',
  W0: 'sundays domingos niedziele',
};
const plurals = new Map(Object.entries(more).flatMap(([sign, list]) => list.split(' ').map((word) => [word, sign])));

/** Words around a wish that say nothing of when, beside those that are said around a visit anyway. */
const nothing = new Set(
  (
    'does ones best working preferred love only if available opening openings slots moved see seen either whatever mostly usually always ideally ' +
    'podemos seria alguno disponible libre solo nada viene gusta fuera ' +
    'moge mozemy mogloby mogliby wolimy jakas wolny wolne wolnego pasowalby pasowaloby lepszy najlepiej tylko jakby jesli albo lub dla mozliwe dni godz proponuje ' +
    'st nd rd th'
  ).split(' '),
);

const boundsOf: Readonly<Record<Language, Readonly<Record<string, WishSign>>>> = {
  en: {},
  es: { a: { is: 'to' } },
  pl: {
    po: { is: 'bound', bound: 'after' },
    od: { is: 'bound', bound: 'from' },
    do: { is: 'bound', bound: 'until' },
    o: { is: 'bound', bound: 'at' },
    a: { is: 'to' },
    i: { is: 'to' },
  },
};

const joining: Readonly<Record<string, WishSign>> = {
  to: { is: 'to' },
  through: { is: 'to' },
  thru: { is: 'to' },
  and: { is: 'to' },
  y: { is: 'to' },
  '-': { is: 'to' },
  not: { is: 'not' },
  no: { is: 'not' },
  nie: { is: 'not' },
  menos: { is: 'not' },
  avoid: { is: 'not' },
  this: { is: 'this' },
  next: { is: 'next' },
  ',': { is: 'break' },
};

/** The signs of a message, in order. */
export function wishSigns(words: string, language: Language): readonly WishSign[] {
  let text = fold(words).replace(/[.!?;]+(?=\s|$)/g, ',');
  for (const [pattern, sign] of phrases) text = text.replace(pattern, sign);
  const tokens = text.replaceAll("'", '').match(/[A-Z]+[\d:/.ap]*|\d+|[a-z]+|[-,]/g) ?? [];
  return tokens.map((token, index) => signOf(token, tokens[index - 1], language));
}

function signOf(token: string, before: string | undefined, language: Language): WishSign {
  const known = fixed[token] ?? boundsOf[language][token] ?? joining[token];
  if (known !== undefined) return known;
  const numbered = /^(C|D|T|DAYS|WEEKS|MONTHS)(\d+)(?:([:/.])(\d*)([ap]?))?$/.exec(token);
  if (numbered)
    return numberedSign(numbered[1] ?? '', Number(numbered[2]), Number(numbered[4] ?? 0), numbered[5], numbered[3]);
  if (/^\d+$/.test(token)) return { is: 'number', value: Number(token) };
  const sign = plurals.get(token) ?? (isVerb(token, before) ? undefined : dateSign(token));
  if (sign?.startsWith('W')) return { is: 'weekdays', days: [Number(sign.slice(1)) || 7] };
  if (sign?.startsWith('M')) return { is: 'month', value: Number(sign.slice(1)) };
  if (sign === 'TODAY') return { is: 'in-days', days: 0 };
  if (sign === 'TOMORROW' || token === 'manana') return { is: 'in-days', days: 1 };
  if (sign === 'AFTERTOMORROW') return { is: 'in-days', days: 2 };
  if (sign === 'THIS') return { is: 'this' };
  if (sign === 'NEXT') return { is: 'next' };
  const saysNothing = sign !== undefined || nothing.has(token) || isSaidAroundVisits(token);
  return inWords(token, before, language) ?? { is: saysNothing ? 'nothing' : 'strange' };
}

/** "May I come" names no month, nor does "if I may". */
function isVerb(token: string, before: string | undefined): boolean {
  return token === 'may' && !/^(?:in|D?\d+|of)$/.test(before ?? '');
}

function numberedSign(
  kind: string,
  first: number,
  second: number,
  half: string | undefined,
  mark: string | undefined,
): WishSign {
  switch (kind) {
    case 'C': {
      const clock = { is: 'clock' as const, hour: first, minute: second };
      return half === 'a' || half === 'p' ? { ...clock, half: half === 'a' ? 'am' : 'pm' } : clock;
    }
    case 'D':
      return { is: 'day', value: first };
    case 'T':
      return { is: 'date', first, second, dotted: mark === '.' };
    case 'DAYS':
      return { is: 'in-days', days: first };
    default:
      return { is: kind === 'WEEKS' ? 'in-weeks' : 'in-months', count: first };
  }
}

/** Numbers in words. An ordinal is a day, but an hour in Polish, where it has its ending: "po trzeciej". */
function inWords(token: string, before: string | undefined, language: Language): WishSign | undefined {
  const tables = numberWords(language);
  const ordinal = tables.ordinals.get(token);
  if (ordinal !== undefined)
    return language === 'pl' && /(?:ej|a)$/.test(token)
      ? { is: 'number', value: ordinal.value }
      : { is: 'day', value: ordinal.value };
  const number = tables.cardinals.get(token);
  const follows =
    before !== undefined && (/^[A-Z]/.test(before) || /^(?:po|od|do|o|a|to|and|y|las|la|-)$/.test(before));
  if (number === undefined || !follows || number.kind === 'part' || number.kind === 'scale') return undefined;
  return { is: 'number', value: number.value };
}
