import { describe, expect, test } from 'vitest';
import { writeAck } from '../../fhir-mappings/hl7v2/ack.ts';
import { refusalOf, refusalOfUnreadable } from '../../fhir-mappings/hl7v2/check.ts';
import { headerOf, salvagedHeader } from '../../fhir-mappings/hl7v2/header.ts';
import { parseMessage } from '../../fhir-mappings/hl7v2/message.ts';
import { and, message, names, segmentsIn, without } from './messages.ts';

const at = new Date('2026-11-22T14:30:05.000Z');

/** The answer as the door would write it, without keeping anything. */
function answer(text: string): string {
  const parsed = parseMessage(text);
  if (!parsed.ok)
    return writeAck({ ...salvagedHeader(text), answer: refusalOfUnreadable(parsed.why), at, control: 'ANSWER-1' });
  const { delimiters } = parsed.message;
  const refusal = refusalOf(parsed.message);
  return writeAck({
    ...headerOf(parsed.message),
    delimiters,
    answer: refusal ?? { code: 'AA' },
    at,
    control: 'ANSWER-1',
  });
}
const codes = (text: string) => {
  const [, msa, ...errors] = segmentsIn(answer(text));
  return [msa?.[1], ...errors.map((error) => `${error[2]} ${error[3]?.split('^')[0]}`)];
};

describe('an acknowledgement', () => {
  test('of a sound message says AA under its control id, the other way round, in its version, with CR', () => {
    expect(answer(message('siu-s12')).split('\r')).toEqual([
      'MSH|^~\\&|TOLDONCE|LAKESIDE|SCHEDULER|LAKESIDE|20261122143005+0000||ACK^S12^ACK|ANSWER-1|P|2.5.1',
      'MSA|AA|LS-1001',
      '',
    ]);
  });

  test.each(names)('of %s is AA', (name) => {
    expect(codes(message(name))).toEqual(['AA']);
  });

  test('from 2.5 on says what is wrong in ERR: where, by table 0357, and in words that say what to do', () => {
    const [, msa, err, none] = segmentsIn(answer(message('siu-s12', { 'PID-3': '' })));
    expect(msa).toEqual(['MSA', 'AE', 'LS-1001']);
    expect(err?.slice(0, 5)).toEqual(['ERR', '', 'PID^1^3', '101^Required field missing^HL70357', 'E']);
    expect(err?.[8]).toBe('The patient has no number. Send one in PID-3.');
    expect(none).toBeUndefined();
  });

  test('below 2.5 says it in MSA-3, and MSH-9 has three components only from 2.3.1 on', () => {
    const [msh, msa, none] = segmentsIn(answer(message('siu-s12-2.3', { 'PID-3': '' })));
    expect([msh?.[9], msh?.[12]]).toEqual(['ACK^S12', '2.3']);
    expect(msa).toEqual(['MSA', 'AE', '77', 'The patient has no number. Send one in PID-3.']);
    expect(none).toBeUndefined();
    expect(segmentsIn(answer(message('siu-s12-2.3', { 'MSH-12': '2.3.1' })))[0]?.[9]).toBe('ACK^S12^ACK');
    expect(segmentsIn(answer(message('adt-a31')))[0]?.[12]).toBe('2.4');
  });

  test('names every thing that is wrong at once', () => {
    const text = without(without(message('siu-s12', { 'MSH-7': 'noon', 'SCH-1': '', 'SCH-2': '' }), 'TQ1'), 'AIS');
    expect(codes(text)).toEqual(['AE', 'MSH^1^7 102', 'SCH^1^2 101', 'TQ1^1^7 101']);
  });

  test('is written with the delimiters of the message', () => {
    const odd = message('siu-s12', { 'PID-3': '' }).replaceAll('|', '!').replaceAll('^', '*').replaceAll('\\', '$');
    const [msh, msa, err] = segmentsIn(answer(odd), '!');
    expect([msh?.[2], msh?.[9], msa?.[2], err?.[2], err?.[3]]).toEqual([
      '*~$&',
      'ACK*S12*ACK',
      'LS-1001',
      'PID*1*3',
      '101*Required field missing*HL70357',
    ]);
  });

  test('of what can’t be read is AR, under the control id where there is one', () => {
    expect(codes('hello')).toEqual(['AR', ' 100']);
    const [msh, msa] = segmentsIn(answer('MSH|^^^^|A|B|C|D|20261122||ADT^A08|CTRL-9|P|2.5\rPID|1'));
    expect([msh?.[3], msh?.[5], msh?.[12], msa?.[1], msa?.[2]]).toEqual(['C', 'A', '2.5', 'AR', 'CTRL-9']);
    expect(segmentsIn(answer(''))[1]).toEqual(['MSA', 'AR', '']);
  });
});

describe('what is refused', () => {
  const s12 = message('siu-s12');
  test.each([
    ['another event', message('siu-s12', { 'MSH-9': 'SIU^S18^SIU_S12' }), ['AR', 'MSH^1^9 201']],
    ['another kind of message', message('adt-a08', { 'MSH-9': 'ORU^R01^ORU_R01' }), ['AR', 'MSH^1^9 200']],
    ['no kind at all', message('adt-a08', { 'MSH-9': '' }), ['AR', 'MSH^1^9 200']],
    ['an older version', message('siu-s12', { 'MSH-12': '2.2' }), ['AR']],
    ['a newer version', message('siu-s12', { 'MSH-12': '2.9' }), ['AR', 'MSH^1^12 203']],
    ['no version', message('siu-s12', { 'MSH-12': '' }), ['AR', 'MSH^1^12 203']],
    ['a batch', `BHS|^~\\&|A\r${s12}`, ['AR', ' 200']],
    ['two messages', s12 + s12, ['AR', ' 100']],
    ['no control id', message('siu-s12', { 'MSH-10': '' }), ['AE', 'MSH^1^10 101']],
    ['no patient', without(s12, 'PID'), ['AE', 'PID 101']],
    ['a patient without a number', message('adt-a08', { 'PID-3': '^^^LAKESIDE^MR' }), ['AE', 'PID^1^3 101']],
    ['two patients', and(s12, 'PID|2||OTHER^^^LAKESIDE^MR'), ['AE', 'PID^2 100']],
    ['no SCH', without(s12, 'SCH'), ['AE', 'SCH 101']],
    [
      'a booking with a day and no hour',
      without(message('siu-s12', { 'TQ1-7': '20261124' }), 'AIS'),
      ['AE', 'TQ1^1^7 101'],
    ],
    ['a move without a time', without(without(message('siu-s13'), 'TQ1'), 'AIS'), ['AE', 'TQ1^1^7 101']],
    ['a merge without an old record', without(message('adt-a40'), 'MRG'), ['AE', 'MRG^1^1 101']],
    [
      'a merge of a record with itself',
      message('adt-a40', { 'MRG-1': 'MRN-anna-kowalska^^^LAKESIDE^MR' }),
      ['AE', 'MRG^1^1 205'],
    ],
  ])('%s', (_, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  test.each([
    ['a change without a time', message('siu-s14')],
    ['an end without a time', message('siu-s15')],
    ['the same patient twice', and(s12, 'PID|2||MRN-anna-kowalska^^^LAKESIDE^MR')],
    ['several merges in one message', and(message('adt-a40'), 'PID|2||A^^^LAKESIDE^MR', 'MRG|B^^^LAKESIDE^MR')],
    ['a message without its time', message('siu-s12', { 'MSH-7': '' })],
    ['segments that nobody knows', and(s12, 'ZPI|1|pet|dog', 'ZZZ')],
  ])('not %s', (_, text) => {
    expect(codes(text)).toEqual(['AA']);
  });
});
