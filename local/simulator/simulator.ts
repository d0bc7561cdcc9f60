import { Temporal } from 'temporal-polyfill';
import type { Endpoints } from '../endpoints.ts';
import { createClockHands } from '../hands/clock.ts';
import { clinic } from '../seed/clinic.ts';
import { createHospital } from './hospital.ts';
import { type Report, reportLines } from './report.ts';
import { closeForSnow } from './snow-day.ts';
import { playWeek } from './week.ts';

export interface SimulatorState {
  /** What is being played; one thing at a time. */
  readonly playing: 'week' | 'snow-day' | null;
  readonly lines: readonly string[];
  readonly report: Report | null;
}

/** The clinic's days at the press of a button. */
export interface Simulator {
  state(): SimulatorState;
  /** Begins, and returns at once; false where something is being played already. */
  week(visits: number, seed: number): boolean;
  snowDay(): boolean;
}

const mostVisits = 1_000;

export function createSimulator(endpoints: () => Pick<Endpoints, 'ehr' | 'carrier' | 'console'>): Simulator {
  let playing: SimulatorState['playing'] = null;
  let lines: string[] = [];
  let report: Report | null = null;

  function begin(what: 'week' | 'snow-day', work: () => Promise<void>): boolean {
    if (playing !== null) return false;
    playing = what;
    lines = [];
    report = null;
    work().then(
      () => {
        playing = null;
      },
      (error: unknown) => {
        lines.push(`It stopped: ${error instanceof Error ? error.message : 'for a reason that is not known'}`);
        playing = null;
      },
    );
    return true;
  }

  return {
    state: () => ({ playing, lines, report }),
    week: (visits, seed) =>
      begin('week', async () => {
        report = await playWeek({
          endpoints: endpoints(),
          visits: Math.min(mostVisits, Math.max(1, Math.round(visits))),
          seed,
          run: `week-${Date.now().toString(36)}`,
          show: (line) => lines.push(line),
        });
        lines.push(...reportLines(report));
      }),
    snowDay: () =>
      begin('snow-day', async () => {
        const clock = createClockHands(endpoints().console);
        const hospital = createHospital(endpoints());
        const now = await clock.now();
        const ahead = await hospital.between(now.toString(), now.add({ hours: 24 * 21 }).toString());
        const [next] = ahead
          .filter(({ status, start }) => status === 'booked' && start !== undefined)
          .map(({ start }) =>
            Temporal.Instant.from(start ?? '')
              .toZonedDateTimeISO(clinic.timeZone)
              .toPlainDate(),
          )
          .sort(Temporal.PlainDate.compare);
        if (next === undefined) {
          lines.push('Nothing is booked in the next three weeks.');
          return;
        }
        const { moved, calledOff } = await closeForSnow(hospital, next);
        await clock.settle();
        lines.push(`${next.toString()}: ${moved.length} visits moved, ${calledOff} called off. Look at the phones.`);
      }),
  };
}
