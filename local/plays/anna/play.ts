import { stage } from '../stage.ts';
import { prepareNight } from './night.ts';
import { aWeekLater } from './scenes/a-week-later.ts';
import { atNight } from './scenes/at-night.ts';
import { atTheDesk } from './scenes/at-the-desk.ts';
import { onTheWay } from './scenes/on-the-way.ts';

/** `npm run anna [-- --folder DIR]`: Anna's night, the drive, the desk, and a week later. */
stage('Anna told it once.', async (endpoints, play) => {
  const night = await prepareNight(endpoints, play);
  await atNight(night);
  await onTheWay(night);
  await atTheDesk(night);
  await aWeekLater(night);
});
