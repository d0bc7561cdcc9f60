import { reportLines } from '../../simulator/report.ts';
import { playWeek } from '../../simulator/week.ts';
import { stage } from '../stage.ts';

/** `npm run week [-- --folder DIR]`: two hundred visits from their booking to Friday evening, and what the patients got. */
stage('A clinic’s week.', async (endpoints, play) => {
  const visits = 200;
  const report = await playWeek({
    endpoints,
    visits,
    seed: 2026,
    run: `week-${Date.now().toString(36)}`,
    show: (line) => play.aside(line),
  });
  for (const line of reportLines(report)) play.aside(line);
  play.check('every visit was booked', report.visits, visits);
  play.check('and every one that has passed has an end', report.leftOpen, 0);
  play.check('nobody heard nothing', report.heardNothing, 0);
  play.check('things told twice', report.toldTwice, 0);
  play.check('texts at night', report.atNight, 0);
  play.check('whoever wrote was answered within a minute', report.longestSilenceSeconds <= 60, true);
});
