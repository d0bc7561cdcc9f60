import * as z from 'zod/mini';
import type { Clinic } from '../domain/conversation/clinic.ts';
import { senderKinds, usualRates } from '../domain/outbound/sender.ts';
import clinicFile from './clinic.json' with { type: 'json' };
import { type Content, ContentFault, checked } from './content.ts';

/** What the clinic says of itself in `clinic.json`: its place, its people's numbers, its ways of writing, what it sends from and when. */
export type ClinicProfile = Omit<Clinic, 'redFlags' | 'facts'>;

const phone = z.string().check(z.regex(/^\+[1-9]\d{6,14}$/));
const minutes = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most));
const clockTime = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
/** Not every kind has a usual rate: a short code sends as fast as its contract says. */
const sender = z.pipe(
  z
    .strictObject({ kind: z.enum(senderKinds), perSecond: z.optional(z.number().check(z.gt(0), z.lte(1000))) })
    .check(z.refine(({ kind, perSecond }) => (perSecond ?? usualRates[kind]) !== undefined, { path: ['perSecond'] })),
  z.transform(({ kind, perSecond }) => ({ kind, perSecond: perSecond ?? usualRates[kind] ?? 1 })),
);
const profile = z.strictObject({
  tenant: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,30}$/)),
  name: z.string().check(z.refine((name) => name.trim() !== '')),
  country: z.enum(['US', 'PL', 'ES', 'MX']),
  timeZone: z.string().check(z.refine((zone) => isTimeZone(zone))),
  dateOrder: z.enum(['month-first', 'day-first']),
  desk: phone,
  onCall: phone,
  readBackBelow: z.number().check(z.gt(0), z.lte(1)),
  lateness: z.strictObject({
    tellAgainMinutes: minutes(5, 120),
    tellWithinMinutes: minutes(30, 1440),
    checkInFromMinutes: minutes(15, 1440),
  }),
  sender,
  quietHours: z.strictObject({
    from: clockTime,
    until: clockTime,
    holds: z.array(z.enum(['news', 'reminder', 'survey'])),
  }),
});

/**
 * The clinic as its file describes it. Throws a ContentFault that names the field, also where the file is another clinic's than the one
 * deployed: nobody may be texted in the name of, or told to ring, a clinic that is not theirs.
 */
export function clinicProfile(tenant: string | undefined = undefined, raw: unknown = clinicFile): ClinicProfile {
  const clinic = checked('clinic.json', profile, raw);
  if (tenant !== undefined && clinic.tenant !== tenant)
    throw new ContentFault(`content/clinic.json, tenant: it is not that of the clinic deployed (${tenant})`);
  return clinic;
}

/** The clinic with the reviewed content it works by. */
export function clinicWith({ redFlags, facts }: Pick<Content, 'redFlags' | 'facts'>, clinic: ClinicProfile): Clinic {
  return { ...clinic, redFlags, facts };
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}
