import * as z from 'zod/mini';
import { Fault } from '../domain/errors/errors.ts';
import { type Need, variables } from './function-spec.ts';

/** What each secret holds, by the need that brings it; docs/deploy.md tells operators the same. */
interface Secrets {
  readonly twilio: {
    readonly accountSid: string;
    readonly authToken: string;
    /** Calls come from it, and texts as well where no Messaging Service is named. */
    readonly number: string;
    readonly messagingServiceSid?: string | undefined;
  };
  readonly ehr: {
    readonly clientId: string;
    readonly privateJwk: {
      readonly kty: string;
      readonly kid: string;
      readonly alg: 'ES384' | 'RS384';
      readonly d: string;
      readonly [parameter: string]: unknown;
    };
  };
  /** Whether they are long enough is judged by whoever derives keys from them. */
  readonly 'house-keys': { readonly sealKey: Uint8Array; readonly phoneKey: Uint8Array };
  readonly 'notification-secret': { readonly header: string; readonly secret: string };
}
type SecretNeed = keyof Secrets & Need;

const text = z.string().check(z.refine((value) => value.trim() !== ''));
const base64 = z.pipe(
  text,
  z.transform((value: string): Uint8Array => Buffer.from(value, 'base64')),
);
const shapes: { readonly [Name in SecretNeed]: z.ZodMiniType<Secrets[Name]> } = {
  twilio: z.object({ accountSid: text, authToken: text, number: text, messagingServiceSid: z.optional(text) }),
  ehr: z.object({
    clientId: text,
    privateJwk: z.looseObject({ kty: text, kid: text, alg: z.enum(['ES384', 'RS384']), d: text }),
  }),
  'house-keys': z.object({ sealKey: base64, phoneKey: base64 }),
  'notification-secret': z.object({ header: text, secret: text }),
};

/** The texts of these secrets, asked for at the same time. A secret that cannot be read is named by the variable that points to it. */
export function secretTexts<Name extends SecretNeed>(
  names: readonly Name[],
  given: Readonly<Record<Name, { readonly secret: string }>>,
  textOf: (id: string) => Promise<string>,
): () => Promise<Readonly<Record<Name, string>>> {
  const read = async (name: Name): Promise<readonly [Name, string]> => {
    try {
      return [name, await textOf(given[name].secret)];
    } catch (error) {
      throw new Fault('CONFIGURATION_MISSING', `The secret of ${variables[name].secret} could not be read.`, {
        cause: error,
      });
    }
  };
  return async () => Object.fromEntries(await Promise.all(names.map(read))) as Record<Name, string>;
}

/** What is in one of them. Throws a Fault CONFIGURATION_MISSING that names variable and field, and quotes nothing. */
export function secretIn<Name extends SecretNeed>(name: Name, texts: Readonly<Record<Name, string>>): Secrets[Name] {
  const shape: z.ZodMiniType<Secrets[Name]> = shapes[name];
  const result = shape.safeParse(parsed(texts[name]));
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join('.') || 'a JSON object');
  throw new Fault('CONFIGURATION_MISSING', `The secret of ${variables[name].secret} lacks ${fields.join(', ')}.`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's message would quote the secret.
    return undefined;
  }
}
