import type { Log } from '../../domain/ports/log.ts';

/** The log of a function whose LOG_LEVEL is given: at WARN and ERROR without the lines that only inform. Warnings stay in any case, because alarms count them. */
export function atLevel(level: string, log: Log): Log {
  return level === 'WARN' || level === 'ERROR' ? { ...log, info: () => undefined } : log;
}
