import { createServer, type Server } from 'node:http';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { createCarrier } from '../../local/carrier/carrier.ts';
import { createEhr } from '../../local/ehr/ehr.ts';
import { users } from '../../local/seed/clinic.ts';
import { seedResources } from '../../local/seed/seed.ts';
import type { Deployed } from './deployed.ts';

export interface StandIns {
  /** Follows what the EHR holds and keeps our Subscriptions, as the schedule would. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** The carrier and the EHR where the deployed functions expect them, on the wall clock, and the key set of the chart's calls. */
export async function startStandIns(on: Deployed): Promise<StandIns> {
  const clock = { now: () => new Date() };
  const carrier = await createCarrier({ port: portOf(on.carrierUrl), clock, ...on.twilio, apiUrl: () => on.apiUrl });
  const ehr = await createEhr({
    port: portOf(on.ehrUrl),
    clock,
    seed: seedResources(),
    notification: on.notification,
    clients: [
      {
        clientId: on.ehr.clientId,
        jwks: { keys: [{ kty: 'EC', ...on.ehr.publicJwk }] },
        redirectUris: [`${on.apiUrl}/staff/signed-in`],
      },
    ],
    users,
    cdsHooks: { issuer: on.cds.issuer, privateJwk: { kty: 'EC', ...on.ehr.privateJwk } },
    cdsServicesUrl: () => `${on.apiUrl}/cds-services`,
  });
  const keys = await serveKeys(on);
  const lambda = new LambdaClient({});
  return {
    sweep: async () => {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      const sweeper = Functions.find(({ FunctionName = '' }) => /clinic-?swept/i.test(FunctionName))?.FunctionName;
      const invoked = await lambda.send(new InvokeCommand({ FunctionName: sweeper, Payload: '{}' }));
      if (invoked.FunctionError !== undefined) throw new Error(`The sweep failed: ${invoked.FunctionError}`);
    },
    close: async () => {
      lambda.destroy();
      await Promise.all([carrier.close(), ehr.close(), new Promise((resolve) => keys.close(resolve))]);
    },
  };
}

function serveKeys(on: Deployed): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [on.ehr.publicJwk] }));
  });
  return new Promise((resolve) => server.listen(portOf(on.cds.jwksUrl), '127.0.0.1', () => resolve(server)));
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
