/** The product on embedded adapters in a process of its own, as the load bench drives it. Parameters come as JSON in the first argument. */
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { houseKeys } from '../../local/house-keys.ts';
import { openProduct } from '../../local/product.ts';
import { clinic, clinicNumber } from '../../local/seed/clinic.ts';

const { folder, port, ehrUrl, ehrOrigin, carrierUrl } = JSON.parse(process.argv[2] ?? '{}') as {
  folder: string;
  port: number;
  ehrUrl: string;
  ehrOrigin: string;
  carrierUrl: string;
};
const clock = { now: () => new Date() };
const product = await openProduct({
  folder,
  port,
  clock,
  log: createJsonLog({ write: () => undefined, clock }),
  clinic,
  clinicNumber,
  keys: houseKeys(`${folder}/keys.json`),
  publicUrl: `http://127.0.0.1:${port}`,
  carrierUrl,
  ehrUrl,
  cds: { issuer: `${ehrOrigin}/cds-client`, jwksUrl: `${ehrOrigin}/.well-known/jwks.json` },
  ehrClientId: 'told-once',
  corsOrigins: [],
});
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
      busy: product.settling.filter((part) => part.busy()).map((part) => part.name),
    });
  }
});
process.on('SIGTERM', () => {
  void product.close().then(() => process.exit(0));
});
