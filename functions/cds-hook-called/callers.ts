import * as z from 'zod/mini';
import { Fault } from '../../domain/errors/errors.ts';
import { variables } from '../function-spec.ts';

const given = variables['cds-issuers'];
const issuers = z.array(z.object({ issuer: z.string().check(z.minLength(1)), jwksUrl: z.url() }));
const origins = z.array(z.url());

/** The EHRs that may call, from the variable's text. Throws CONFIGURATION_MISSING where it does not say. */
export function issuersIn(text: string): readonly { readonly issuer: string; readonly jwksUrl: string }[] {
  return listIn(given.issuers, issuers, text);
}

/** The web origins that may call from a browser. */
export function corsOriginsIn(text: string): readonly string[] {
  return listIn(given.origins, origins, text);
}

function listIn<T>(variable: string, schema: z.ZodMiniType<T>, text: string): T {
  const result = schema.safeParse(parsed(text));
  if (result.success) return result.data;
  throw new Fault('CONFIGURATION_MISSING', `${variable} is not the JSON list that it should be.`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
