import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import { describedError } from './described-error.ts';

/**
 * One JSON line per entry: `at`, `level`, `code`, then the fixed context and the data, then `error`. Small enough for a webhook
 * function. Errors are reduced to what cannot carry a patient's words; see `described-error.ts`.
 */
export function createJsonLog(
  parts: {
    readonly write?: (line: string) => void;
    readonly clock?: Clock;
    /** In every line: the function's name, the version. */
    readonly context?: Readonly<Record<string, string>>;
  } = {},
): Log {
  const { write = (line) => process.stdout.write(line), clock = { now: () => new Date() }, context = {} } = parts;
  const entry =
    (level: 'info' | 'warn' | 'error'): Log['error'] =>
    (code, data = {}, error = undefined) => {
      const line = { at: clock.now().toISOString(), level, code, ...context, ...shortened(data) };
      write(`${JSON.stringify(error === undefined ? line : { ...line, error: describedError(error) })}\n`);
    };
  return { info: entry('info'), warn: entry('warn'), error: entry('error') };
}

const longestText = 300;

function shortened(data: NonNullable<Parameters<Log['info']>[1]>): Record<string, unknown> {
  const entries = Object.entries(data).map(([key, value]) => [
    key,
    typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)}…` : value,
  ]);
  return Object.fromEntries(entries);
}
