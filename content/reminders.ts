import * as z from 'zod/mini';
import { isDuration } from '../domain/visit/time-before.ts';
import type { ReminderPlan } from '../domain/visit/visit.ts';
import { ContentFault, checked } from './content.ts';
import reminders from './reminders.json' with { type: 'json' };
import { knownVisitTypes } from './visit-types.ts';

const duration = z.string().check(z.refine((text) => isDuration(text)));
const plans = z.record(
  z.string(),
  z.strictObject({
    reminders: z.array(
      z.strictObject({
        id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,30}$/)),
        before: duration,
        at: z.optional(z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/))),
        asksToConfirm: z.optional(z.boolean()),
      }),
    ),
    otherChannelBefore: z.optional(duration),
    deskBefore: z.optional(duration),
  }),
);

/** When to remind of a visit of each type. */
export type ReminderPlans = Readonly<Record<string, ReminderPlan>>;

/**
 * The plans as the clinic's editors wrote them, checked: each for a type of visit that content knows, no reminder twice, and an answer that
 * is waited for is asked for before. Throws a ContentFault that names the place.
 */
export function loadReminders(raw: unknown = reminders): ReminderPlans {
  const read = checked('reminders.json', plans, raw) as ReminderPlans;
  for (const [type, plan] of Object.entries(read)) check(type, plan);
  return read;
}

function check(type: string, { reminders: list, otherChannelBefore, deskBefore }: ReminderPlan): void {
  const fault = (why: string) => new ContentFault(`content/reminders.json, ${type}: ${why}`);
  if (!knownVisitTypes.some((known) => known.type === type)) throw fault('no visit is of this type');
  if (new Set(list.map(({ id }) => id)).size < list.length) throw fault('a reminder is there twice');
  const asking = list.filter(({ asksToConfirm }) => asksToConfirm === true);
  const waits = otherChannelBefore !== undefined || deskBefore !== undefined;
  if (waits && asking.length === 0) throw fault('an answer is waited for that nobody asks for');
  if (asking.length > 0 && deskBefore === undefined) throw fault('nobody hears of an answer that does not come');
}

const loaded = loadReminders();

/** When to remind of a visit of this type; of one that content does not know, never. */
export function planFor(type: string): ReminderPlan {
  return loaded[type] ?? { reminders: [] };
}
