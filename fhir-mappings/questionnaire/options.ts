import type { Text } from '../../domain/guidance/language.ts';
import type { Option } from '../../domain/intake/intake.ts';
import { sameValue, type Value } from '../../domain/intake/value.ts';
import { present } from '../present.ts';
import { extensionOf, urls } from './extensions.ts';
import type { Refusal } from './refusal.ts';
import type { ItemShape, OptionShape } from './shape.ts';
import { optionsOf, scoreOf, type ValueSets } from './value-sets.ts';
import { carriedValue, wellFormed } from './values.ts';
import { textOf } from './words.ts';

/** More than this nobody reads on a phone, in a text or aloud. */
export const mostOptions = 100;

export interface Offered {
  readonly options: readonly Option[];
  /** Those with initialSelected. */
  readonly selected: readonly Value[];
}

/** The options of a choice in the order of the author; refusals go to `refuse`. */
export function offeredBy(
  item: ItemShape,
  valueSets: ValueSets,
  refuse: (refusal: Omit<Refusal, 'linkId'>) => void,
): Offered {
  const none: Offered = { options: [], selected: [] };
  const listed = item.answerOption ?? [];
  if (listed.length > 0 && item.answerValueSet !== undefined) {
    refuse({
      code: 'two-option-sources',
      reason: 'It has both options of its own and a value set; only one is allowed.',
    });
    return none;
  }
  let options: readonly Option[];
  if (item.answerValueSet !== undefined) {
    const valueSet = valueSets.find(item.answerValueSet);
    const expanded = valueSet && optionsOf(valueSet);
    if (expanded === undefined) {
      refuse({
        code: 'value-set-not-expanded',
        reason: `Its answers come from the value set ${item.answerValueSet}, which could not be expanded.`,
      });
      return none;
    }
    options = expanded;
  } else {
    options = listed.flatMap((option) => listedOption(option) ?? []);
    if (options.length < listed.length) {
      refuse({ code: 'malformed', reason: 'One of its options has no value that can be offered.' });
      return none;
    }
  }
  const distinct = options.filter(
    (option, at) => options.findIndex((other) => sameValue(other.value, option.value)) === at,
  );
  if (distinct.length === 0) {
    refuse({ code: 'no-options', reason: 'It is a choice without anything to choose from.' });
  } else if (distinct.length > mostOptions) {
    refuse({
      code: 'too-many-options',
      reason: `It offers ${distinct.length} options; more than ${mostOptions} cannot be offered by text or on a call.`,
    });
  }
  const wordless = distinct.find(isWordless);
  if (wordless !== undefined) {
    refuse({
      code: 'option-without-words',
      reason: `Its option ${wordless.label.default} has a code but no words that a patient could choose by.`,
    });
  }
  const selected = listed
    .filter((option) => option.initialSelected === true)
    .flatMap((option) => carriedValue(option) ?? []);
  return { options: distinct, selected };
}

function listedOption(option: OptionShape): Option | undefined {
  const value = carriedValue(option);
  if (value === undefined || !wellFormed(value)) return undefined;
  const label = labelOf(option, value);
  if (label === undefined) return undefined;
  const score = scoreOf(option) ?? scoreOf(option.valueCoding);
  return {
    value,
    label,
    exclusive: extensionOf(option, urls.optionExclusive)?.valueBoolean === true,
    ...present({ score }),
  };
}

function labelOf(option: OptionShape, value: Value): Text | undefined {
  switch (value.kind) {
    case 'coding':
      return textOf(option.valueCoding?.display, option.valueCoding?._display) ?? textOf(value.code);
    case 'string':
      return textOf(value.value, option._valueString);
    case 'reference':
      return textOf(value.display);
    default:
      return 'value' in value ? textOf(String(value.value)) : undefined;
  }
}

/** A code such as LA6568-5 or 373066001 in the place of words. */
function isWordless({ value, label }: Option): boolean {
  return (
    value.kind === 'coding' && value.display === undefined && label.default === value.code && /\d{3}/.test(value.code)
  );
}
