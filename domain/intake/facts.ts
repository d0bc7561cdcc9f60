import type { Answer } from './answer.ts';
import type { Fact } from './fact.ts';
import type { Intake, Question } from './intake.ts';
import { sameValue, type Value } from './value.ts';

/** How long an answer may be used again; the clinic's content says. */
export interface FactPolicy {
  readonly defaultDays: number;
  /** "I don't know" and "I'd rather not say". */
  readonly absentDays: number;
  readonly byKey: Readonly<Record<string, { readonly days?: number; readonly confirm?: boolean }>>;
}

/** The keys under which a question's answer may be known: its codes, or without a code its canonical and linkId. */
export function factKeys(intake: Intake, question: Question): readonly string[] {
  const coded = question.codes.flatMap((coding) =>
    coding.code === undefined ? [] : [`${coding.system ?? ''}|${coding.code}`],
  );
  return coded.length > 0 ? coded : [`${intake.canonical}#${question.linkId}`];
}

/** The facts that an answer becomes. An answer that was itself taken from a fact does not renew it. */
export function factsFrom(
  intake: Intake,
  question: Question,
  answer: Answer,
  now: Date,
  policy: FactPolicy,
): readonly Fact[] {
  if (answer.provenance.source === 'fact') return [];
  return factKeys(intake, question).map((key) => {
    const days = answer.absent === undefined ? (policy.byKey[key]?.days ?? policy.defaultDays) : policy.absentDays;
    const validUntil = new Date(now.getTime() + days * 86_400_000).toISOString();
    return {
      key,
      values: answer.values,
      ...(answer.absent === undefined ? {} : { absent: answer.absent }),
      provenance: answer.provenance,
      validUntil,
    };
  });
}

/** A fact that still answers this question, and whether content wants it confirmed. */
export function factFor(
  intake: Intake,
  question: Question,
  facts: Readonly<Record<string, Fact>>,
  now: Date,
  policy: FactPolicy,
): { readonly fact: Fact; readonly confirm: boolean } | undefined {
  for (const key of factKeys(intake, question)) {
    const fact = facts[key];
    if (fact === undefined || Date.parse(fact.validUntil) <= now.getTime()) continue;
    if (!fact.values.every((value) => fits(value, question)) || (!question.repeats && fact.values.length > 1)) continue;
    return { fact, confirm: policy.byKey[key]?.confirm === true };
  }
  return undefined;
}

const kindOf: Record<Question['type'], readonly Value['kind'][]> = {
  boolean: ['boolean'],
  decimal: ['decimal', 'integer'],
  integer: ['integer'],
  date: ['date'],
  dateTime: ['dateTime'],
  time: ['time'],
  string: ['string'],
  text: ['string'],
  url: ['uri'],
  choice: ['coding', 'string', 'integer', 'date', 'time', 'reference'],
  'open-choice': ['coding', 'string', 'integer', 'date', 'time', 'reference'],
  quantity: ['quantity'],
  attachment: ['attachment'],
  reference: ['reference'],
};

/** Whether a value given elsewhere could be an answer to this question. */
function fits(value: Value, question: Question): boolean {
  if (!kindOf[question.type].includes(value.kind)) return false;
  if (question.type === 'choice') return question.options.some((option) => sameValue(option.value, value));
  if (question.type === 'open-choice')
    return value.kind === 'string' || question.options.some((option) => sameValue(option.value, value));
  if (value.kind === 'string') return question.maxLength === undefined || value.value.length <= question.maxLength;
  if (value.kind === 'date' || value.kind === 'dateTime' || value.kind === 'time') {
    const tooEarly = typeof question.min === 'string' && value.value < question.min.slice(0, value.value.length);
    const tooLate = typeof question.max === 'string' && value.value.slice(0, question.max.length) > question.max;
    return !tooEarly && !tooLate;
  }
  if (value.kind === 'quantity' && !isInUnitOf(value, question)) return false;
  if (
    (value.kind === 'integer' || value.kind === 'decimal' || value.kind === 'quantity') &&
    value.value !== undefined
  ) {
    const tooSmall = typeof question.min === 'number' && value.value < question.min;
    const tooLarge = typeof question.max === 'number' && value.value > question.max;
    return !tooSmall && !tooLarge;
  }
  return true;
}

/** Feet do not answer a question for centimetres: conditions and the chart would compare them as they stand. */
function isInUnitOf({ code, unit }: Extract<Value, { kind: 'quantity' }>, { units }: Question): boolean {
  return units.length === 0 || units.some((each) => (code === undefined ? each.label === unit : each.code === code));
}
