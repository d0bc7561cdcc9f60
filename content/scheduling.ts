import * as z from 'zod/mini';
import type { LookingPlan } from '../domain/scheduling/ranking.ts';
import type { WavePlan } from '../domain/scheduling/waves.ts';
import { checked } from './content.ts';
import otherTimesFile from './other-times.json' with { type: 'json' };
import waitingListFile from './waiting-list.json' with { type: 'json' };

const clockTime = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
const waves = z.strictObject({
  firstWave: z.int().check(z.gte(1), z.lte(50)),
  growsBy: z.int().check(z.gte(0), z.lte(50)),
  paceMinutes: z.int().check(z.gte(1)),
  askUntilMinutesBefore: z.int().check(z.gte(0)),
  quiet: z.strictObject({ from: clockTime, until: clockTime }),
});
const looking = z.strictObject({
  // A text and a call can tell three apart; more would have to be read twice.
  offered: z.int().check(z.gte(1), z.lte(3)),
  daysAhead: z.int().check(z.gte(1), z.lte(366)),
  soonestMinutes: z.int().check(z.gte(0)),
});

/** How a freed time is offered to the waiting list. Throws a ContentFault that names the field. */
export function waitingListPlan(raw: unknown = waitingListFile): WavePlan {
  return checked('waiting-list.json', waves, raw);
}

/** How other times are looked for. Throws a ContentFault that names the field. */
export function lookingPlan(raw: unknown = otherTimesFile): LookingPlan {
  return checked('other-times.json', looking, raw);
}
