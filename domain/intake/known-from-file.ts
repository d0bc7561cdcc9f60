import type { FileEntry } from '../story/story.ts';
import type { Intake, Item, Question } from './intake.ts';
import type { Value } from './value.ts';

const loinc = 'http://loinc.org|';

/**
 * Which question asks for what registration keeps on file. Only what is on file as it would be answered: a full name answers for the
 * name, not for its parts.
 * @see https://loinc.org
 */
const askedFor: Readonly<Record<string, 'name' | 'birth-date' | 'address' | 'phone' | 'coverage'>> = {
  [`${loinc}54125-0`]: 'name',
  [`${loinc}21112-8`]: 'birth-date',
  [`${loinc}56799-0`]: 'address',
  [`${loinc}42077-8`]: 'phone',
  [`${loinc}76437-3`]: 'coverage',
};

/**
 * The intake with what staff have confirmed with the patient as the first values of the questions that ask for it: they are confirmed in
 * one turn, not asked anew. What nobody has confirmed, what the questionnaire itself fills in, and what would not fit stays a question.
 */
export function withWhatIsOnFile(intake: Intake, onFile: readonly FileEntry[]): Intake {
  const confirmed = onFile.filter((entry) => entry.confirmed !== undefined);
  if (confirmed.length === 0) return intake;
  return { ...intake, items: intake.items.map((item) => known(item, confirmed)) };
}

function known(item: Item, confirmed: readonly FileEntry[]): Item {
  if (item.kind === 'display' || (item.kind === 'group' && item.repeats)) return item;
  const items = item.items.map((child) => known(child, confirmed));
  return item.kind === 'group' ? { ...item, items } : { ...withValue(item, confirmed), items };
}

function withValue(question: Question, confirmed: readonly FileEntry[]): Question {
  const { initial, initialExpression, calculated, hidden, readOnly, codes } = question;
  if (initial.length > 0 || initialExpression !== undefined || calculated !== undefined || hidden || readOnly)
    return question;
  const [wanted] = codes.flatMap(({ system, code }) => askedFor[`${system ?? ''}|${code ?? ''}`] ?? []);
  const value = wanted === undefined ? undefined : answerFrom(wanted, question, confirmed);
  return value === undefined ? question : { ...question, initial: [value], initialFromChart: true };
}

function answerFrom(wanted: string, { type, maxLength }: Question, confirmed: readonly FileEntry[]): Value | undefined {
  const said = confirmed
    .filter(({ key }) => key === wanted || key.startsWith(`${wanted}/`))
    .map(({ value }) => value)
    .join('; ');
  if (said === '') return undefined;
  if (type === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(said) ? { kind: 'date', value: said } : undefined;
  if (type !== 'string' && type !== 'text') return undefined;
  return maxLength !== undefined && said.length > maxLength ? undefined : { kind: 'string', value: said };
}
