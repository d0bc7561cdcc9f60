/** The product on embedded adapters in a process of its own, as the load bench drives it. Parameters come as JSON in the first argument. */
import { createJsonLog } from '../../adapters/log/json-log.ts';
import type { Log } from '../../domain/ports/log.ts';
import { houseKeys } from '../../local/house-keys.ts';
import { openProduct } from '../../local/product.ts';
import { clinic, clinicNumber } from '../../local/seed/clinic.ts';

const {
  folder,
  port,
  ehrUrl,
  ehrOrigin,
  carrierUrl,
  perSecond,
  ahead = 0,
} = JSON.parse(process.argv[2] ?? '{}') as {
  folder: string;
  port: number;
  ehrUrl: string;
  ehrOrigin: string;
  carrierUrl: string;
  /** How fast the sender may send, where that is not the clinic's own measure. */
  perSecond?: number;
  /** Milliseconds by which its clock is ahead of the wall's. */
  ahead?: number;
};
const clock = { now: () => new Date(Date.now() + ahead) };
const log = createJsonLog({ write: () => undefined, clock });
/** Events that were followed, by consumer. */
const followed: Record<string, number> = {};
const heard: Log['info'] = (code, data = {}) => {
  const consumer = String(data.consumer);
  if (code === 'EVENT_HANDLED')
    followed[consumer] = (followed[consumer] ?? 0) + Number(data.messages) - Number(data.failed);
  log.info(code, data);
};
const product = await openProduct({
  folder,
  port,
  clock,
  log: { ...log, info: heard },
  clinic: perSecond === undefined ? clinic : { ...clinic, sender: { ...clinic.sender, perSecond } },
  clinicNumber,
  keys: houseKeys(`${folder}/keys.json`),
  publicUrl: `http://127.0.0.1:${port}`,
  carrierUrl,
  ehrUrl,
  cds: { issuer: `${ehrOrigin}/cds-client`, jwksUrl: `${ehrOrigin}/.well-known/jwks.json` },
  ehrClientId: 'told-once',
  corsOrigins: [],
});
const published = new Map<string, number>();
product.onPublished(({ type }) => published.set(type, (published.get(type) ?? 0) + 1));
await product.start();
process.send?.({ ready: true });

let cpu = process.cpuUsage();
process.on('message', (message) => {
  if (message === 'figures') {
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    process.send?.({
      rss: process.memoryUsage().rss,
      cpuMicros: used.user + used.system,
      published: Object.fromEntries(published),
      followed,
      busy: product.settling.filter((part) => part.busy()).map((part) => part.name),
    });
  }
});
process.on('SIGTERM', () => {
  void product.close().then(() => process.exit(0));
});
