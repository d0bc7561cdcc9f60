/** Every bench, one after the other; what they print is what `bench/README.md` quotes. `npm run bench` */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const benches: readonly (readonly [string, string, readonly string[]])[] = [
  ['(a) CPU of a turn, against the floor', 'turn.ts', ['60']],
  ['(b) durable turns per second over HTTP', 'load/load.ts', ['20', '64']],
  ['(c) bundles', 'bundles.ts', ['9']],
  ['(d) store round trips, items and bytes', 'trips.ts', []],
  ['the embedded store by itself', 'store.ts', ['3']],
  ['EHR events per second, to the text that is queued', 'ehr-events.ts', ['2000', '20']],
  ['a snow day, from the notifications to the carrier', 'snow-day.ts', ['10000', '200', '100']],
  ['an appointment from its booking to its end, and a thousand who want one slot', 'scheduling.ts', ['5']],
  ['a hundred thousand reminders planned', 'reminders.ts', []],
  ['reminders and urgent texts at the rate of the sender', 'outbound.ts', ['10000', '200', '100']],
];
for (const [title, file, args] of benches) {
  console.log(`\n## ${title}\n`);
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
