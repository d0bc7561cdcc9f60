import { describe, expect, it } from 'vitest';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import type { Envelope } from '../../events/envelope.ts';
import { eventOfType } from './samples.ts';

export interface SchedulerUnderTest {
  readonly scheduler: Scheduler;
  readonly now: () => Date;
  /** Lets this much time pass and everything that falls due on the way happen. */
  readonly pass: (ms: number) => Promise<void>;
  /** What came off the bus since the start, in order. */
  readonly fired: () => Promise<readonly Envelope[]>;
  readonly close: () => Promise<void>;
}

let unique = 0;
const fresh = (what: string) => `${what}/${process.pid}-${Date.now().toString(36)}-${++unique}`;

/** What every Scheduler promises. */
export function describeScheduler(name: string, make: () => Promise<SchedulerUnderTest>): void {
  const withScheduler = async (test: (under: SchedulerUnderTest) => Promise<void>) => {
    const under = await make();
    try {
      await test(under);
    } finally {
      await under.close();
    }
  };
  const causes = async (under: SchedulerUnderTest, mark: string) =>
    (await under.fired()).map((event) => event.cause).filter((cause) => cause.startsWith(mark));

  describe(`the scheduler on ${name}`, () => {
    it('fires at the time and not before, in order of time', () =>
      withScheduler(async (under) => {
        const mark = fresh('order');
        const at = (seconds: number) => new Date(under.now().getTime() + seconds * 1000);
        await under.scheduler.schedule(`${mark}/b`, at(20), eventOfType('time-came', `${mark}/b`));
        await under.scheduler.schedule(`${mark}/a`, at(10), eventOfType('time-came', `${mark}/a`));
        await under.pass(5_000);
        expect(await causes(under, mark)).toEqual([]);
        await under.pass(6_000);
        expect(await causes(under, mark)).toEqual([`${mark}/a`]);
        await under.pass(100_000);
        expect(await causes(under, mark)).toEqual([`${mark}/a`, `${mark}/b`]);
      }));

    it('has one timer per name: the last time and event count', () =>
      withScheduler(async (under) => {
        const mark = fresh('replaced');
        const at = (seconds: number) => new Date(under.now().getTime() + seconds * 1000);
        await under.scheduler.schedule(mark, at(10), eventOfType('time-came', `${mark}/early`));
        await under.scheduler.schedule(mark, at(30), eventOfType('time-came', `${mark}/late`));
        await under.pass(20_000);
        expect(await causes(under, mark)).toEqual([]);
        await under.pass(20_000);
        expect(await causes(under, mark)).toEqual([`${mark}/late`]);
      }));

    it('forgets what is cancelled, and does not mind what is gone or never was', () =>
      withScheduler(async (under) => {
        const mark = fresh('cancelled');
        await under.scheduler.schedule(mark, new Date(under.now().getTime() + 5_000), eventOfType('time-came', mark));
        await under.scheduler.cancel(mark);
        await under.scheduler.cancel(mark);
        await under.scheduler.cancel(fresh('never'));
        await under.pass(10_000);
        expect(await causes(under, mark)).toEqual([]);
      }));

    it('fires soon what was due already', () =>
      withScheduler(async (under) => {
        const mark = fresh('past');
        await under.scheduler.schedule(mark, new Date(under.now().getTime() - 60_000), eventOfType('time-came', mark));
        await under.pass(0);
        expect(await causes(under, mark)).toEqual([mark]);
      }));
  });
}
