import type { Element, Extension, Questionnaire, QuestionnaireItem, QuestionnaireItemEnableWhen } from 'fhir/r4.js';

const answers = 'https://lakeside.example/CodeSystem/transcript-answers';
const sdcUnit = 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption';
const core = 'http://hl7.org/fhir/StructureDefinition';

interface Draft {
  readonly depth: number;
  readonly item: QuestionnaireItem;
}

/**
 * A form as a nurse would jot it down, as a FHIR Questionnaire: `linkId, type, what else: the question / option / option`, children
 * further to the right. What else: required, repeats, hidden, read only, 0 to 10, up to 20 letters, in lb or kg, code 44260-8, any, if other = yes,
 * starts as something. Below a question: `es:` and `pl:` its translations, `help:` a hint.
 */
export function formFrom(lines: readonly string[], id: string): Questionnaire {
  const roots: QuestionnaireItem[] = [];
  const above: Draft[] = [];
  const all = new Map<string, QuestionnaireItem>();
  for (const line of lines) {
    const depth = line.length - line.trimStart().length;
    const below = /^(es|pl|help): (.*)$/.exec(line.trim());
    const last = above.at(-1);
    if (below !== null && last !== undefined) {
      addBelow(last.item, below[1] ?? '', below[2] ?? '');
      continue;
    }
    const read = /^([^:]+): (.*)$/.exec(line.trim());
    const [linkId = '', type = '', ...attributes] = (read?.[1] ?? '').split(', ');
    if (read === null || type === '') throw new Error(`This line of a form is not understood: ${line}`);
    const [text = '', ...options] = (read[2] ?? '').split(' / ');
    const item = itemOf(linkId, type as QuestionnaireItem['type'], text, options);
    for (const attribute of attributes) addAttribute(item, attribute, all);
    all.set(linkId, item);
    while ((above.at(-1)?.depth ?? -1) >= depth) above.pop();
    const parent = above.at(-1)?.item;
    if (parent === undefined) roots.push(item);
    else parent.item = [...(parent.item ?? []), item];
    above.push({ depth, item });
  }
  return {
    resourceType: 'Questionnaire',
    id,
    url: `https://lakeside.example/Questionnaire/${id}`,
    version: '1',
    status: 'active',
    title: 'A few questions',
    item: roots,
  };
}

function itemOf(
  linkId: string,
  type: QuestionnaireItem['type'],
  text: string,
  options: readonly string[],
): QuestionnaireItem {
  return {
    linkId,
    type,
    text,
    ...(options.length === 0 ? {} : { answerOption: options.map((label) => ({ valueCoding: codingOf(label) })) }),
  };
}

const codingOf = (label: string) => ({
  system: answers,
  code: label.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
  display: label,
});

function addBelow(item: QuestionnaireItem, kind: string, words: string): void {
  if (kind === 'help') {
    const control: Extension = {
      url: `${core}/questionnaire-itemControl`,
      valueCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/questionnaire-item-control', code: 'help' }] },
    };
    item.item = [
      ...(item.item ?? []),
      { linkId: `${item.linkId}-help`, type: 'display', text: words, extension: [control] },
    ];
    return;
  }
  const [text = '', ...options] = words.split(' / ');
  item._text = translated(item._text, kind, text);
  for (const [index, label] of options.entries()) {
    const coding = item.answerOption?.[index]?.valueCoding;
    if (coding !== undefined) coding._display = translated(coding._display, kind, label);
  }
}

function translated(before: Element | undefined, lang: string, content: string): { extension: Extension[] } {
  const extension = [
    { url: 'lang', valueCode: lang },
    { url: 'content', valueString: content },
  ];
  return { extension: [...(before?.extension ?? []), { url: `${core}/translation`, extension }] };
}

function addAttribute(item: QuestionnaireItem, attribute: string, all: ReadonlyMap<string, QuestionnaireItem>): void {
  const add = (extension: Extension) => {
    item.extension = [...(item.extension ?? []), extension];
  };
  const range = /^(-?[\d.]+) to (-?[\d.]+)$/.exec(attribute);
  const letters = /^up to (\d+) letters$/.exec(attribute);
  const units = /^in (.+)$/.exec(attribute);
  const code = /^code (\S+)$/.exec(attribute);
  const start = /^starts as (.+)$/.exec(attribute);
  const condition = /^if (\S+) (=|!=|>|<|>=|<=|exists)(?: (.+))?$/.exec(attribute);
  if (attribute === 'required') item.required = true;
  else if (attribute === 'repeats') item.repeats = true;
  else if (attribute === 'read only') item.readOnly = true;
  else if (attribute === 'hidden') add({ url: `${core}/questionnaire-hidden`, valueBoolean: true });
  else if (attribute === 'any') item.enableBehavior = 'any';
  else if (range !== null) {
    for (const [name, value] of [
      ['minValue', range[1]],
      ['maxValue', range[2]],
    ] as const)
      add(
        item.type === 'decimal'
          ? { url: `${core}/${name}`, valueDecimal: Number(value) }
          : { url: `${core}/${name}`, valueInteger: Number(value) },
      );
  } else if (letters !== null) item.maxLength = Number(letters[1]);
  else if (units !== null)
    for (const unit of (units[1] ?? '').split(' or '))
      add({
        url: sdcUnit,
        valueCoding: { system: 'http://unitsofmeasure.org', code: ucum[unit] ?? unit, display: unit },
      });
  else if (code !== null)
    item.code = [{ system: 'http://loinc.org', ...(code[1] === undefined ? {} : { code: code[1] }) }];
  else if (start !== null) item.initial = [initialOf(item, start[1] ?? '')];
  else if (condition !== null) {
    const [, question = '', operator = '=', value = 'yes'] = condition;
    item.enableWhen = [
      ...(item.enableWhen ?? []),
      conditionOn(question, operator as QuestionnaireItemEnableWhen['operator'], value, all.get(question)),
    ];
    if (item.enableWhen.length > 1) item.enableBehavior ??= 'all';
  } else throw new Error(`This is no attribute of a question: ${attribute}`);
}

const ucum: Readonly<Record<string, string>> = { lb: '[lb_av]', in: '[in_i]', 'mm Hg': 'mm[Hg]' };

function initialOf(item: QuestionnaireItem, words: string) {
  if (item.type === 'boolean') return { valueBoolean: words === 'yes' };
  if (item.type === 'integer') return { valueInteger: Number(words) };
  return item.type === 'choice' ? { valueCoding: codingOf(words) } : { valueString: words };
}

function conditionOn(
  question: string,
  operator: QuestionnaireItemEnableWhen['operator'],
  value: string,
  other: QuestionnaireItem | undefined,
): QuestionnaireItemEnableWhen {
  if (operator === 'exists' || other?.type === 'boolean') return { question, operator, answerBoolean: value === 'yes' };
  if (other?.type === 'choice') return { question, operator, answerCoding: codingOf(value) };
  if (other?.type === 'integer') return { question, operator, answerInteger: Number(value) };
  return { question, operator, answerString: value };
}
