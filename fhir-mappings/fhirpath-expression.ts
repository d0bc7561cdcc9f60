import { compile, evaluate } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';

/** Whether an expression can be read as FHIRPath. Asked when a questionnaire is published, never at 2 a.m. */
export function isFhirPath(expression: string): boolean {
  if (expression.trim() === '') return false;
  try {
    compile(expression, r4);
    return true;
  } catch {
    return false;
  }
}

export interface Surroundings {
  /** What `%context` and a bare path start from. */
  readonly base: object;
  /** By name without the percent sign. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** ISO instant that now(), today() and timeOfDay() answer with; without it they are unknown. */
  readonly now?: string;
}

/**
 * What an expression finds; undefined where it cannot be evaluated (a variable that nobody gave, a function that needs a server).
 * The data is copied first, because the evaluator notes types on it; `trace()` is silenced, because it prints.
 */
export function evaluateExpression(expression: string, { base, variables, now }: Surroundings): unknown[] | undefined {
  try {
    const found: unknown = evaluate(structuredClone(base), expression, structuredClone(variables), r4, {
      async: false,
      traceFn: () => undefined,
      userInvocationTable: clock(now),
    });
    return Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The evaluator reads the machine's clock; time is handed in here, so its three functions are replaced. */
function clock(now: string | undefined) {
  const [date, time] = (now ?? '').split('T');
  const literal = (text: string) => ({
    fn: () => {
      if (now === undefined) throw new Error('No time was handed in.');
      return evaluate({}, text, {}, r4, { async: false, resolveInternalTypes: false });
    },
    arity: { 0: [] },
    internalStructures: true,
  });
  return {
    now: literal(`@${now}`),
    today: literal(`@${date}`),
    timeOfDay: literal(`@T${(time ?? '').replace(/(Z|[+-]\d\d:\d\d)$/, '')}`),
  };
}
