import { Fault } from '../domain/errors/errors.ts';
import { type FunctionSpec, type Need, variables } from './function-spec.ts';

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of the variables that these needs bring, under the names of `variables`. */
export type Configuration<Needs extends Need> = {
  readonly [Name in Needs | 'always']: {
    readonly [Key in keyof (typeof variables)[Name]]: Key extends 'apiUrl' ? string | undefined : string;
  };
};

/** May be absent: then it is Twilio itself that is called. */
const optional: ReadonlySet<string> = new Set([variables.twilio.apiUrl]);

/**
 * What CDK gave a function: the variables of its declared needs and no other, so that a container cannot read what its grants do not cover.
 * @throws Fault CONFIGURATION_MISSING that names every variable that is missing or empty.
 */
export function configurationOf<const Spec extends Pick<FunctionSpec, 'name' | 'needs'>>(
  spec: Spec,
  environment: Environment,
): Configuration<Spec['needs'][number]> {
  const missing: string[] = [];
  const given = (variable: string): string | undefined => {
    const value = environment[variable]?.trim() ?? '';
    if (value !== '') return value;
    if (!optional.has(variable)) missing.push(variable);
    return undefined;
  };
  const names: readonly (Need | 'always')[] = ['always', ...spec.needs];
  const values = names.map((name) => [
    name,
    Object.fromEntries(Object.entries(variables[name]).map(([key, variable]) => [key, given(variable)])),
  ]);
  if (missing.length > 0)
    throw new Fault('CONFIGURATION_MISSING', `${spec.name} cannot start without ${missing.join(', ')}.`);
  return Object.fromEntries(values) as Configuration<Spec['needs'][number]>;
}
