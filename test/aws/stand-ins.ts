import { createServer, type Server } from 'node:http';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { Temporal } from 'temporal-polyfill';
import { createCarrier } from '../../local/carrier/carrier.ts';
import { afterDuration } from '../../local/console/moving-the-clock.ts';
import { createEhr } from '../../local/ehr/ehr.ts';
import type { ClockHands } from '../../local/hands/clock.ts';
import { users } from '../../local/seed/clinic.ts';
import { seedResources } from '../../local/seed/seed.ts';
import { createSimulatedClock, type SimulatedClock } from '../../local/simulated-clock.ts';
import { type CloudWork, watchCloud } from './cloud-work.ts';
import type { Deployed } from './deployed.ts';

export interface StandIns {
  readonly clock: ClockHands;
  readonly cloud: CloudWork;
  /** Follows what the EHR holds and keeps our Subscriptions, as the schedule would. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** The carrier and the EHR where the deployed functions expect them, on the functions' clock, and the key set of the chart's calls. */
export async function startStandIns(on: Deployed): Promise<StandIns> {
  const clock = createSimulatedClock(on.clockFile);
  const carrier = await createCarrier({ port: portOf(on.carrierUrl), clock, ...on.twilio, apiUrl: () => on.apiUrl });
  const ehr = await createEhr({
    port: portOf(on.ehrUrl),
    clock,
    wallTime: () => clock.now().getTime(),
    seed: seedResources(clock.now()),
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
  const others = [carrier.settling, ehr.settling];
  const cloud = await watchCloud(on, { now: clock.now, othersBusy: () => others.some((part) => part.busy()) });
  for (const part of [...others, cloud]) clock.watch(part);
  const sweep = async (): Promise<void> => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const sweeper = Functions.find(({ FunctionName = '' }) => /clinic-?swept/i.test(FunctionName))?.FunctionName;
    const invoked = await lambda.send(new InvokeCommand({ FunctionName: sweeper, Payload: '{}' }));
    if (invoked.FunctionError !== undefined)
      throw new Error(`The sweep failed: ${invoked.Payload?.transformToString() ?? invoked.FunctionError}`);
  };
  return {
    cloud,
    clock: handsOf(clock, cloud, sweep),
    sweep,
    close: async () => {
      lambda.destroy();
      await cloud.close();
      await Promise.all([carrier.close(), ehr.close(), new Promise((resolve) => keys.close(resolve))]);
    },
  };
}

/** Every move ends with a sweep if there was none for a day: our Subscriptions in the EHR would lapse. */
function handsOf(clock: SimulatedClock, cloud: CloudWork, sweep: () => Promise<void>): ClockHands {
  let swept = clock.now().getTime();
  const moveTo = async (target: Date): Promise<void> => {
    cloud.suspect();
    await clock.moveTo(target);
    // The clock waits for two minutes at most, and goes on: what is still under way then would be taken for done.
    if (cloud.busy()) throw new Error('Something in the stack is not done with yet.');
    if (clock.now().getTime() - swept < 86_400_000) return;
    swept = clock.now().getTime();
    await sweep();
    cloud.suspect();
    await clock.settle();
  };
  return {
    now: async () => Temporal.Instant.fromEpochMilliseconds(clock.now().getTime()),
    moveTo: (instant) => moveTo(new Date(instant.epochMilliseconds)),
    advance: (duration) => moveTo(afterDuration(clock.now(), duration)),
    settle: () => moveTo(clock.now()),
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
