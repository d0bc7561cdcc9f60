import type { Question } from '../intake.ts';
import { isFiller } from './filler.ts';
import { type Piece, readPieces } from './numbers.ts';
import { saidDates, withinBounds } from './read-date.ts';
import type { Reading, ReadingContext } from './reading.ts';
import { two, withOffset } from './zone.ts';

export interface Clock {
  readonly hour: number;
  readonly minute: number;
}

type Half = 'am' | 'pm' | 'night';

/** A time of day; "at 9" is asked back where morning and evening are both possible. */
export function readTime(folded: string, question: Question, context: ReadingContext): Reading {
  const clocks = saidTimes(folded, context);
  if (clocks.length === 0) return { is: 'unreadable', why: 'not-understood' };
  const values = clocks.map(({ hour, minute }) => ({ kind: 'time' as const, value: `${two(hour)}:${two(minute)}:00` }));
  return withinBounds(values, question, false);
}

/** A date with a time and the zone's offset then, or a date alone where no time was said. */
export function readDateTime(folded: string, question: Question, context: ReadingContext): Reading {
  const text = folded.replace(/(\d)t(\d)/g, '$1 $2').replace(/(\d:\d\d):\d\d(?:\.\d+)?(?:z|[+-]\d\d:?\d\d)?/, '$1');
  if (!saysTime.test(text)) return dateOnly(text, question, context);
  const [parts] = dateAndTime(text, context);
  if (!parts) return dateOnly(text, question, context);
  const values = parts.dates.flatMap((date) =>
    parts.clocks.map((clock) => {
      const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
      return { kind: 'dateTime' as const, value: withOffset({ year, month, day, ...clock }, context.timeZone) };
    }),
  );
  return withinBounds(values, question, parts.near);
}

/** A word for a time that no time could be read from: the date it stands beside is still said. */
function dateOnly(text: string, question: Question, context: ReadingContext): Reading {
  const said = saidDates(text, context);
  if (!said) return { is: 'unreadable', why: 'not-understood' };
  const values = said.dates.map(({ date, instant }) => ({ kind: 'dateTime' as const, value: instant ?? date }));
  return withinBounds(values, question, said.near === true);
}

const saysTime =
  /\d:\d\d|\d ?[ap]\.? ?m\b|\b(?:noon|midnight|midday|oclock|o'clock|half past|quarter|mediodia|medianoche|poludnie|polnoc|wpol|kwadrans|rano|wieczorem|popoludniu|de la manana|de la tarde|de la noche)\b|\b(?:at|a las?|o) \S/;

/** The date of a text that also says a time, for questions that want only the date. */
export function datesBesideTime(folded: string, context: ReadingContext): readonly string[] {
  return dateAndTime(folded, context)[0]?.dates ?? [];
}

const seam =
  /\s(?=\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|a\.m|p\.m)\b)|\s(?=\d{1,2}:\d{2}\b)|\s(?=(?:noon|midnight|midday|half past|quarter|mediodia|medianoche|poludnie|polnoc|wpol|kwadrans)\b)|\s(?:at|@|around|about|a las|a la|a eso de las|o|o godzinie|godz|okolo)\s|\s?[,;]\s?|(?<=\b(?:am|pm|a\.m\.|p\.m\.|noon|midnight|oclock|o'clock|:\d\d))\s|\s(?=on\b)|\s(?=(?:yesterday|today|tomorrow|ayer|hoy|manana|wczoraj|dzis|dzisiaj|jutro|last|el)\b)/g;

function dateAndTime(
  text: string,
  context: ReadingContext,
): { dates: readonly string[]; clocks: readonly Clock[]; near: boolean }[] {
  for (const match of text.matchAll(seam)) {
    const left = text.slice(0, match.index);
    const right = text.slice(match.index + match[0].length);
    for (const [date, time] of [
      [left, right],
      [right, left],
    ] as const) {
      if (date === '' || time === '') continue;
      const said = saidDates(date, context);
      const full = said?.dates.filter((one) => one.date.length === 10 && one.instant === undefined) ?? [];
      if (!said || full.length === 0) continue;
      const clocks = saidTimes(time, context, halfOf(text));
      if (clocks.length > 0) return [{ dates: full.map((one) => one.date), clocks, near: said.near === true }];
    }
  }
  return [];
}

const morning =
  /\b(?:a\.? ?m\b|morning|de la manana|por la manana|rano|nad ranem|przed poludniem|de la madrugada|de madrugada)/;
const afternoon = /\b(?:p\.? ?m\b|afternoon|evening|de la tarde|por la tarde|po poludniu|popoludniu|wieczorem|wieczor)/;
const night = /\b(?:tonight|night|de la noche|por la noche|w nocy)/;

function halfOf(text: string): Half | undefined {
  if (afternoon.test(text)) return 'pm';
  if (morning.test(text) || /\d\s?am\b/.test(text)) return 'am';
  if (/\d\s?pm\b/.test(text)) return 'pm';
  return night.test(text) ? 'night' : undefined;
}

/** Every time of day a text may mean; none when it is not one. */
export function saidTimes(folded: string, context: ReadingContext, hint?: Half): Clock[] {
  const text = folded.replace(/[!?]+/g, ' ').trim();
  if (/^(?:at |about |around |a |o |al |w )?(?:12 )?(?:noon|midday|mediodia|poludnie|w poludnie)$/.test(text))
    return [{ hour: 12, minute: 0 }];
  if (/^(?:at |about |around |a |la |o )?(?:12 )?(?:midnight|medianoche|polnoc|polnocy)$/.test(text))
    return [{ hour: 0, minute: 0 }];
  const half = halfOf(text) ?? hint;
  const digits =
    /^(?:at |about |around |a las |o |godz\.? ?)?(\d{1,2})\s?(?:[:.h]|\s)\s?(\d{2})\s?(h|hs|hrs|hours|am|pm|a\.? ?m\.?|p\.? ?m\.?)?\.?(?: .*)?$/.exec(
      text,
    );
  if (digits?.[1] && digits[2])
    return onTheClock(Number(digits[1]), Number(digits[2]), half, digits[1].startsWith('0'), context, true);
  const together = /^(?:at |o )?(\d{1,2})(\d{2})\s?(?:h|hs|hrs|hours|am|pm|a\.?m\.?|p\.?m\.?|#)?$/.exec(text);
  if (together?.[1] && together[2])
    return onTheClock(Number(together[1]), Number(together[2]), half, together[1].startsWith('0'), context, true);
  return inWords(text, half, context);
}

/**
 * An hour as it can be meant. Above twelve, zero, or written with a leading zero it is the 24-hour clock, as are digits with minutes in
 * Polish; otherwise it is morning or evening.
 */
function onTheClock(
  hour: number,
  minute: number,
  half: Half | undefined,
  leadingZero: boolean,
  context: ReadingContext,
  digital: boolean,
): Clock[] {
  if (hour > 24 || minute > 59 || minute < 0 || (hour === 24 && minute > 0)) return [];
  if (hour > 12 || hour === 0) return [{ hour: hour === 24 ? 0 : hour, minute }];
  if (half === 'am') return [{ hour: hour % 12, minute }];
  if (half === 'pm') return [{ hour: (hour % 12) + 12, minute }];
  if (half === 'night') return [{ hour: hour === 12 || hour < 6 ? hour % 12 : hour + 12, minute }];
  const certain = context.via !== 'keypad' && digital && (leadingZero || context.language === 'pl');
  if (certain) return [{ hour, minute }];
  return [
    { hour: hour % 12, minute },
    { hour: (hour % 12) + 12, minute },
  ];
}

const timeSigns = new Map(
  Object.entries({
    past: 'PAST',
    after: 'PAST',
    po: 'PAST',
    to: 'TO',
    till: 'TO',
    before: 'TO',
    menos: 'MINUS',
    y: 'AND',
    and: 'AND',
    i: 'AND',
    con: 'AND',
    za: 'ZA',
    wpol: 'WPOL',
    do: 'DO',
    kwadrans: 'KW',
    or: 'OR',
    lub: 'OR',
    albo: 'OR',
  }),
);
const timeFiller = new Set(
  (
    'oclock o clock sharp hours hour minutes minute minutos min mins hora horas godzina godzine godzinie godz en punto am pm m p z morning afternoon evening ' +
    'night tonight in manana tarde noche madrugada rano wieczorem wieczor nocy poludniu popoludniu usually every day daily eso me levanto wake i get up go bed'
  ).split(' '),
);

function inWords(text: string, half: Half | undefined, context: ReadingContext): Clock[] {
  const prepared = text
    .replace(/\bpo poludniu\b/g, 'popoludniu')
    .replace(/\b(?:de|por|en) la (?:manana|tarde|noche|madrugada)\b/g, '')
    .replace(/\by cuarto\b/g, 'y 15')
    .replace(/\bmenos cuarto\b/g, 'menos 15')
    .replace(/\bo'?clock\b/g, '');
  const pieces = readPieces(prepared, { language: context.language, ordinals: true });
  const signs = shapeOf(pieces);
  if (!signs) return [];
  const [a = -1, b = -1] = signs.numbers;
  const at = (hour: number, minute: number): Clock[] => {
    const whole = minute < 0 ? { hour: hour === 1 ? 12 : hour - 1, minute: minute + 60 } : { hour, minute };
    if (!Number.isInteger(whole.hour) || !Number.isInteger(whole.minute)) return [];
    return onTheClock(whole.hour, whole.minute, half, false, context, false);
  };
  const part = (value: number): number => (value > 0 && value < 1 ? value * 60 : value);
  switch (signs.shape) {
    case 'N':
      return at(Math.floor(a), Math.round((a % 1) * 60));
    case 'N N':
      return a > 0 && a < 1 ? at(b, a * 60) : at(a, b);
    case 'N AND N':
      return at(a, part(b));
    case 'N PAST N':
      return at(b, part(a));
    case 'N TO N':
      return part(a) % 5 === 0 ? at(b, -part(a)) : [];
    case 'N MINUS N':
      return at(a, -part(b));
    case 'ZA N N':
      return at(b, -a);
    case 'ZA KW N':
      return at(a, -15);
    case 'KW PAST N':
      return at(a, 15);
    case 'KW DO N':
      return at(a, -15);
    case 'WPOL DO N':
      return at(a, -30);
    case 'N DO N':
      return a === 0.5 ? at(b, -30) : [];
    case 'N OR N':
      return [...at(a, 0), ...at(b, 0)];
    default:
      return [];
  }
}

function shapeOf(pieces: readonly Piece[]): { shape: string; numbers: readonly number[] } | undefined {
  const shape: string[] = [];
  const numbers: number[] = [];
  for (const piece of pieces) {
    if (piece.is === 'number') {
      // "minus" was read into the number: "diez menos cuarto" keeps its sign here.
      shape.push('N');
      numbers.push(piece.values[0] ?? -1);
    } else if (piece.is === 'word') {
      const sign = timeSigns.get(piece.text);
      if (sign) shape.push(sign);
      else if (!timeFiller.has(piece.text) && !isFiller(piece.text)) return undefined;
    }
  }
  while (shape.length > 0 && /^(?:AND|TO|PAST)$/.test(shape[0] ?? '')) shape.shift();
  return { shape: shape.join(' '), numbers };
}
