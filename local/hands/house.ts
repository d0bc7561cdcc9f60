import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Endpoints } from '../endpoints.ts';

export interface House {
  readonly endpoints: Endpoints;
  /** Stops it, if it was started for this. */
  leave(): Promise<void>;
}

/** The house that runs in this folder, or undefined where none does. */
export function runningHouse(folder: string): House | undefined {
  try {
    const endpoints = JSON.parse(readFileSync(join(folder, 'endpoints.json'), 'utf8')) as Endpoints;
    process.kill(endpoints.pid, 0);
    return { endpoints, leave: () => Promise.resolve() };
  } catch {
    return undefined;
  }
}

const longestStart = 60_000;

/** Starts a house of its own in a folder that vanishes with it. */
export async function startHouse(): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'told-once-'));
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--folder', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const leave = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + longestStart;
  while (Date.now() < until && child.exitCode === null) {
    const house = runningHouse(folder);
    if (house !== undefined) return { endpoints: house.endpoints, leave };
    await sleep(50);
  }
  await leave();
  throw new Error(`The house did not start. ${said}`);
}
