import * as z from 'zod/mini';
import { type NamedPayer, payerKinds } from '../domain/requirements/payer.ts';
import payers from './payers.json' with { type: 'json' };

const known = z
  .array(
    z.strictObject({
      key: z.string().check(
        z.regex(/^[a-z][a-z0-9-]{1,40}$/),
        z.refine((key) => !payerKinds.some((kind) => kind === key)),
      ),
      name: z.string().check(z.minLength(1)),
      references: z.array(z.string().check(z.regex(/^Organization\/\S+$/))),
      identifiers: z.array(z.string().check(z.regex(/^\S*\|\S+$/))),
      names: z.array(z.string().check(z.minLength(1))),
    }),
  )
  .parse(payers);

/** The payers of the clinic's list, as staff call them. */
export const payerNames: Readonly<Record<string, string>> = Object.fromEntries(
  known.map(({ key, name }) => [key, name]),
);

/**
 * The key of a payer of the clinic's list, however a chart names it: by the Organization's id, by an identifier, by its name in any case.
 * Undefined for any other.
 */
export function payerOf({ reference, identifiers, names }: NamedPayer): string | undefined {
  const folded = names.map(fold);
  return known.find(
    (payer) =>
      (reference !== undefined && payer.references.includes(reference)) ||
      payer.identifiers.some((identifier) => identifiers.includes(identifier)) ||
      [payer.name, ...payer.names].some((name) => folded.includes(fold(name))),
  )?.key;
}

function fold(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}
