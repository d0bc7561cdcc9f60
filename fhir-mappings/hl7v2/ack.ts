import { two } from '../../domain/intake/reading/zone.ts';
import { escaped } from './escapes.ts';
import { type Header, minorOf } from './header.ts';
import type { Delimiters } from './message.ts';
import type { Problem, Refusal } from './problem.ts';
import { errorCodes } from './tables.ts';

export interface Acknowledgement {
  /** As the message has it: the answer is written with the same delimiters, in the same version, the other way round. */
  readonly delimiters: Delimiters;
  readonly raw: Header['raw'];
  readonly type?: string | undefined;
  readonly event?: string | undefined;
  readonly answer: { readonly code: 'AA' } | Refusal;
  readonly at: Date;
  /** The answer's own control id, at most 20 characters. */
  readonly control: string;
}

/** The version that an answer claims where the message says none that we know. */
const usualVersion = '2.5.1';

/**
 * The application acknowledgement of a message, in the original mode: MSH, MSA, and where something is wrong ERR from 2.5 on, the
 * reason in MSA-3 before. Segments end with CR. Never throws.
 * @see https://www.hl7.eu/HL7v2x/v251/std251/ch02.html (2.9.2 acknowledgements, 2.15.8 MSA, 2.15.5 ERR)
 */
export function writeAck(acknowledgement: Acknowledgement): string {
  const { delimiters, raw, answer, at, control } = acknowledgement;
  const minor = minorOf(raw.version.split(delimiters.component, 1)[0]);
  const version = minor === undefined ? usualVersion : raw.version;
  const problems = answer.code === 'AA' ? [] : answer.problems;
  const hasErr = minor === undefined || minor >= 5;
  const { field, component, repetition, escape: mark, subcomponent, truncation } = delimiters;
  const marks = [component, repetition, mark, subcomponent, truncation].join('');
  const header = [
    'MSH',
    marks,
    raw.receivingApplication,
    raw.receivingFacility,
    raw.sendingApplication,
    raw.sendingFacility,
    timeOf(at),
    '',
    messageType(acknowledgement, version),
    control,
    raw.processing === '' ? 'P' : raw.processing,
    version,
  ];
  const told = problems.map(({ says }) => says).join(' ');
  const answered = ['MSA', answer.code, raw.control, ...(hasErr || told === '' ? [] : [escaped(told, delimiters)])];
  const errors = hasErr ? problems.map((problem) => errorSegment(problem, delimiters)) : [];
  return [header, answered, ...errors].map((segment) => `${segment.join(field)}\r`).join('');
}

/** MSH-9.3 came with 2.3.1. */
function messageType({ delimiters: { component }, event }: Acknowledgement, version: string): string {
  if (event === undefined || !/^[A-Z]\d{2}$/.test(event)) return 'ACK';
  return ['ACK', event, ...(/^2\.3(?!\.)/.test(version) ? [] : ['ACK'])].join(component);
}

function errorSegment({ code, at = '', says }: Problem, delimiters: Delimiters): readonly string[] {
  const { component } = delimiters;
  return [
    'ERR',
    '',
    at.split('^').join(component),
    [code, errorCodes[code], 'HL70357'].join(component),
    'E',
    '',
    '',
    escaped(errorCodes[code], delimiters),
    escaped(says, delimiters),
  ];
}

function timeOf(at: Date): string {
  const date = `${at.getUTCFullYear()}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`;
  return `${date}${two(at.getUTCHours())}${two(at.getUTCMinutes())}${two(at.getUTCSeconds())}+0000`;
}
