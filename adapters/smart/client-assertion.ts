import { importJWK, type JWK, SignJWT } from 'jose';
import { Fault } from '../../domain/errors/errors.ts';

/** A private key as JWK, with the `kid` under which the EHR knows its public half. */
export type ClientKey = JWK & { readonly kid: string; readonly alg: 'ES384' | 'RS384' };

const LIFE_SECONDS = 240;

/**
 * The form fields by which we prove who we are at a token endpoint; each proof is new and holds for four minutes of wall time.
 * @see https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html
 */
export function createClientAssertion(options: {
  readonly clientId: string;
  readonly key: ClientKey;
  readonly wallTime: () => number;
  readonly randomId: () => string;
}): (audience: string) => Promise<Record<string, string>> {
  const { clientId, key } = options;
  if (clientId === '' || key.d === undefined || key.kid === '' || !['ES384', 'RS384'].includes(key.alg)) {
    throw new Fault(
      'CONFIGURATION_MISSING',
      'The EHR client needs an id and a private ES384 or RS384 key with its kid',
    );
  }
  return async (audience) => {
    const now = Math.floor(options.wallTime() / 1000);
    const assertion = await new SignJWT()
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFE_SECONDS)
      .setJti(options.randomId())
      .sign(await importJWK(key, key.alg));
    return {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  };
}
