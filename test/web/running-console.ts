import { createCarrier } from '../../local/carrier/carrier.ts';
import { type ConsoleOptions, createConsole } from '../../local/console/console.ts';
import type { FeedEvent } from '../../local/console/feed.ts';
import { afterDuration, ClockRefusal } from '../../local/console/moving-the-clock.ts';
import { createEhr } from '../../local/ehr/ehr.ts';
import { clinic, clinicNumber, users } from '../../local/seed/clinic.ts';
import { seedResources } from '../../local/seed/seed.ts';
import { createSimulator } from '../../local/simulator/simulator.ts';
import { ACCOUNT, type RecordedApi, recordApi, TOKEN } from '../carrier/recorded-api.ts';
import { cdsKey } from '../ehr/running-ehr.ts';

export interface RunningConsole {
  readonly url: string;
  /** Our product's place, for the carrier's webhooks and the EHR's hooks. */
  readonly api: RecordedApi;
  readonly ehr: string;
  readonly carrier: string;
  /** Lets something happen in the story. */
  emit(event: FeedEvent): void;
  /** How often the feed is listened to. */
  listeners(): number;
  close(): Promise<void>;
}

/** Anna's night begins. */
export const NIGHT = new Date('2026-03-02T08:14:00.000Z');

/** The console before the real carrier and the real EHR, with the seeded clinic; only the product itself is played. */
export async function startConsole(changes: Partial<ConsoleOptions> = {}): Promise<RunningConsole> {
  let offset = NIGHT.getTime() - Date.now();
  const now = (): Date => new Date(Date.now() + offset);
  const api = await recordApi();
  const carrier = await createCarrier({
    clock: { now },
    accountSid: ACCOUNT,
    authToken: TOKEN,
    number: clinicNumber,
    apiUrl: () => api.url,
  });
  const ehr = await createEhr({
    clock: { now },
    seed: seedResources(),
    notification: { header: 'x-told-once', secret: 'a-secret-for-tests' },
    clients: [],
    users,
    cdsHooks: { issuer: 'https://ehr.example', privateJwk: cdsKey.privateJwk },
    cdsServicesUrl: () => `${api.url}/cds-services`,
  });
  const listening = new Set<(event: FeedEvent) => void>();
  const console = await createConsole({
    clock: {
      now,
      async advance(duration) {
        offset += afterDuration(now(), duration).getTime() - now().getTime();
      },
      async set(to) {
        if (to.getTime() < now().getTime() - 1000) throw new ClockRefusal('The clock only goes forward.');
        offset = to.getTime() - Date.now();
      },
    },
    endpoints: () => ({
      api: api.url,
      ehr: ehr.url,
      carrier: carrier.url,
      number: clinicNumber,
      people: { desk: clinic.desk, onCall: clinic.onCall },
      clinic: { name: clinic.name, timeZone: clinic.timeZone },
    }),
    feed(listener) {
      listening.add(listener);
      return () => listening.delete(listener);
    },
    operator: async () => ({ is: 'listed', items: [] }),
    story: async (patient) => (patient === 'anna-kowalska' ? { story: { id: patient, version: 3 } } : undefined),
    simulator: (url) => createSimulator(() => ({ ehr: ehr.url, carrier: carrier.url, console: url })),
    ...changes,
  });
  return {
    url: console.url,
    api,
    ehr: ehr.url,
    carrier: carrier.url,
    emit: (event) => {
      for (const listener of listening) listener(event);
    },
    listeners: () => listening.size,
    async close() {
      await console.close();
      await Promise.all([carrier.close(), ehr.close(), api.close()]);
    },
  };
}
