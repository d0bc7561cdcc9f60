import { isFhirPath } from '../fhirpath-expression.ts';
import { extensionOf, extensionsOf, urls } from './extensions.ts';
import type { ExtensionShape, ItemShape, QuestionnaireShape } from './shape.ts';

/** A named expression that later ones may use as `%name`: an SDC variable, or the population context of a group. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}

export type Found =
  | { readonly is: 'none' }
  | { readonly is: 'expression'; readonly expression: string }
  /** CQL or a FHIR query: nothing that can be run here. */
  | { readonly is: 'other-language' }
  | { readonly is: 'invalid' };

/** The expression in an extension, with the variables in scope written before it. */
export function expressionOf(item: ItemShape, url: string, variables: readonly Variable[]): Found {
  const extension = extensionOf(item, url);
  if (extension === undefined) return { is: 'none' };
  const read = readExpression(extension);
  if (read.is !== 'expression') return read;
  const used = inScope(read.expression, variables);
  if (used.length === 0) return read;
  const defined = used.map(({ name, expression }) => `defineVariable('${name}', ${expression})`).join('.');
  return { is: 'expression', expression: `${defined}.select(${read.expression})` };
}

function readExpression(extension: ExtensionShape): Found {
  const { language = 'text/fhirpath', expression } = extension.valueExpression ?? {
    expression: extension.valueString,
  };
  if (language !== 'text/fhirpath') return { is: 'other-language' };
  if (expression === undefined || !isFhirPath(expression)) return { is: 'invalid' };
  return { is: 'expression', expression };
}

/** Those that an expression names, and those that these name, first things first. */
function inScope(expression: string, variables: readonly Variable[]): readonly Variable[] {
  const mentions = (text: string, name: string) => new RegExp(`%${name}(?![A-Za-z0-9_])`).test(text);
  const kept: Variable[] = [];
  let words = expression;
  for (const variable of variables.toReversed()) {
    if (!mentions(words, variable.name) || kept.some(({ name }) => name === variable.name)) continue;
    kept.unshift(variable);
    words += ` ${variable.expression}`;
  }
  return kept;
}

/** The variables that an element adds. Those in another language are not in scope, so that what uses them finds nothing. */
export function variablesOf(element: ItemShape | QuestionnaireShape, repeats: boolean): readonly Variable[] {
  // A repeating group has one context a round; which round is not known when initial values are looked up.
  const contexts = repeats ? [] : extensionsOf(element, urls.populationContext);
  return [...extensionsOf(element, urls.variable), ...contexts].flatMap((extension) => {
    const name = extension.valueExpression?.name;
    const read = readExpression(extension);
    return name !== undefined && /^[A-Za-z_]\w*$/.test(name) && read.is === 'expression'
      ? [{ name, expression: read.expression }]
      : [];
  });
}
