import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Quarantined, Records, Stored } from '../../domain/ports/records.ts';

/**
 * Longer than what refers to it may wait in a dead letter queue (14 days): until then, a dismissed one must be known as dismissed. After
 * that nobody needs what it holds of a patient.
 */
const keptDays = 30;

/** One of the records that hold something in quarantine, as it was read. */
export type QuarantinePart = Stored<'quarantine'> & { readonly id: string };

/** All of them, in their order; undefined where one is missing. */
export async function readParts(
  { records }: { readonly records: Records },
  ids: readonly string[],
): Promise<readonly QuarantinePart[] | undefined> {
  const found = await Promise.all(ids.map((id) => records.get('quarantine', id)));
  const parts = found.flatMap((stored, at) => (stored === undefined ? [] : [{ ...stored, id: ids[at] ?? '' }]));
  return parts.length === ids.length ? parts : undefined;
}

/**
 * Says what became of it, on every record that holds it, so that they go together 30 days later. The same thing that came again since the
 * parts were read is open and never vanishes: then nothing more is changed, and it says `came-again`.
 */
export async function settleParts(
  { records, clock, log }: { readonly records: Records; readonly clock: Clock; readonly log: Log },
  whole: string,
  parts: readonly QuarantinePart[],
  became: Pick<NonNullable<Quarantined['state']>, 'is' | 'outcome'>,
): Promise<'settled' | 'came-again'> {
  const now = clock.now();
  const state = { ...became, at: now.toISOString() };
  const expires = new Date(now.getTime() + keptDays * 86_400_000);
  for (const { id, value, version } of parts) {
    const put = { kind: 'quarantine', id, value: { ...value, state }, expect: version, expires } as const;
    if ((await records.put(put)) === 'conflict') return 'came-again';
  }
  log.info('QUARANTINE_SETTLED', { quarantine: whole, did: became.is });
  return 'settled';
}

/** What was put aside has been done after all. Nothing happens where it was not put aside, or all of it is settled already. */
export async function settleOpen(
  deps: { readonly records: Records; readonly clock: Clock; readonly log: Log },
  whole: string,
  ids: readonly string[],
  outcome: string,
): Promise<void> {
  const parts = await readParts(deps, ids);
  // Whoever was killed between two parts left the later ones open.
  if (parts === undefined || parts.every(({ value }) => value.state !== undefined)) return;
  await settleParts(deps, whole, parts, { is: 'replayed', outcome });
}
