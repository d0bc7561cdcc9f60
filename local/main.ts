import { resolve } from 'node:path';
import { startHost } from './host.ts';

/** `npm start [-- --fresh] [-- --folder DIR]` */
async function main(): Promise<void> {
  const [major] = process.versions.node.split('.').map(Number);
  if (major === undefined || major < 24) {
    console.error(
      `This needs Node 24; the one that runs is ${process.version}. Start it with "npm start", which brings its own.`,
    );
    process.exit(1);
  }
  const args = process.argv.slice(2);
  const folderAt = args.indexOf('--folder');
  const folder = resolve(folderAt < 0 ? '.told-once' : (args[folderAt + 1] ?? '.told-once'));
  const host = await startHost({
    folder,
    fresh: args.includes('--fresh'),
    ...(args.includes('--verbose') ? { show: (line: string) => console.log(line) } : {}),
  });
  const { endpoints } = host;
  console.log(`Told Once is ready.

  Console   ${endpoints.console}   the phones, the chart, the story and the clock
  API       ${endpoints.api}
  EHR       ${endpoints.ehr}
  Carrier   ${endpoints.carrier}

  The clinic's number is ${endpoints.twilio.number}. Everything is kept in ${folder}; "npm start -- --fresh" begins anew.
  Stop with Ctrl-C.`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    host.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
