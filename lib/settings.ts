import type { App } from 'aws-cdk-lib';
import * as z from 'zod';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** `-c name='[…]'` gives text, cdk.json gives the list itself: both are taken. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z.union([
    z.array(item),
    z
      .string()
      .transform((text, context) => {
        try {
          return JSON.parse(text);
        } catch {
          context.addIssue('is not JSON');
          return z.NEVER;
        }
      })
      .pipe(z.array(item)),
  ]);
}

const url = z.url().refine((text) => !text.endsWith('/'), 'must not end with a slash');

const settingsSchema = z
  .strictObject({
    /** The clinic: in every event, in the stacks' names. */
    tenant: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,30}$/, 'small letters, digits and dashes')
      .default('lakeside'),
    /** What the world calls the API. Twilio signs over it, links are made of it. Absent: the API's own endpoint. */
    publicUrl: url.optional(),
    /** An ACM certificate for the host of publicUrl, if the API itself shall answer there. Absent: something in front does. */
    certificateArn: z.string().startsWith('arn:').optional(),
    ehrBaseUrl: url.default('https://ehr.example/fhir'),
    /** Only where it is not Twilio itself that shall be called. */
    twilioApiUrl: url.optional(),
    cdsIssuers: listOf(z.strictObject({ issuer: z.string().min(1), jwksUrl: z.url() })).default([]),
    cdsOrigins: listOf(z.url()).default([]),
    alarmEmail: z.email().optional(),
    logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    logRetentionDays: z.coerce
      .number()
      .pipe(z.literal([30, 90, 180, 365, 731, 1096, 2192, 3653]))
      .default(731),
    /** Keeps every event for a year, to be played again. */
    archive: flag.default(true),
    /** For MiniStack: leaves out what it cannot make (see test/aws/README.md), and lets stacks be thrown away. */
    emulated: flag.default(false),
  })
  .refine((settings) => settings.certificateArn === undefined || settings.publicUrl !== undefined, {
    path: ['certificateArn'],
    message: 'needs publicUrl',
  });

export type Settings = z.infer<typeof settingsSchema>;

const names = [
  'tenant',
  'publicUrl',
  'certificateArn',
  'ehrBaseUrl',
  'twilioApiUrl',
  'cdsIssuers',
  'cdsOrigins',
  'alarmEmail',
  'logLevel',
  'logRetentionDays',
  'archive',
  'emulated',
] as const satisfies readonly (keyof Settings)[];

/** The settings in the app's context (`cdk -c name=value`, or cdk.json), with defaults. Throws with every fault named. */
export function settingsOf(app: App): Settings {
  const given = Object.fromEntries(
    names.map((name) => [name, app.node.tryGetContext(name)]).filter(([, value]) => value !== undefined),
  );
  return parseSettings(given);
}

/** As `settingsOf`, from a plain object. */
export function parseSettings(given: unknown): Settings {
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) throw new Error(`The context is not usable:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
