import type { Unit } from '../intake.ts';
import { plain } from './fold.ts';

/**
 * Units people say, by UCUM code, with what turns an amount into its dimension's base: `amount × factor + offset`.
 * @see https://ucum.org/ucum
 */
interface Measure {
  readonly dimension: string;
  readonly factor: number;
  readonly offset?: number;
  /** The unit a bare number after this one is in: "5 foot 4". */
  readonly minor?: string;
  readonly words: string;
}

const measures = new Map<string, Measure>(
  Object.entries({
    mm: {
      dimension: 'length',
      factor: 0.1,
      words: 'mm millimeter millimeters millimetre millimetres milimetro milimetros milimetr milimetry milimetrow',
    },
    cm: {
      dimension: 'length',
      factor: 1,
      words:
        'cm cms centimeter centimeters centimetre centimetres centimetro centimetros centymetr centymetry centymetrow',
    },
    m: {
      dimension: 'length',
      factor: 100,
      minor: 'cm',
      words: 'm meter meters metre metres metro metros metr metry metrow',
    },
    '[in_i]': { dimension: 'length', factor: 2.54, words: 'in inch inches ins " pulgada pulgadas cal cale cali' },
    '[ft_i]': {
      dimension: 'length',
      factor: 30.48,
      minor: '[in_i]',
      words: "ft foot feet ' pie pies stopa stopy stop",
    },
    mg: {
      dimension: 'mass',
      factor: 0.000001,
      words: 'mg mgs milligram milligrams miligramo miligramos miligram miligramy miligramow',
    },
    g: { dimension: 'mass', factor: 0.001, words: 'g gram grams gr gramme grammes gramo gramos gramy gramow' },
    kg: {
      dimension: 'mass',
      factor: 1,
      words: 'kg kgs kilo kilos kilogram kilograms kilogramo kilogramos kilogramy kilogramow kila',
    },
    '[lb_av]': {
      dimension: 'mass',
      factor: 0.45359237,
      minor: '[oz_av]',
      words: 'lb lbs pound pounds libra libras funt funty funtow',
    },
    '[oz_av]': { dimension: 'mass', factor: 0.028349523125, words: 'oz ounce ounces onza onzas uncja uncje uncji' },
    '[stone_av]': { dimension: 'mass', factor: 6.35029318, minor: '[lb_av]', words: 'st stone stones' },
    Cel: { dimension: 'temperature', factor: 1, words: 'c celsius celcius centigrade centigrados celsjusza celsiusza' },
    '[degF]': {
      dimension: 'temperature',
      factor: 5 / 9,
      offset: -160 / 9,
      words: 'f fahrenheit farenheit fahrenheita',
    },
    mL: {
      dimension: 'volume',
      factor: 1,
      words:
        'ml mls milliliter milliliters millilitre millilitres mililitro mililitros mililitr mililitry mililitrow cc',
    },
    cL: { dimension: 'volume', factor: 10, words: 'cl centiliter centiliters centilitro centilitros' },
    L: { dimension: 'volume', factor: 1000, words: 'l liter liters litre litres litro litros litr litra litry litrow' },
    '[foz_us]': { dimension: 'volume', factor: 29.5735295625, words: 'floz' },
    '[cup_us]': { dimension: 'volume', factor: 236.5882365, words: 'cup cups taza tazas szklanka szklanki szklanek' },
    s: { dimension: 'time', factor: 1, words: 's sec secs second seconds segundo segundos sekunda sekundy sekund' },
    min: { dimension: 'time', factor: 60, words: 'min mins minute minutes minuto minutos minuta minuty minut' },
    h: {
      dimension: 'time',
      factor: 3600,
      minor: 'min',
      words: 'h hr hrs hour hours hora horas godzina godziny godzin godz',
    },
    d: { dimension: 'time', factor: 86_400, words: 'd day days dia dias dzien dnia dni dniach' },
    wk: {
      dimension: 'time',
      factor: 604_800,
      words: 'wk wks week weeks semana semanas tydzien tygodnia tygodnie tygodni tygodniach',
    },
    mo: {
      dimension: 'time',
      factor: 2_629_800,
      words: 'mo mos month months mes meses miesiac miesiaca miesiace miesiecy',
    },
    a: { dimension: 'time', factor: 31_557_600, words: 'yr yrs year years ano anos rok lata lat roku' },
    'mm[Hg]': { dimension: 'pressure', factor: 1, words: 'mmhg' },
    '/min': { dimension: 'rate', factor: 1, words: 'bpm' },
    '%': { dimension: 'share', factor: 1, words: '% percent pct porciento procent procenty' },
    'mg/dL': { dimension: 'mass concentration', factor: 1, words: 'mgdl' },
    'mmol/L': { dimension: 'substance concentration', factor: 1, words: 'mmoll mmol' },
  }),
);

const byWord = new Map<string, string>();
for (const [code, measure] of measures) for (const word of measure.words.split(' ')) byWord.set(word, code);

const phrases: readonly (readonly [RegExp, string])[] = [
  [/\bfl(?:uid)? ?\.? ?(?:oz|ounces?)\b/g, 'floz'],
  [/\bmm ?\[?hg\]?/g, 'mmhg'],
  [/\bmillimet(?:er|re)s? of mercury\b/g, 'mmhg'],
  [/\bmg ?(?:\/|per|por|na) ?(?:dl|deciliter|decilitre|decilitro)\b/g, 'mgdl'],
  [/\bmmol ?(?:\/|per|por|na) ?l(?:iter|itre|itro)?\b/g, 'mmoll'],
  [/\b(?:beats|latidos|uderzen) (?:per|a|por|na) (?:minute|minuto|minute|minut[ey])\b/g, 'bpm'],
  [/\b(?:per|a|por|na) (?:minute|minuto)\b/g, 'bpm'],
  [/\bpor ciento\b/g, 'porciento'],
  [/''/g, '"'],
  [/\b(?:degrees?|deg|grados?|stopni[ea]?|stopien)\b|°/g, ' '],
];

/** A folded text with the units of several words made one word, and the degrees (which say nothing alone) left out. */
export function withWholeUnits(folded: string): string {
  let text = folded;
  for (const [pattern, word] of phrases) text = text.replace(pattern, word);
  return text;
}

/** The UCUM code of a unit as people say or write it. */
export function unitSaid(word: string): string | undefined {
  return byWord.get(word);
}

export function minorOf(code: string): string | undefined {
  return measures.get(code)?.minor;
}

/** The UCUM code of a unit a question offers: its own code, else what its label says. */
export function codeOf(unit: Unit): string | undefined {
  if (unit.code !== undefined && measures.has(unit.code)) return unit.code;
  return unit.code ?? byWord.get(plain(unit.label)) ?? byWord.get(unit.label.toLowerCase());
}

/** An amount in another unit of the same dimension, or undefined where there is no such way. */
export function convert(amount: number, from: string, to: string): number | undefined {
  if (from === to) return amount;
  const source = measures.get(from);
  const target = measures.get(to);
  if (!source || !target || source.dimension !== target.dimension) {
    // An ounce of milk is meant by volume.
    return from === '[oz_av]' && target?.dimension === 'volume' ? convert(amount, '[foz_us]', to) : undefined;
  }
  const base = amount * source.factor + (source.offset ?? 0);
  return (base - (target.offset ?? 0)) / target.factor;
}

/** Rounded as a scale or ruler would show it: conversions must not invent precision. */
export function rounded(amount: number): number {
  const places = Math.abs(amount) >= 10 ? 10 : 100;
  return Math.round(amount * places) / places;
}
