import * as z from 'zod/mini';
import { parseReference } from '../../fhir-mappings/reference.ts';

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export interface HookCall {
  readonly hook: string;
  readonly hookInstance: string;
  /** Without its type. */
  readonly patient: string;
  /** `Practitioner/lee`. */
  readonly user: string;
}

const identifier = z.string().check(z.regex(/^[A-Za-z0-9\-.]{1,64}$/));
const hookBody = z.object({
  hook: z.string().check(z.minLength(1), z.maxLength(100)),
  hookInstance: z.string().check(z.minLength(1), z.maxLength(200)),
  context: z.object({
    patientId: z.string().check(z.maxLength(300)),
    userId: z.string().check(z.maxLength(300)),
  }),
});

/** @see https://cds-hooks.hl7.org/2.0/#http-request_1 */
export function readHookCall(body: string): Read<HookCall> {
  const read = readJson(hookBody, body);
  if (!read.ok) return read;
  const { hook, hookInstance, context } = read.value;
  const named = parseReference(context.patientId);
  const patient = named?.kind === 'resource' && named.type === 'Patient' ? named.id : context.patientId;
  if (!identifier.safeParse(patient).success)
    return { ok: false, why: 'context.patientId must be the id of a Patient, as `x` or `Patient/x`.' };
  const user = parseReference(context.userId);
  if (user?.kind !== 'resource')
    return { ok: false, why: 'context.userId must name the user by type and id, as `Practitioner/x`.' };
  return { ok: true, value: { hook, hookInstance, patient, user: user.local } };
}

const uuid = z.string().check(z.minLength(1), z.maxLength(100));
const feedbackBody = z.object({
  feedback: z
    .array(
      z.object({
        card: uuid,
        outcome: z.enum(['accepted', 'overridden']),
        acceptedSuggestions: z.optional(z.array(z.object({ id: uuid }))),
        outcomeTimestamp: z.optional(z.string().check(z.maxLength(50))),
      }),
    )
    .check(z.maxLength(100)),
});

export type Feedback = z.infer<typeof feedbackBody>['feedback'][number];

/** @see https://cds-hooks.hl7.org/2.0/#feedback */
export function readFeedback(body: string): Read<readonly Feedback[]> {
  const read = readJson(feedbackBody, body);
  return read.ok ? { ok: true, value: read.value.feedback } : read;
}

/** What is wrong is named by its place, never quoted. */
function readJson<T>(schema: z.ZodMiniType<T>, body: string): Read<T> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { ok: false, why: 'The body is not JSON.' };
  }
  const read = schema.safeParse(parsed);
  if (read.success) return { ok: true, value: read.data };
  const places = [...new Set(read.error.issues.map(({ path }) => path.join('.') || 'the body'))].slice(0, 5);
  return { ok: false, why: `These are missing or not as CDS Hooks 2.0 says: ${places.join(', ')}.` };
}
