import { type ChildProcess, fork } from 'node:child_process';

/** The product and the EHR of a bench, in processes of their own. */

const started: ChildProcess[] = [];

/** Begins one of the files of this folder; resolves with what it says of itself once it is ready. With `PROFILE`, a folder, it leaves a CPU profile there. */
export function start(file: string, parameters: object): Promise<[ChildProcess, Record<string, unknown>]> {
  const child = fork(new URL(file, import.meta.url), [JSON.stringify(parameters)], {
    execArgv: process.env.PROFILE === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', process.env.PROFILE],
  });
  started.push(child);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve([child, message as Record<string, unknown>]));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

/** Ends them all; resolves when they have gone, so that a profile is whole. */
export async function endAll(): Promise<void> {
  await Promise.all(started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).map(end));
}

/** Ends one; resolves when it has gone. */
export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    setTimeout(resolve, 10_000).unref();
    child.kill('SIGTERM');
  });
}

/** What the product says of itself; the CPU is that since it was last asked. */
interface Figures {
  readonly rss: number;
  readonly cpuMicros: number;
  readonly published: Readonly<Record<string, number>>;
  /** Events, by the consumer that followed them. */
  readonly followed: Readonly<Record<string, number>>;
  readonly busy: readonly string[];
}

export function figures(product: ChildProcess): Promise<Figures> {
  return new Promise((resolve) => {
    product.once('message', (message) => resolve(message as Figures));
    product.send('figures');
  });
}

/** Waits until it is idle at three looks in a row. */
export async function until(idle: () => Promise<boolean>): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    quiet = (await idle()) ? quiet + 1 : 0;
  }
}
