import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runningHouse, startHouse } from './house.ts';
import { prepareNight } from './night.ts';
import { aWeekLater } from './scenes/a-week-later.ts';
import { atNight } from './scenes/at-night.ts';
import { atTheDesk } from './scenes/at-the-desk.ts';
import { onTheWay } from './scenes/on-the-way.ts';
import { createScreenplay } from './screenplay.ts';

/**
 * `npm run anna [-- --folder DIR]`: plays Anna's night over HTTP against the house that runs in the folder, else against one of its own,
 * prints it as a screenplay and holds every line against what it should be. Ends with 1 where anything differs.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { folder: { type: 'string', default: '.told-once' } } });
  const house = runningHouse(resolve(values.folder)) ?? (await startHouse());
  const play = createScreenplay((line) => console.log(line));
  try {
    const night = await prepareNight(house.endpoints, play);
    await atNight(night);
    await onTheWay(night);
    await atTheDesk(night);
    await aWeekLater(night);
  } finally {
    await house.leave();
  }
  const { checks, differences } = play;
  if (differences.length === 0) {
    console.log(`\nAnna told it once. ${checks} checks, all as it should be.`);
    return 0;
  }
  console.log(`\n${differences.length} of ${checks} checks differ:\n`);
  for (const difference of differences) console.log(`- ${difference}\n`);
  return 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = 1;
  },
);
