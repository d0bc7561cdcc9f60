import * as z from 'zod/mini';
import { settleParts } from '../../edge/ehr/quarantine-settled.ts';
import type { KeepingDeps } from '../ehr-notified/dependencies.ts';
import { type Kept, listKept, readKept } from './quarantine-kept.ts';
import { replay } from './replay.ts';

const id = z.string().check(z.minLength(1));
const question = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('list'), after: z.optional(z.string()) }),
  z.strictObject({ do: z.literal('read'), id }),
  z.strictObject({ do: z.literal('replay'), id, body: z.optional(z.string()) }),
  z.strictObject({ do: z.literal('dismiss'), id, why: z.string().check(z.minLength(1)) }),
]);

/** What an operator is answered; `body` only where one record was asked for. */
export type OperatorAnswer =
  | { readonly is: 'listed'; readonly items: readonly Omit<Kept, 'body'>[]; readonly next?: string }
  | ({ readonly is: 'found' } & Kept)
  | { readonly is: 'replayed' | 'dismissed'; readonly id: string; readonly outcome: string }
  /** It was tried and is as it was before; `outcome` says what to change. */
  | { readonly is: 'refused'; readonly id: string; readonly outcome: string }
  | { readonly is: 'unknown'; readonly id: string }
  /** The question itself can't be answered. */
  | { readonly is: 'unclear'; readonly outcome: string };

/** Answers an operator, who invokes this directly or through the console. */
export function createHandler(deps: KeepingDeps): (asked: unknown) => Promise<OperatorAnswer> {
  return async (asked) => {
    const parsed = question.safeParse(asked);
    if (!parsed.success)
      return {
        is: 'unclear',
        outcome:
          'Ask {"do": "list", "after"?}, {"do": "read", "id"}, {"do": "replay", "id", "body"?} or {"do": "dismiss", "id", "why"}.',
      };
    const { data } = parsed;
    if (data.do === 'list') return { is: 'listed', ...(await listKept(deps, data.after)) };
    const found = await readKept(deps, data.id);
    if (found === undefined) return { is: 'unknown', id: data.id };
    const { kept, parts } = found;
    switch (data.do) {
      case 'read':
        deps.log.info('QUARANTINE_READ', { quarantine: kept.id });
        return { is: 'found', ...kept };
      case 'replay': {
        const result = await replay(deps, kept, data.body);
        // Where the consumer was quicker, and has refused it once more, it waits again.
        if (result.is === 'replayed')
          await settleParts(deps, kept.id, parts, { is: 'replayed', outcome: result.outcome });
        return { ...result, id: kept.id };
      }
      case 'dismiss':
        return (await settleParts(deps, kept.id, parts, { is: 'dismissed', outcome: data.why })) === 'settled'
          ? { is: 'dismissed', id: kept.id, outcome: data.why }
          : { is: 'refused', id: kept.id, outcome: 'The same came again in the meantime. Look at it, and ask again.' };
    }
  };
}
