import * as z from 'zod';

/**
 * The parts of a Questionnaire that are read here, as they must look. A resource comes from outside: its type is a promise, this is a check.
 * @see https://hl7.org/fhir/R4/questionnaire.html
 */
const text = z.string().optional();
const flag = z.boolean().optional();
const amount = z.number().optional();

const extensionShape = z.looseObject({
  url: z.string(),
  get extension() {
    return z.array(extensionShape).optional();
  },
  valueBoolean: flag,
  valueInteger: amount,
  valueDecimal: amount,
  valueString: text,
  valueMarkdown: text,
  valueCode: text,
  valueUri: text,
  valueCanonical: text,
  valueDate: text,
  valueDateTime: text,
  valueTime: text,
  get valueCoding() {
    return codingShape.optional();
  },
  get valueCodeableConcept() {
    return z.looseObject({ coding: z.array(codingShape).optional(), text }).optional();
  },
  get valueQuantity() {
    return quantityShape.optional();
  },
  valueExpression: z.looseObject({ language: text, expression: text, name: text }).optional(),
});
export type ExtensionShape = z.infer<typeof extensionShape>;

const extensions = z.array(extensionShape).optional();
const primitive = z.looseObject({ extension: extensions }).nullish();
export type PrimitiveShape = z.infer<typeof primitive>;

const codingShape = z.looseObject({
  system: text,
  code: text,
  display: text,
  _display: primitive,
  get extension() {
    return z.array(extensionShape).optional();
  },
});
export type CodingShape = z.infer<typeof codingShape>;

const quantityShape = z.looseObject({ value: amount, unit: text, system: text, code: text });
const referenceShape = z.looseObject({ reference: text, display: text });
const attachmentShape = z.looseObject({ url: text, contentType: text });

/** Every value[x] that a question, an option or a condition may carry. */
const values = {
  valueBoolean: flag,
  valueDecimal: amount,
  valueInteger: amount,
  valueDate: text,
  valueDateTime: text,
  valueTime: text,
  valueString: text,
  valueUri: text,
  valueCoding: codingShape.optional(),
  valueQuantity: quantityShape.optional(),
  valueReference: referenceShape.optional(),
  valueAttachment: attachmentShape.optional(),
};
const valueShape = z.looseObject(values);
export type ValueShape = z.infer<typeof valueShape>;

const optionShape = z.looseObject({
  ...values,
  _valueString: primitive,
  initialSelected: flag,
  extension: extensions,
  modifierExtension: extensions,
});
export type OptionShape = z.infer<typeof optionShape>;

const conditionShape = z.looseObject({
  question: text,
  operator: text,
  answerBoolean: flag,
  answerDecimal: amount,
  answerInteger: amount,
  answerDate: text,
  answerDateTime: text,
  answerTime: text,
  answerString: text,
  answerCoding: codingShape.optional(),
  answerQuantity: quantityShape.optional(),
  answerReference: referenceShape.optional(),
  modifierExtension: extensions,
});
export type ConditionShape = z.infer<typeof conditionShape>;

const itemShape = z.looseObject({
  linkId: text,
  code: z.array(codingShape).optional(),
  prefix: text,
  text,
  _text: primitive,
  type: text,
  enableWhen: z.array(conditionShape).optional(),
  enableBehavior: text,
  required: flag,
  repeats: flag,
  readOnly: flag,
  maxLength: z.int().positive().optional(),
  answerValueSet: text,
  answerOption: z.array(optionShape).optional(),
  initial: z.array(valueShape).optional(),
  extension: extensions,
  modifierExtension: extensions,
  get item() {
    return z.array(itemShape).optional();
  },
});
export type ItemShape = z.infer<typeof itemShape>;

const designation = z.looseObject({ language: text, value: text });
const concept = z.looseObject({
  code: text,
  display: text,
  _display: primitive,
  designation: z.array(designation).optional(),
  extension: extensions,
});
export type ConceptShape = z.infer<typeof concept>;
const include = z.looseObject({
  system: text,
  concept: z.array(concept).optional(),
  filter: z.array(z.unknown()).optional(),
  valueSet: z.array(z.unknown()).optional(),
});
const contains = z.looseObject({
  code: text,
  display: text,
  _display: primitive,
  designation: z.array(designation).optional(),
  extension: extensions,
  system: text,
  abstract: flag,
  inactive: flag,
  get contains() {
    return z.array(contains).optional();
  },
});
export type ContainsShape = z.infer<typeof contains>;
export const valueSetShape = z.looseObject({
  resourceType: z.literal('ValueSet'),
  id: text,
  compose: z.looseObject({ include: z.array(include).optional(), exclude: z.array(include).optional() }).optional(),
  expansion: z.looseObject({ total: amount, offset: amount, contains: z.array(contains).optional() }).optional(),
});
export type ValueSetShape = z.infer<typeof valueSetShape>;

export const questionnaireShape = z.looseObject({
  resourceType: z.literal('Questionnaire'),
  id: text,
  meta: z.looseObject({ versionId: text }).optional(),
  url: text,
  version: text,
  name: text,
  title: text,
  _title: primitive,
  code: z.array(codingShape).optional(),
  status: text,
  subjectType: z.array(z.string()).optional(),
  contained: z.array(z.looseObject({ resourceType: text, id: text })).optional(),
  extension: extensions,
  modifierExtension: extensions,
  item: z.array(itemShape).optional(),
});
export type QuestionnaireShape = z.infer<typeof questionnaireShape>;
