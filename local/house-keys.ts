import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const jwk = z.looseObject({ kty: z.string(), kid: z.string(), alg: z.literal('ES384'), d: z.string() });
const shape = z.object({
  twilio: z.object({ accountSid: z.string(), authToken: z.string() }),
  notification: z.object({ header: z.string(), secret: z.string() }),
  sealKey: z.string(),
  phoneKey: z.string(),
  ehrClient: jwk,
  cdsHooks: jwk,
});

/** The secrets of one local house: made once, kept with its data, worth nothing anywhere else. */
export type HouseKeys = z.infer<typeof shape>;

export function houseKeys(file: string): HouseKeys {
  if (existsSync(file)) return shape.parse(JSON.parse(readFileSync(file, 'utf8')));
  const keys: HouseKeys = {
    twilio: { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: randomBytes(16).toString('hex') },
    notification: { header: 'x-ehr-secret', secret: randomBytes(24).toString('base64url') },
    sealKey: randomBytes(32).toString('base64'),
    phoneKey: randomBytes(32).toString('base64'),
    ehrClient: newKey('told-once-client'),
    cdsHooks: newKey('ehr-cds'),
  };
  const next = `${file}.${process.pid}`;
  writeFileSync(next, JSON.stringify(keys), { mode: 0o600 });
  renameSync(next, file);
  return keys;
}

function newKey(kid: string): HouseKeys['cdsHooks'] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return jwk.parse({ ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES384' });
}

/** The public half of a key, for whoever checks its signatures. */
export function publicHalf({ kty, kid, alg, crv, x, y }: HouseKeys['cdsHooks']): {
  readonly kty: string;
  readonly kid: string;
  readonly alg: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
} {
  return { kty, kid, alg, crv: String(crv), x: String(x), y: String(y) };
}
