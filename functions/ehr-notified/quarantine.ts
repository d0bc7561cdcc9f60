import { digest } from './changes.ts';
import type { EhrNotifiedDeps } from './dependencies.ts';

/** Characters; even where each becomes several bytes, a record stays within an item of the store. */
const partLength = 60_000;

/** Keeps what could not be understood, whole, for an operator; the same body again is the same record. */
export async function quarantine(deps: EhrNotifiedDeps, from: string, why: string, body: string): Promise<void> {
  const at = deps.clock.now().toISOString();
  const id = `ehr/${digest(`${from}\n${body}`)}`;
  const parts = Math.max(1, Math.ceil(body.length / partLength));
  for (let part = 0; part < parts; part++) {
    await deps.records.put({
      kind: 'quarantine',
      id: parts === 1 ? id : `${id}/${String(part + 1).padStart(2, '0')}-of-${parts}`,
      value: { at, from, why, body: body.slice(part * partLength, (part + 1) * partLength) },
      expect: 'any',
    });
  }
  deps.log.warn('NOTIFICATION_QUARANTINED', { why, quarantine: id, parts });
}
