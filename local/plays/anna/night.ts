import { Temporal } from 'temporal-polyfill';
import type { Endpoints } from '../../endpoints.ts';
import { type ChartHands, createChartHands } from '../../hands/chart.ts';
import { type ClockHands, createClockHands } from '../../hands/clock.ts';
import { freshHandset } from '../../hands/fresh-number.ts';
import { createHandset, type Handset } from '../../hands/handset.ts';
import type { Screenplay } from '../../hands/screenplay.ts';
import { clinic } from '../../seed/clinic.ts';

/** Everything and everybody that has a part in the night. */
export interface Night {
  readonly endpoints: Endpoints;
  readonly play: Screenplay;
  readonly chart: ChartHands;
  readonly clock: ClockHands;
  /** Anna's Patient id. */
  readonly anna: string;
  /** The phone she texts from. */
  readonly phone: Handset;
  /** Her Polish number: she calls from it on the way. */
  readonly polishPhone: Handset;
  readonly onCall: Handset;
  /** Midnight before the visit, in the clinic's zone. */
  readonly day: Temporal.ZonedDateTime;
  /** What has reached her phone so far; the end of the play holds it against the phone. */
  readonly texts: string[];
  /** Moves the clock to a time of that day and opens a scene. */
  at(hour: number, minute: number, place: string): Promise<void>;
}

/** A fresh Anna in the chart, and the next 02:14 ahead. */
export async function prepareNight(endpoints: Endpoints, play: Screenplay): Promise<Night> {
  const chart = createChartHands(endpoints.ehr);
  const clock = createClockHands(endpoints.console);
  const phone = await freshHandset(endpoints.carrier, chart, 'US');
  const polishPhone = await freshHandset(endpoints.carrier, chart, 'PL');
  const { id } = await chart.create({
    resourceType: 'Patient',
    active: true,
    name: [{ use: 'official', family: 'Kowalska', given: ['Anna'] }],
    gender: 'female',
    birthDate: '1986-04-12',
    telecom: [
      { system: 'phone', value: phone.number, use: 'mobile', rank: 1 },
      { system: 'phone', value: polishPhone.number, use: 'home', rank: 2 },
    ],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en' }] }, preferred: true }],
  });
  await clock.settle();
  const day = nextNight((await clock.now()).toZonedDateTimeISO(clinic.timeZone));
  return {
    endpoints,
    play,
    chart,
    clock,
    anna: id,
    phone,
    polishPhone,
    onCall: createHandset(endpoints.carrier, endpoints.people.onCall),
    day,
    texts: [],
    at: async (hour, minute, place) => {
      const time = day.withPlainTime({ hour, minute });
      await clock.moveTo(time.toInstant());
      play.scene(time, place);
    },
  };
}

/** The next day whose 02:14 is ahead and exists: it is left out where the clocks are put forward. */
function nextNight(now: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const today = now.startOfDay();
  for (let days = 0; days < 4; days++) {
    const day = today.add({ days }).startOfDay();
    const start = day.withPlainTime({ hour: 2, minute: 14 });
    if (start.hour === 2 && Temporal.ZonedDateTime.compare(start, now) > 0) return day;
  }
  throw new Error('No night was found.');
}
