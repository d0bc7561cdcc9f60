import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Clock } from '../domain/ports/clock.ts';
import type { Settling } from './settling.ts';

/** Simulated time: the wall clock and an offset that survives a restart. It is moved, never set back. */
export interface SimulatedClock extends Clock {
  /** Moves to a time, stopping on the way at everything that falls due, in order. Returns when all is idle. */
  moveTo(target: Date): Promise<void>;
  /** Returns when nothing is under way and nothing is due. */
  settle(): Promise<void>;
  /** The parts of the host that have work of their own. */
  watch(part: Settling): void;
}

const longestSettling = 120_000;
/** What falls due this soon is waited for: the next slot of a sender's rate is a few hundredths of a second away. */
const soon = 250;

export function createSimulatedClock(file: string): SimulatedClock {
  const parts: Settling[] = [];
  let offset = existsSync(file) ? readOffset(file) : 0;
  let moving: Promise<void> = Promise.resolve();

  const now = () => new Date(Date.now() + offset);
  const jumpTo = (target: Date) => {
    offset = target.getTime() - Date.now();
    const next = `${file}.${process.pid}`;
    writeFileSync(next, JSON.stringify({ offset }));
    renameSync(next, file);
    for (const part of parts) part.wake();
  };
  const earliest = (): number | undefined => {
    const due = parts.flatMap((part) => part.nextDue()?.getTime() ?? []);
    return due.length === 0 ? undefined : Math.min(...due);
  };
  const settle = async (): Promise<void> => {
    const until = Date.now() + longestSettling;
    // Idle must hold over a few turns of the event loop: work hands itself on from part to part.
    for (let quiet = 0; quiet < 5; ) {
      const due = earliest();
      const busy = parts.some((part) => part.busy()) || (due !== undefined && due <= now().getTime() + soon);
      if (busy) for (const part of parts) part.wake();
      quiet = busy ? 0 : quiet + 1;
      if (Date.now() > until) return;
      await new Promise<void>((resolve) => (busy ? setTimeout(resolve, 2) : setImmediate(resolve)));
    }
  };
  const move = async (target: Date): Promise<void> => {
    await settle();
    for (let stops = 0; stops < 100_000; stops++) {
      const due = earliest();
      if (due === undefined || due > target.getTime()) break;
      if (due > now().getTime()) jumpTo(new Date(due));
      await settle();
    }
    if (target.getTime() > now().getTime()) jumpTo(target);
    await settle();
  };
  return {
    now,
    settle,
    watch: (part) => {
      parts.push(part);
    },
    moveTo: (target) => {
      moving = moving.then(() => move(target));
      return moving;
    },
  };
}

function readOffset(file: string): number {
  const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof stored === 'object' && stored !== null && 'offset' in stored && typeof stored.offset === 'number'
    ? stored.offset
    : 0;
}
