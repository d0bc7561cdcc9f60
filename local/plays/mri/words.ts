import * as z from 'zod';
import { sayWhen } from '../../../edge/speech.ts';
import { ask } from '../../hands/wire.ts';
import { clinic } from '../../seed/clinic.ts';
import type { Cast } from './cast.ts';

const told = z.object({
  story: z.object({
    visits: z.array(
      z.object({
        appointment: z.string(),
        requirements: z.array(z.object({ id: z.string(), state: z.string(), says: z.object({ default: z.string() }) })),
      }),
    ),
  }),
});

/** By need: a piece of what the patient hears of it, up to its first blank. */
export async function wordsOf(
  { endpoints }: Cast,
  patient: string,
  appointment: string,
): Promise<ReadonlyMap<string, string>> {
  const { story } = await ask(`${endpoints.console}/stories/${patient}`, told);
  const visit = story.visits.find((each) => each.appointment === appointment);
  return new Map(
    (visit?.requirements ?? []).map(({ id, says }) => {
      const pieces = says.default.split(/\{\w+\}/);
      return [id, pieces.toSorted((a, b) => b.length - a.length)[0]?.trim() ?? ''];
    }),
  );
}

/** A time as the clinic says it. */
export function timeOf(instant: string): string {
  return sayWhen(instant, clinic.timeZone, 'en');
}
