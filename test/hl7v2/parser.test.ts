import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escaped, unescaped } from '../../fhir-mappings/hl7v2/escapes.ts';
import {
  firstOf,
  isDeleted,
  parseMessage,
  part,
  repetitions,
  segmentOf,
  segmentsOf,
  textAt,
  usualDelimiters,
} from '../../fhir-mappings/hl7v2/message.ts';
import { message, names } from './messages.ts';

function read(text: string) {
  const parsed = parseMessage(text);
  if (!parsed.ok) throw new Error(`Not read: ${parsed.why}`);
  return parsed.message;
}
const why = (text: string) => {
  const parsed = parseMessage(text);
  return parsed.ok ? 'read' : parsed.why;
};
const s12 = message('siu-s12');

describe('a message is the same message', () => {
  test.each([
    ['with LF', s12.replaceAll('\r', '\n')],
    ['with CRLF', s12.replaceAll('\r', '\r\n')],
    ['with a byte order mark', `\ufeff${s12}`],
    ['in the frame of MLLP', `\u000b${s12}\u001c\r`],
    ['with blank lines before, between and after', `\n\n${s12.replaceAll('\r', '\r\r \n')}\n\n \r\n`],
    ['without an end of its last segment', s12.slice(0, -1)],
    ['with everything at once', `\ufeff\u000b\r\n${s12.replaceAll('\r', '\r\n')}\u001c\r\n\n`],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(read(s12));
  });

  test.each(names)('%s is read whole', (name) => {
    const text = message(name);
    const { segments } = read(text);
    const again = segments.map(({ fields }) => (fields[0] === 'MSH' ? ['MSH', ...fields.slice(2)] : fields).join('|'));
    expect(again).toEqual(text.trimEnd().split('\r'));
  });
});

describe('fields', () => {
  test('are counted as the standard counts them, MSH-1 being the separator', () => {
    const parsed = read(s12);
    const msh = segmentOf(parsed, 'MSH');
    expect([msh?.fields[1], msh?.fields[2], textAt(parsed, msh, 10)]).toEqual(['|', '^~\\&', 'LS-1001']);
    expect(textAt(parsed, segmentOf(parsed, 'PID'), 7)).toBe('19860412');
    expect(textAt(parsed, segmentOf(parsed, 'PID'), 70)).toBeUndefined();
    expect(textAt(parsed, segmentOf(parsed, 'ZZZ'), 1)).toBeUndefined();
  });

  test('have repetitions, components and subcomponents', () => {
    const parsed = read(s12);
    const ids = repetitions(parsed, segmentOf(parsed, 'PID'), 3);
    expect(ids.map((id) => [part(id, 1), part(id, 4, 1), part(id, 4, 2), part(id, 5)])).toEqual([
      ['MRN-anna-kowalska', 'LAKESIDE', undefined, 'MR'],
      ['4711', 'EASTPARK', '2.16.840.1.113883.19.4711', 'PI'],
    ]);
  });

  test('say nothing when empty, and that there is none any more by ""', () => {
    const parsed = read(message('adt-a08', { 'PID-11': '""', 'PID-13': '' }));
    const pid = segmentOf(parsed, 'PID');
    expect([isDeleted(pid, 11), isDeleted(pid, 13), firstOf(parsed, pid, 13)]).toEqual([true, false, undefined]);
    expect(textAt(parsed, pid, 11)).toBeUndefined();
  });

  test('may be parted by any delimiters that MSH names', () => {
    const odd = s12
      .replaceAll('|', '!')
      .replaceAll('^', '*')
      .replaceAll('~', '@')
      .replaceAll('\\', '$')
      .replaceAll('&', '%');
    const parsed = read(odd);
    expect(parsed.delimiters).toMatchObject({
      field: '!',
      component: '*',
      repetition: '@',
      escape: '$',
      subcomponent: '%',
    });
    expect(textAt(parsed, segmentOf(parsed, 'NTE'), 3)).toBe(
      'Please use the side door % ring twice.\nWheelchair ramp on the left.',
    );
    expect(part(repetitions(parsed, segmentOf(parsed, 'PID'), 3)[1], 4, 2)).toBe('2.16.840.1.113883.19.4711');
  });

  test('of a sender that names only two delimiters are neither escaped nor parted further', () => {
    const parsed = read('MSH|^~|A|B|C|D|20261102||ADT^A08|1|P|2.3\rPID|||1^^^A&B|x\\T\\y');
    const pid = segmentOf(parsed, 'PID');
    expect([part(firstOf(parsed, pid, 3), 4), textAt(parsed, pid, 4)]).toEqual(['A&B', 'x\\T\\y']);
  });

  test('keep a raw line break of a note: a line that begins no segment goes on with the one before', () => {
    const parsed = read(s12.replace('ring twice', 'ring\ntwice | and wait'));
    const [note] = segmentsOf(parsed, 'NTE');
    expect([textAt(parsed, note, 3), note?.fields[4]]).toEqual([
      'Please use the side door & ring\ntwice',
      ' and wait.\\.br\\Wheelchair ramp on the left.',
    ]);
    expect(parsed.segments.map(({ name }) => name)).toEqual(read(s12).segments.map(({ name }) => name));
  });

  test('carry no character that FHIR forbids in a string', () => {
    const parsed = read(s12.replace('ANNA', 'AN\\X01\\N\u0007A'));
    expect(part(firstOf(parsed, segmentOf(parsed, 'PID'), 5), 2)).toBe('ANNA');
  });
});

describe('what is no message says why', () => {
  test.each([
    ['empty', ''],
    ['empty', ' \r\n\u000b\u001c\r'],
    ['no-header', 'hello'],
    ['no-header', 'PID|1\rMSH|^~\\&|'],
    ['no-header', '{"resourceType": "Patient"}'],
    ['no-header', 'msh|^~\\&|A'],
    ['delimiters', 'MSH'],
    ['delimiters', 'MSH|'],
    ['delimiters', 'MSH||A|B'],
    ['delimiters', 'MSHA^~\\&A'],
    ['delimiters', 'MSH|^^\\&|A'],
    ['delimiters', 'MSH|ab\\&|A'],
    ['delimiters', 'MSH|^~\\&#!|A'],
    ['delimiters', 'MSH|^~ &|A'],
    ['batch', 'BHS|^~\\&|A\rMSH|^~\\&|A'],
    ['batch', 'FHS|^~\\&|A\rBHS|^~\\&|A'],
    ['several', `${s12}${s12}`],
    ['several', `\u000b${s12}\u001c\r\u000b${s12}\u001c\r`],
    ['undecodable', s12.replace('ANNA', 'AN\ufffdA')],
  ])('%s: %j', (reason, text) => {
    expect(why(text)).toBe(reason);
  });
});

describe('escape sequences', () => {
  test.each([
    ['a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f', 'a|b^c&d~e\\f'],
    ['one\\.br\\two\\.sp\\three\\.sp2\\four', 'one\ntwo\nthree\n\nfour'],
    ['\\H\\loud\\N\\ and quiet', 'loud and quiet'],
    ['caf\\XC3A9\\, Tom\\XE1\\s', 'café, Tomás'],
    ['line\\X0D0A\\break', 'line\r\nbreak'],
    ['\\.in+2\\indented\\.ti-2\\ and\\.sk3\\spaced\\.fi\\\\.nf\\', 'indented and   spaced'],
    ['\\C2842\\other set\\Zlocal\\', 'other set'],
    ['C:\\temp\\readings', 'C:\\temp\\readings'],
    ['ends with \\', 'ends with \\'],
    ['\\', '\\'],
    ['\\\\', '\\\\'],
    ['a\\b\\T\\c', 'a\\b&c'],
    ['\\X1\\ and \\XZZ\\', '\\X1\\ and \\XZZ\\'],
  ])('%j is read as %j', (written, meant) => {
    expect(unescaped(written, usualDelimiters)).toBe(meant);
  });

  test('what we write is read back as it was meant', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = text.replaceAll(/\r\n?/g, '\n');
        const written = escaped(text, usualDelimiters);
        expect(unescaped(written, usualDelimiters)).toBe(plain);
        expect(written).not.toMatch(/[|^~&\r\n]/);
      }),
      { numRuns: 1000 },
    );
  });
});

test('no text makes the parser throw, and every field of what it reads can be asked for', () => {
  const mark = fc.constantFrom(
    '|',
    '^',
    '~',
    '\\',
    '&',
    '\r',
    '\n',
    '"',
    'MSH',
    'PID',
    '\u000b',
    '\ufeff',
    '#',
    'X',
    '.br',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(fc.oneof(mark, fc.string({ maxLength: 6 })), { maxLength: 60 })
      .map((parts) => `MSH|^~\\&|${parts.join('')}`),
    fc
      .tuple(fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }), fc.string())
      .map(([marks, rest]) => `MSH${marks}${rest}`),
  );
  let readable = 0;
  fc.assert(
    fc.property(anything, (text) => {
      const parsed = parseMessage(text);
      if (!parsed.ok) return;
      readable++;
      for (const segment of parsed.message.segments)
        for (const [number] of segment.fields.entries())
          for (const field of repetitions(parsed.message, segment, number)) {
            const said = part(field) ?? '';
            expect(said).toBe(said.trim().toWellFormed());
          }
    }),
    { numRuns: 3000 },
  );
  expect(readable).toBeGreaterThan(500);
});
