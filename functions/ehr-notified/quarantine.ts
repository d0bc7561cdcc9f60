import { digest } from '../../edge/ehr/changed-events.ts';
import { settleOpen } from '../../edge/ehr/quarantine-settled.ts';
import type { EhrNotifiedDeps } from './dependencies.ts';

/** Characters; even where each becomes several bytes, a record stays within an item of the store. */
const partLength = 60_000;

export type QuarantineDeps = Pick<EhrNotifiedDeps, 'records' | 'clock' | 'log'>;

/**
 * Keeps what could not be understood, whole, for an operator; the same body again is the same record, and waits again. `since`: when it was
 * asked for, where that may come twice; what was dismissed after it stays so.
 */
export async function quarantine(
  deps: QuarantineDeps,
  from: string,
  why: string,
  body: string,
  since?: string,
): Promise<void> {
  const at = deps.clock.now().toISOString();
  const ids = idsOf(from, body);
  const before = since === undefined ? undefined : (await deps.records.get('quarantine', ids[0] ?? ''))?.value.state;
  if (since !== undefined && before?.is === 'dismissed' && before.at > since) return;
  for (const [part, id] of ids.entries()) {
    await deps.records.put({
      kind: 'quarantine',
      id,
      value: { at, from, why, body: body.slice(part * partLength, (part + 1) * partLength) },
      expect: 'any',
    });
  }
  deps.log.warn('NOTIFICATION_QUARANTINED', { why, quarantine: wholeId(from, body), parts: ids.length });
}

/** What was put aside has been done after all: it stays for a while, and says so. Nothing happens where it was not put aside, or is settled already. */
export async function settleQuarantined(
  deps: QuarantineDeps,
  from: string,
  body: string,
  outcome: string,
): Promise<void> {
  await settleOpen(deps, wholeId(from, body), idsOf(from, body), outcome);
}

function wholeId(from: string, body: string): string {
  return `ehr/${digest(`${from}\n${body}`)}`;
}

/** The records that hold it, in their order. */
function idsOf(from: string, body: string): readonly string[] {
  const id = wholeId(from, body);
  const parts = Math.max(1, Math.ceil(body.length / partLength));
  if (parts === 1) return [id];
  return Array.from({ length: parts }, (_, part) => `${id}/${String(part + 1).padStart(2, '0')}-of-${parts}`);
}
