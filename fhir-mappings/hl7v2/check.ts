import { type Header, headerOf, minorOf, triggerOf } from './header.ts';
import {
  type Message,
  part,
  repetitions,
  type Segment,
  segmentOf,
  segmentsOf,
  textAt,
  type Unreadable,
} from './message.ts';
import type { Problem, Refusal } from './problem.ts';
import { type Trigger, takenTriggers } from './tables.ts';
import { readTimestamp } from './timestamp.ts';
import { segmentWithTime, visitTimeIn } from './visit-time.ts';

const unreadable: Readonly<Record<Unreadable, Problem>> = {
  empty: { code: '100', says: 'There is no message. Send one HL7 v2 message in the body.' },
  'no-header': {
    code: '100',
    says: 'This does not begin with MSH, so it is no HL7 v2 message. Send one, beginning with MSH.',
  },
  delimiters: {
    code: '102',
    at: 'MSH^1^2',
    says: 'MSH-1 and MSH-2 do not name delimiters that can part a message. The usual ones are | and ^~\\&.',
  },
  batch: { code: '200', says: 'This is a batch. Send each message by itself, without FHS and BHS.' },
  several: { code: '100', says: 'This holds several messages. Send each by itself.' },
  undecodable: {
    code: '102',
    at: 'MSH^1^18',
    says: 'Some characters are not UTF-8. Send the message in UTF-8, and say so in the content type.',
  },
};

/** What is answered to a body that is no message, or not one. */
export function refusalOfUnreadable(why: Unreadable): Refusal {
  return { code: 'AR', problems: [unreadable[why]] };
}

/** Oldest and newest minor version of 2.x that is taken. */
const [oldest, newest] = [3, 8];

/**
 * Whether a message is one that is taken and says all that it must, without asking anybody: AR where it is not for us as it is, AE where
 * something is missing in it. Undefined where it is sound. Never throws.
 */
export function refusalOf(message: Message): Refusal | undefined {
  const header = headerOf(message);
  const minor = minorOf(header.version);
  if (minor === undefined || minor < oldest || minor > newest)
    return rejected('203', 'MSH^1^12', 'Say in MSH-12 which version it is: 2.3 to 2.8 are taken.');
  const trigger = triggerOf(header);
  if (trigger === undefined) return untaken(header);
  const [first, ...others] = problemsIn(message, header, trigger);
  return first === undefined ? undefined : { code: 'AE', problems: [first, ...others] };
}

function rejected(code: Problem['code'], at: string, says: string): Refusal {
  return { code: 'AR', problems: [{ code, at, says }] };
}

function untaken({ type }: Header): Refusal {
  const isKnownType = type === 'SIU' || type === 'ADT';
  return rejected(
    isKnownType ? '201' : '200',
    'MSH^1^9',
    `This ${isKnownType ? 'event' : 'kind of message'} is not taken. Taken are ${takenTriggers}. Do not send it again; an operator sees it.`,
  );
}

function problemsIn(message: Message, header: Header, trigger: Trigger): readonly Problem[] {
  const problems: Problem[] = [];
  if (header.control === undefined)
    problems.push({ code: '101', at: 'MSH^1^10', says: 'Give the message a control id in MSH-10.' });
  if (header.time !== undefined && readTimestamp(header.time) === undefined)
    problems.push({
      code: '102',
      at: 'MSH^1^7',
      says: 'MSH-7 is no time. Write YYYYMMDDHHMMSS with the offset, as in 20261122083000-0600.',
    });
  const pids = segmentsOf(message, 'PID');
  const [pid] = pids;
  if (pid === undefined)
    problems.push({ code: '101', at: 'PID', says: 'No patient is named. Send a PID segment with a number in PID-3.' });
  else if (idsIn(message, pid, 3).length === 0)
    problems.push({ code: '101', at: 'PID^1^3', says: 'The patient has no number. Send one in PID-3.' });
  const inSubject = { appointment: bookingProblems, person: personProblems, merge: mergeProblems } as const;
  problems.push(...inSubject[trigger.subject](message, pids, trigger, minorOf(header.version)));
  return problems;
}

type Check = (
  message: Message,
  pids: readonly Segment[],
  trigger: Trigger,
  minor: number | undefined,
) => readonly Problem[];

const personProblems: Check = (message, pids) =>
  namesSeveral(message, pids)
    ? [{ code: '100', at: 'PID^2', says: 'Several patients are named. Send one message for each.' }]
    : [];

const bookingProblems: Check = (message, pids, trigger, minor) => {
  const problems = [...personProblems(message, pids, trigger, minor)];
  const sch = segmentOf(message, 'SCH');
  if (sch === undefined) {
    problems.push({
      code: '101',
      at: 'SCH',
      says: 'There is no SCH segment, so it is not known which visit is meant.',
    });
  } else if (textAt(message, sch, 1) === undefined && textAt(message, sch, 2) === undefined) {
    problems.push({ code: '101', at: 'SCH^1^2', says: 'The visit has no number. Send one in SCH-2 or SCH-1.' });
  }
  // Which zone is meant is no question here: only whether there is a date with an hour.
  if (trigger.subject === 'appointment' && trigger.mustSayWhen && visitTimeIn(message, 'UTC') === undefined)
    problems.push({
      code: '101',
      at: segmentWithTime(minor),
      says: 'A booking must say when it is, with the hour: in TQ1-7, in SCH-11 (before 2.5) or in AIS-4.',
    });
  return problems;
};

const mergeProblems: Check = (message, pids) => {
  const problems: Problem[] = [];
  for (const { pid, mrg } of mergedPairs(message)) {
    const [surviving, old] = [idsIn(message, pid, 3), mrg === undefined ? [] : idsIn(message, mrg, 1)];
    if (old.length === 0)
      problems.push({
        code: '101',
        at: 'MRG^1^1',
        says: 'A merge must name the old record. Send its number in MRG-1.',
      });
    else if (surviving.length > 0 && old.every((id) => surviving.includes(id)))
      problems.push({
        code: '205',
        at: 'MRG^1^1',
        says: 'MRG-1 names the same record as PID-3: there is nothing to merge.',
      });
  }
  for (const pid of pids.slice(1))
    if (idsIn(message, pid, 3).length === 0)
      problems.push({ code: '101', at: 'PID^2^3', says: 'A surviving record has no number. Send one in PID-3.' });
  return problems;
};

/** Each PID with the MRG behind it. @see https://www.hl7.eu/HL7v2x/v251/std251/ch03.html (3.3.40, ADT^A40^ADT_A39) */
export function mergedPairs(message: Message): readonly { readonly pid: Segment; readonly mrg: Segment | undefined }[] {
  const { segments } = message;
  return segments.flatMap((pid, at) => {
    if (pid.name !== 'PID') return [];
    const next = segments.findIndex(({ name }, later) => later > at && name === 'PID');
    const group = segments.slice(at + 1, next < 0 ? segments.length : next);
    return [{ pid, mrg: group.find(({ name }) => name === 'MRG') }];
  });
}

/** Numbers with whoever assigned them, as they are written: enough to tell whether two segments mean one record. */
function idsIn(message: Message, segment: Segment, field: number): readonly string[] {
  return repetitions(message, segment, field).flatMap((repeat) => {
    const id = part(repeat, 1);
    return id === undefined ? [] : [JSON.stringify([id, part(repeat, 4, 1), part(repeat, 4, 2)])];
  });
}

/** A group visit, or two people by mistake: whose it is cannot be said. The same person twice is one. */
function namesSeveral(message: Message, pids: readonly Segment[]): boolean {
  const [first, ...others] = pids.map((pid) => idsIn(message, pid, 3));
  return others.some((ids) => !ids.some((id) => first?.includes(id) === true));
}
