import { sayWhen } from '../../../edge/speech.ts';
import type { Endpoints } from '../../endpoints.ts';
import { createClockHands } from '../../hands/clock.ts';
import type { Screenplay } from '../../hands/screenplay.ts';
import { clinic } from '../../seed/clinic.ts';
import { createChance } from '../../simulator/chance.ts';
import { createHospital } from '../../simulator/hospital.ts';
import { makePeople } from '../../simulator/people.ts';
import { reportLines, reportOf, type Said } from '../../simulator/report.ts';
import { closeForSnow } from '../../simulator/snow-day.ts';
import { bookVisits, workingDays } from '../../simulator/visits.ts';
import { stage } from '../stage.ts';

const visits = 150;

/** `npm run snow-day [-- --folder DIR]`: a hundred and fifty visits of one day are moved in the EHR; each patient hears of it once. */
stage('A snow day, told once.', async (endpoints, play) => {
  const { hospital, phones, day, clock, run } = await aFullDay(endpoints, play);
  const before = await hospital.news(phones);
  play.check('everyone heard of their visit when it was booked, in one text', countsOf(before), { [visits]: 1 });

  const now = (await clock.now()).toZonedDateTimeISO(clinic.timeZone);
  const evening = day.subtract({ days: 1 }).toZonedDateTime({ timeZone: clinic.timeZone, plainTime: { hour: 18 } });
  await clock.moveTo(evening.toInstant());
  await hospital.news(phones);
  play.scene(evening, 'the front desk, as it begins to snow');
  play.aside(`Booked on ${now.toPlainDate().toString()}; the clinic will stay shut on ${day.toString()}.`);
  const began = Date.now();
  const { moved, calledOff } = await closeForSnow(hospital, day);
  await clock.settle();
  const seconds = (Date.now() - began) / 1000;
  play.aside(
    `${moved.length} visits moved, ${calledOff} called off, in ${seconds.toFixed(1)} s of this machine's time.`,
  );
  await clock.advance('PT30M');

  const told = await hospital.news(phones);
  play.check('each of them got a text', new Set(told.map(({ patient }) => patient)).size, visits);
  play.check('and not more than one', countsOf(told), { [visits]: 1 });
  const wrong = moved.filter(({ patient, to }) => {
    const text = told.find((each) => each.patient === patient)?.body ?? '';
    return !text.includes(sayWhen(to, clinic.timeZone, 'en'));
  });
  const speaksEnglish = new Set(
    people(run)
      .filter(({ language }) => language === 'en')
      .map(({ id }) => id),
  );
  play.check(
    'each text in English says the new day and time',
    wrong.filter(({ patient }) => speaksEnglish.has(patient)).length,
    0,
  );
  await clock.advance('PT12H');
  const overnight = await hospital.news(phones);
  play.check('nobody is told again overnight', overnight.filter(({ from }) => from === 'clinic').length, 0);

  const ends = moved.map(({ patient }) => ({ patient, status: 'booked', past: false }));
  for (const line of reportLines(reportOf(ends, told, clinic.timeZone))) play.aside(line);
});

function people(run: string) {
  return makePeople(run, visits, createChance(7));
}

async function aFullDay(endpoints: Endpoints, play: Screenplay) {
  const clock = createClockHands(endpoints.console);
  const hospital = createHospital(endpoints);
  const run = `snow-${Date.now().toString(36)}`;
  const now = (await clock.now()).toZonedDateTimeISO(clinic.timeZone);
  const ten = now
    .toPlainDate()
    .add({ days: 1 })
    .toZonedDateTime({ timeZone: clinic.timeZone, plainTime: { hour: 10 } });
  await clock.moveTo(ten.toInstant());
  const [day] = workingDays(ten.toInstant(), 1);
  if (day === undefined) throw new Error('There is no working day ahead.');
  const nextDays = [1, 2, 3, 4].map((days) => day.add({ days }));
  const everybody = people(run);
  const full = bookVisits(run, everybody, [day], createChance(11));
  const free = bookVisits(`${run}-free`, [], nextDays, createChance(13), Math.ceil(visits / 3));
  play.scene(ten, 'the clinic, a week ahead');
  await hospital.put([...full.resources, ...free.resources]);
  await clock.settle();
  play.aside(`${full.booked.length} visits are booked for ${day.toString()}.`);
  return { hospital, clock, day, run, phones: new Map(everybody.map(({ number, id }) => [number, id])) };
}

/** How many patients got how many texts. */
function countsOf(said: readonly Said[]): Readonly<Record<number, number>> {
  const counts = [...Map.groupBy(said, ({ patient }) => patient).values()].map(({ length }) => length);
  const kinds: Record<number, number> = {};
  for (const count of counts) kinds[count] = (kinds[count] ?? 0) + 1;
  // As {150: 1} where a hundred and fifty got one each.
  return Object.fromEntries(Object.entries(kinds).map(([texts, patients]) => [patients, Number(texts)]));
}
