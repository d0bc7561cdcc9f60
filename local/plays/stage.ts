import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Endpoints } from '../endpoints.ts';
import { runningHouse, startHouse } from '../hands/house.ts';
import { createScreenplay, type Screenplay } from '../hands/screenplay.ts';

/**
 * Plays something over HTTP against the house that runs in the folder (`--folder DIR`), else against one of its own, prints it as a
 * screenplay and holds every line against what it should be. The process ends with 1 where anything differs.
 */
export function stage(wellEnded: string, act: (endpoints: Endpoints, play: Screenplay) => Promise<void>): void {
  play(wellEnded, act).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? (error.stack ?? error.message) : error);
      process.exitCode = 1;
    },
  );
}

async function play(
  wellEnded: string,
  act: (endpoints: Endpoints, play: Screenplay) => Promise<void>,
): Promise<number> {
  const { values } = parseArgs({ options: { folder: { type: 'string', default: '.told-once' } } });
  const house = runningHouse(resolve(values.folder)) ?? (await startHouse());
  const screenplay = createScreenplay((line) => console.log(line));
  try {
    await act(house.endpoints, screenplay);
  } finally {
    await house.leave();
  }
  const { checks, differences } = screenplay;
  if (differences.length === 0) {
    console.log(`\n${wellEnded} ${checks} checks, all as it should be.`);
    return 0;
  }
  console.log(`\n${differences.length} of ${checks} checks differ:\n`);
  for (const difference of differences) console.log(`- ${difference}\n`);
  return 1;
}
