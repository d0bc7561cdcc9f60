import * as z from 'zod';

const deployedSchema = z.object({
  /** Where the API answers; also what functions hold for their public address. */
  apiUrl: z.url(),
  /** MiniStack itself. */
  endpoint: z.url(),
  tableName: z.string(),
  mediaBucket: z.string(),
  busName: z.string(),
  /** Names of the two stacks. */
  stacks: z.object({ stateful: z.string(), stateless: z.string() }),
  /** Where the functions expect the stand-ins: start them on these addresses before sending anything. */
  carrierUrl: z.url(),
  ehrUrl: z.url(),
  twilio: z.object({ accountSid: z.string(), authToken: z.string(), number: z.string() }),
  ehr: z.object({
    clientId: z.string(),
    privateJwk: z.record(z.string(), z.unknown()),
    publicJwk: z.record(z.string(), z.unknown()),
  }),
  notification: z.object({ header: z.string(), secret: z.string() }),
  houseKeys: z.object({ sealKey: z.string(), phoneKey: z.string() }),
  /** The key set the functions fetch CDS clients' keys from: start something that serves it. */
  cds: z.object({ issuer: z.string(), jwksUrl: z.url() }),
  tenant: z.string(),
  /** Where the functions read by how much their clock is ahead. */
  clockFile: z.string(),
});

/** What is deployed, and the secrets that were put. */
export type Deployed = z.infer<typeof deployedSchema>;

export const deployedVariable = 'TOLD_ONCE_DEPLOYED';

/** What `npm run test:aws` deployed for the tests that it runs. */
export function deployed(): Deployed {
  const text = process.env[deployedVariable];
  if (text === undefined) throw new Error('Nothing is deployed: these tests are run by `npm run test:aws`');
  return deployedSchema.parse(JSON.parse(text));
}
