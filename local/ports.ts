import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import * as z from 'zod';

const shape = z.object({ api: z.number(), ehr: z.number(), carrier: z.number(), console: z.number() });
export type Ports = z.infer<typeof shape>;

/** The ports of the last time, so that links sent still work; free ones the first time. */
export async function keptPorts(file: string): Promise<Ports> {
  const kept = readKept(file);
  if (kept !== undefined) return kept;
  const [api, ehr, carrier, console] = await freePorts(4);
  const ports = shape.parse({ api, ehr, carrier, console });
  writeAtomically(file, JSON.stringify(ports));
  return ports;
}

function readKept(file: string): Ports | undefined {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) =>
        server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server)),
      );
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export function writeAtomically(file: string, content: string): void {
  const next = `${file}.${process.pid}`;
  writeFileSync(next, content, { mode: 0o600 });
  renameSync(next, file);
}
