import type { ExtensionShape } from './shape.ts';

/** The extensions that are read, each under the name its specification gives it. */
export const urls = {
  /** @see https://hl7.org/fhir/R4/extension-translation.html */
  translation: 'http://hl7.org/fhir/StructureDefinition/translation',
  hidden: 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden',
  itemControl: 'http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl',
  displayCategory: 'http://hl7.org/fhir/StructureDefinition/questionnaire-displayCategory',
  usageMode: 'http://hl7.org/fhir/StructureDefinition/questionnaire-usageMode',
  unit: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit',
  unitOption: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
  unitValueSet: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitValueSet',
  optionExclusive: 'http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive',
  maxOccurs: 'http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs',
  ordinalValue: 'http://hl7.org/fhir/StructureDefinition/ordinalValue',
  itemWeight: 'http://hl7.org/fhir/StructureDefinition/itemWeight',
  entryFormat: 'http://hl7.org/fhir/StructureDefinition/entryFormat',
  regex: 'http://hl7.org/fhir/StructureDefinition/regex',
  minValue: 'http://hl7.org/fhir/StructureDefinition/minValue',
  maxValue: 'http://hl7.org/fhir/StructureDefinition/maxValue',
  cqfExpression: 'http://hl7.org/fhir/StructureDefinition/cqf-expression',
  cqfCalculated: 'http://hl7.org/fhir/StructureDefinition/cqf-calculatedValue',
  variable: 'http://hl7.org/fhir/StructureDefinition/variable',
  /** @see https://hl7.org/fhir/uv/sdc/expressions.html */
  minQuantity: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-minQuantity',
  maxQuantity: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-maxQuantity',
  initialExpression: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression',
  calculatedExpression: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression',
  enableWhenExpression: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression',
  optionsToggle: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-answerOptionsToggleExpression',
  populationContext: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemPopulationContext',
} as const;

interface Extended {
  readonly extension?: readonly ExtensionShape[] | undefined;
}

export function extensionsOf(element: Extended | null | undefined, url: string): readonly ExtensionShape[] {
  return element?.extension?.filter((extension) => extension.url === url) ?? [];
}

export function extensionOf(element: Extended | null | undefined, url: string): ExtensionShape | undefined {
  return extensionsOf(element, url)[0];
}

/** The codes of a CodeableConcept extension such as itemControl. */
export function conceptCodes(element: Extended, url: string): readonly string[] {
  return extensionsOf(element, url).flatMap((extension) =>
    (extension.valueCodeableConcept?.coding ?? []).flatMap((coding) => coding.code ?? []),
  );
}
