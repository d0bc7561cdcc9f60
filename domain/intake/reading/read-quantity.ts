import type { Question, Unit } from '../intake.ts';
import type { Value } from '../value.ts';
import { isFiller } from './filler.ts';
import { type Piece, readPieces } from './numbers.ts';
import { boundsItsNumber, isPressure, keypadDecimal, numbersIn, outOfRange, withoutHomophones } from './read-number.ts';
import type { Reading, ReadingContext } from './reading.ts';
import { codeOf, convert, minorOf, rounded, unitSaid, withWholeUnits } from './units.ts';

const ucum = 'http://unitsofmeasure.org';

/** Amounts said together as one ("5 foot 4"): the unit is that of the first part. */
interface Amount {
  readonly values: readonly number[];
  readonly unit?: string;
  /** A word directly after the number that is no unit we know. */
  readonly strange?: string;
}

/** An amount with its unit, converted to one the question offers; a bare number is in the first unit offered. */
export function readQuantity(folded: string, question: Question, context: ReadingContext): Reading {
  const text = withWholeUnits(withoutHomophones(folded, context));
  const pieces = readPieces(context.via === 'keypad' ? keypadDecimal(text) : text, {
    language: context.language,
    spokenHundreds: true,
  });
  const amounts = amountsIn(pieces, question);
  const first = amounts[0];
  if (!first || boundsItsNumber(text)) return { is: 'unreadable', why: 'not-understood' };
  const { joined } = numbersIn(pieces);
  const second = amounts[1];
  if (second && amounts.length === 2 && isPressure(joined, first.values, second.values)) {
    const reading = read({ ...second, values: first.values }, question);
    const also = read(second, question, true);
    return reading.is === 'values' && also.is === 'values' ? { ...reading, also: also.values } : reading;
  }
  if (second && joined !== 'or' && question.repeats) return all(amounts, question);
  if (second) return between(amounts, question);
  return read(first, question);
}

function amountsIn(pieces: readonly Piece[], question: Question): Amount[] {
  const amounts: Amount[] = [];
  let at = 0;
  while (at < pieces.length) {
    const piece = pieces[at];
    if (piece?.is !== 'number') {
      at += 1;
      continue;
    }
    const unit = unitAt(pieces, at + 1, question);
    let values = piece.values;
    at += unit.width + 1;
    if (unit.code === undefined) {
      amounts.push(unit.strange === undefined ? { values } : { values, strange: unit.strange });
      continue;
    }
    // "5 ft 4 in", "5 foot 4", "2 hours and 30 minutes".
    let major = unit.code;
    for (;;) {
      const skip = isJoin(pieces[at]) ? 1 : 0;
      const next = pieces[at + skip];
      if (next?.is !== 'number') break;
      const after = unitAt(pieces, at + skip + 1, question);
      const minor = after.code ?? (after.strange === undefined ? minorOf(major) : undefined);
      const ratio = minor === undefined || minor === major ? undefined : convert(1, minor, major);
      if (ratio === undefined || ratio >= 1 || (skip === 1 && after.code === undefined)) break;
      values = values.map((value) => value + (next.values[0] ?? 0) * ratio);
      major = unit.code;
      at += skip + after.width + 1;
    }
    amounts.push({ values, unit: unit.code });
  }
  return amounts;
}

function isJoin(piece: Piece | undefined): boolean {
  return piece !== undefined && piece.is !== 'number' && ['and', 'y', 'i', ',', 'con', '&'].includes(piece.text);
}

const notUnits = new Set(
  'or o lub albo and y i to a do over sobre na por - / , . ! ? ; : ) ( years old times'.split(' '),
);

function unitAt(
  pieces: readonly Piece[],
  at: number,
  question: Question,
): { code?: string; strange?: string; width: number } {
  const piece = pieces[at];
  if (!piece || piece.is === 'number') return { width: 0 };
  // "half an hour", "a couple of days".
  const article = ['a', 'an', 'of', 'de'].includes(piece.text) ? 1 : 0;
  const word = pieces[at + article];
  if (word && word.is !== 'number') {
    const labelled = question.units.find((unit) => unit.label.toLowerCase() === word.text);
    const code =
      (labelled && (codeOf(labelled) ?? labelled.label)) ??
      unitSaid(word.text) ??
      unitSaid(word.text.replace(/\.$/, ''));
    if (code !== undefined) {
      const dot = pieces[at + article + 1];
      return { code, width: article + (dot?.is === 'mark' && dot.text === '.' ? 2 : 1) };
    }
  }
  if (piece.is === 'word' && !isFiller(piece.text) && !notUnits.has(piece.text))
    return { strange: piece.text, width: 0 };
  return { width: 0 };
}

function all(amounts: readonly Amount[], question: Question): Reading {
  const values: Value[] = [];
  for (const amount of amounts) {
    const one = read(amount, question);
    if (one.is !== 'values') return one;
    values.push(...one.values);
  }
  return { is: 'values', values };
}

/** "3 or 4 kg": the unit said once is meant for both. */
function between(amounts: readonly Amount[], question: Question): Reading {
  const unit = amounts.find((amount) => amount.unit !== undefined)?.unit;
  const readings = amounts.flatMap((amount) =>
    amount.values.map((value) =>
      read(unit === undefined || amount.unit ? { ...amount, values: [value] } : { values: [value], unit }, question),
    ),
  );
  const good = readings.filter((reading) => reading.is === 'values');
  const only = good[0];
  if (good.length === 1 && only) return only;
  if (good.length > 1 && good.length <= 6) return { is: 'ambiguous', choices: good.map(({ values }) => ({ values })) };
  return readings[0] ?? { is: 'unreadable', why: 'not-understood' };
}

function read(amount: Amount, question: Question, unbounded = false): Reading {
  if (amount.values.length > 1)
    return between(
      amount.values.map((value) => ({ ...amount, values: [value] })),
      question,
    );
  const number = amount.values[0];
  if (number === undefined || !Number.isFinite(number) || Math.abs(number) > 1e12)
    return { is: 'unreadable', why: 'not-understood' };
  if (amount.strange !== undefined) return unknownUnit(question);
  if (amount.unit === undefined) return bare(number, question, unbounded);
  const placed = place(number, amount.unit, question.units);
  if (!placed) return unknownUnit(question);
  return accept(placed.value, placed.unit, question, unbounded);
}

function unknownUnit(question: Question): Reading {
  const limit = question.units.map((unit) => unit.label).join(', ');
  return limit === '' ? { is: 'unreadable', why: 'unknown-unit' } : { is: 'unreadable', why: 'unknown-unit', limit };
}

/** A bare number is in the first unit; where only another offered unit keeps it in bounds, that one is near. */
function bare(number: number, question: Question, unbounded: boolean): Reading {
  const first = accept(number, question.units[0], question, unbounded);
  if (first.is === 'values') return first;
  const others = question.units.slice(1).flatMap((unit) => {
    const other = accept(number, unit, question, unbounded);
    return other.is === 'values' ? [other] : [];
  });
  const only = others[0];
  return others.length === 1 && only ? { ...only, near: true } : first;
}

function place(number: number, code: string, units: readonly Unit[]): { value: number; unit: Unit } | undefined {
  if (units.length === 0) return { value: rounded(number), unit: { label: code, system: ucum, code } };
  const same = units.find((unit) => codeOf(unit) === code || unit.label === code);
  if (same) return { value: Number(number.toPrecision(12)), unit: same };
  for (const unit of units) {
    const target = codeOf(unit);
    const value = target === undefined ? undefined : convert(number, code, target);
    if (value !== undefined) return { value: rounded(value), unit };
  }
  return undefined;
}

/** Bounds are in the first unit offered. */
function accept(value: number, unit: Unit | undefined, question: Question, unbounded: boolean): Reading {
  const code = unit && codeOf(unit);
  const first = question.units[0] && codeOf(question.units[0]);
  const compared = code === undefined || first === undefined ? value : (convert(value, code, first) ?? value);
  const limit = unbounded ? undefined : outOfRange(compared, question);
  if (limit !== undefined)
    return {
      is: 'unreadable',
      why: 'out-of-range',
      limit: unit && question.units[0] ? `${limit} ${question.units[0].label}` : limit,
    };
  return {
    is: 'values',
    values: [
      {
        kind: 'quantity',
        value: value === 0 ? 0 : value,
        ...(unit && { unit: unit.label }),
        ...(unit?.system !== undefined && { system: unit.system }),
        ...(unit?.code !== undefined && { code: unit.code }),
      },
    ],
  };
}
