import type { Quarantined } from '../../domain/ports/records.ts';
import { type QuarantinePart, readParts } from '../../edge/ehr/quarantine-settled.ts';
import type { KeepingDeps } from '../ehr-notified/dependencies.ts';

/** Something in quarantine, whole, however many records hold it. */
export interface Kept extends Quarantined {
  readonly id: string;
  /** Records that hold it; the first tells what became of it. */
  readonly parts: number;
}

const partOf = /^(.+)\/(\d+)-of-(\d+)$/;
const firstPart = (id: string, parts: number): string => partName(id, 1, parts);
const partName = (id: string, part: number, parts: number): string =>
  parts === 1 ? id : `${id}/${String(part).padStart(2, '0')}-of-${parts}`;

/** A page of what is in quarantine, newest first within it, without the bodies. */
export async function listKept(
  { records }: Pick<KeepingDeps, 'records'>,
  after: string | undefined,
): Promise<{ readonly items: readonly Omit<Kept, 'body'>[]; readonly next?: string }> {
  const { items, next } = await records.list('quarantine', after);
  const first = items.flatMap(({ id, value: { body: _, ...value } }) => {
    const [, whole = id, part = '1', parts = '1'] = partOf.exec(id) ?? [];
    return Number(part) === 1 ? [{ id: whole, parts: Number(parts), ...value }] : [];
  });
  const newestFirst = first.sort((a, b) => (a.at < b.at ? 1 : -1));
  return { items: newestFirst, ...(next === undefined ? {} : { next }) };
}

/** All of it; undefined where nothing is kept under that id, be it the whole one's or a part's. */
export async function readKept(
  deps: Pick<KeepingDeps, 'records'>,
  asked: string,
): Promise<{ readonly kept: Kept; readonly parts: readonly QuarantinePart[] } | undefined> {
  const [, id = asked, , said] = partOf.exec(asked) ?? [];
  const parts = (await readParts(deps, [id])) ?? (await readSeveral(deps, id, said));
  const [first] = parts ?? [];
  if (parts === undefined || first === undefined) return undefined;
  const body = parts.map(({ value }) => value.body).join('');
  return { kept: { id, parts: parts.length, ...first.value, body }, parts };
}

async function readSeveral(
  deps: Pick<KeepingDeps, 'records'>,
  id: string,
  said: string | undefined,
): Promise<readonly QuarantinePart[] | undefined> {
  const parts = said === undefined ? await countParts(deps.records, id) : Number(said);
  if (parts === undefined) return undefined;
  return readParts(
    deps,
    Array.from({ length: parts }, (_, at) => partName(id, at + 1, parts)),
  );
}

/** More than fit one record are few: how many, is looked for. A body of 8 MB, the most that any door reads, is 140. */
async function countParts(records: KeepingDeps['records'], id: string): Promise<number | undefined> {
  for (let parts = 2; parts <= 140; parts++)
    if ((await records.get('quarantine', firstPart(id, parts))) !== undefined) return parts;
  return undefined;
}
