import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeAck } from '../../fhir-mappings/hl7v2/ack.ts';
import { refusalOf, refusalOfUnreadable } from '../../fhir-mappings/hl7v2/check.ts';
import { headerOf, salvagedHeader } from '../../fhir-mappings/hl7v2/header.ts';
import { instructionIn } from '../../fhir-mappings/hl7v2/instruction.ts';
import { parseMessage } from '../../fhir-mappings/hl7v2/message.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { counting } from '../properties/counting.ts';
import { anyMessage } from './generated.ts';
import { message, names } from './messages.ts';
import { context, madeAppointment, madePatient } from './reading.ts';

const at = new Date('2026-11-22T14:30:05.000Z');

describe('whatever is sent', () => {
  test('is answered by an acknowledgement that can be read, and nothing throws', () => {
    const met = counting('HL7 v2 answers');
    fc.assert(
      fc.property(anyMessage, (text) => {
        const parsed = parseMessage(text);
        const refusal = parsed.ok ? refusalOf(parsed.message) : refusalOfUnreadable(parsed.why);
        const asked = parsed.ok
          ? { ...headerOf(parsed.message), delimiters: parsed.message.delimiters }
          : salvagedHeader(text);
        const answer = refusal ?? ({ code: 'AA' } as const);
        met.count(answer.code);
        const ack = parseMessage(writeAck({ ...asked, answer, at, control: 'ANSWER' }));
        expect(ack.ok).toBe(true);
        if (!ack.ok) return;
        const [msh, msa] = ack.message.segments;
        expect([msh?.name, msa?.name, msa?.fields[1]]).toEqual(['MSH', 'MSA', answer.code]);
        expect(msa?.fields[2]).toBe(asked.raw.control);
      }),
      { numRuns: 4000 },
    );
    met.print();
    for (const code of ['AA', 'AE', 'AR']) expect(met.of(code)).toBeGreaterThan(200);
  });

  test('and was acknowledged, is something that the EHR takes', () => {
    const met = counting('HL7 v2 resources');
    fc.assert(
      fc.property(anyMessage, (text) => {
        const parsed = parseMessage(text);
        if (!parsed.ok) return;
        const asked = instructionIn(parsed.message, context);
        const sound = refusalOf(parsed.message) === undefined;
        // What was said AA to can be carried out.
        if (sound) expect(asked).toBeDefined();
        if (asked === undefined || !sound) return;
        met.count(asked.about);
        expect(faultsOf(madePatient(text))).toEqual([]);
        if (asked.about !== 'appointment') return;
        const made = madeAppointment(text);
        const needsTime = made.start === undefined && !['proposed', 'cancelled', 'waitlist'].includes(made.status);
        // A visit without a time is not made; app-3 is all that is wrong with it.
        expect(faultsOf(made).filter((fault) => !(needsTime && fault.includes('app-3')))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    met.print();
    for (const about of ['appointment', 'person', 'merge']) expect(met.of(about)).toBeGreaterThan(20);
  });
});

test.each(names)('%s, cut off after any character, throws nowhere', (name) => {
  const text = message(name);
  for (let length = 0; length <= text.length; length++) {
    const parsed = parseMessage(text.slice(0, length));
    if (!parsed.ok) continue;
    refusalOf(parsed.message);
    instructionIn(parsed.message, context);
  }
});

test('every fixture is about nobody: its people are of Lakeside, its numbers of the 555-01xx range', () => {
  const folder = new URL('./messages/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const phones = [...text.matchAll(/555\D?(\d{4})/g)].map(([, digits]) => digits ?? '');
    expect(phones.filter((digits) => !digits.startsWith('01'))).toEqual([]);
    expect(text).not.toMatch(/\d{3}-\d{2}-\d{4}/);
  }
});
