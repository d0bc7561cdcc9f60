import { digest } from '../../edge/ehr/changed-events.ts';
import { eventOf } from '../../events/envelope.ts';
import { hl7Received } from '../../events/hl7-received.ts';
import { writeAck } from '../../fhir-mappings/hl7v2/ack.ts';
import { refusalOf, refusalOfUnreadable } from '../../fhir-mappings/hl7v2/check.ts';
import { type Header, headerOf, salvagedHeader } from '../../fhir-mappings/hl7v2/header.ts';
import { type Message, parseMessage } from '../../fhir-mappings/hl7v2/message.ts';
import type { Refusal } from '../../fhir-mappings/hl7v2/problem.ts';
import type { KeepingDeps } from './dependencies.ts';

/** What became of a message that came to the door. */
export type TakenHl7 =
  /** Durable, and on its way into the EHR; `again` where the very same was there already. */
  | { readonly is: 'kept'; readonly message: string; readonly again: boolean }
  | { readonly is: 'refused'; readonly refusal: Refusal };

export interface AnsweredHl7 {
  readonly taken: TakenHl7;
  readonly ack: string;
}

export type Hl7Deps = Pick<KeepingDeps, 'records' | 'clinic' | 'clock' | 'log'>;

/**
 * Characters of one part of a message. Control characters become six each in JSON: even then a record is below 300 KB.
 */
const partLength = 45_000;
/** For how long the same message is known again; an older one coming back later is told by its time. */
const keptDays = 90;

/**
 * Takes one message: keeps it whole with its event and says AA; or says what is wrong with it. The same message again (sender, control
 * id and content) is AA and does nothing, unless `anew` asks for it to be followed once more.
 */
export async function takeHl7(deps: Hl7Deps, body: string, { anew = false } = {}): Promise<AnsweredHl7> {
  const parsed = parseMessage(body);
  if (!parsed.ok) {
    const refusal = refusalOfUnreadable(parsed.why);
    return answered(deps, { ...salvagedHeader(body) }, { is: 'refused', refusal }, body);
  }
  const { message } = parsed;
  const header = headerOf(message);
  const asked = { ...header, delimiters: message.delimiters };
  const refusal = refusalOf(message);
  if (refusal !== undefined) return answered(deps, asked, { is: 'refused', refusal }, body);
  return answered(deps, asked, await keep(deps, message, header, body, anew), body);
}

function answered(
  { clock, log }: Hl7Deps,
  asked: Pick<Parameters<typeof writeAck>[0], 'delimiters' | 'raw' | 'type' | 'event'>,
  taken: TakenHl7,
  body: string,
): AnsweredHl7 {
  const answer = taken.is === 'kept' ? ({ code: 'AA' } as const) : taken.refusal;
  if (taken.is === 'refused') {
    const { code: error, at: where } = taken.refusal.problems[0];
    log.warn('HL7_REFUSED', { answer: answer.code, error, where });
  }
  // The same message answered the same way is the same answer.
  const control = digest(`${answer.code}\n${body}`).slice(0, 20);
  return { taken, ack: writeAck({ ...asked, answer, at: clock.now(), control }) };
}

async function keep(
  deps: Hl7Deps,
  { segments }: Message,
  { raw, control = '', time = '', type = '', event = '' }: Header,
  body: string,
  anew: boolean,
): Promise<TakenHl7> {
  const { records, log } = deps;
  const now = deps.clock.now();
  const expires = new Date(now.getTime() + keptDays * 86_400_000);
  // However its lines end and whatever frames it, it is the same message.
  const content = segments.map(({ fields }) => fields.join('\n')).join('\r');
  const id = digest([raw.sendingApplication, raw.sendingFacility, control, content].join('\n'));
  const trigger = `${type}^${event}`;
  const value = { at: now.toISOString(), control, trigger, messageTime: time };
  const parts = Math.max(1, Math.ceil(body.length / partLength));
  const part = (number: number) => body.slice((number - 1) * partLength, number * partLength);
  for (let number = 2; number <= parts; number++)
    await records.put({
      kind: 'hl7-message',
      id: partId(id, number),
      value: { ...value, body: part(number) },
      expect: 'any',
      expires,
    });
  const occasion = { cause: `hl7/${id}`, time: value.at, tenant: deps.clinic.tenant };
  const first = { ...value, body: part(1), ...(parts === 1 ? {} : { parts }) };
  // The event leaves with the first part, when all the others are there.
  const put = await records.put({ kind: 'hl7-message', id, value: first, expect: 'absent', expires }, [
    eventOf(hl7Received, occasion, { message: id, trigger }),
  ]);
  const again = put === 'conflict';
  if (again && anew) {
    const stored = await records.get('hl7-message', id);
    const cause = `hl7/${id}/anew/${value.at}`;
    await records.put({ kind: 'hl7-message', id, value: stored?.value ?? first, expect: 'any', expires }, [
      eventOf(hl7Received, { ...occasion, cause }, { message: id, trigger }),
    ]);
  }
  log.info('HL7_KEPT', { message: id, trigger, again });
  return { is: 'kept', message: id, again };
}

/** Where a part behind the first one lies. */
export function partId(message: string, number: number): string {
  return `${message}/${String(number).padStart(2, '0')}`;
}
