import type { LogCode } from '../errors/log-codes.ts';

/** One line per thing worth knowing, by a closed list of codes. Never patient data: ids of causes, counts, codes, statuses. */
export interface Log {
  info(code: LogCode, data?: Readonly<Record<string, string | number | boolean | undefined>>): void;
  warn(code: LogCode, data?: Readonly<Record<string, string | number | boolean | undefined>>, error?: unknown): void;
  error(code: LogCode, data?: Readonly<Record<string, string | number | boolean | undefined>>, error?: unknown): void;
}
