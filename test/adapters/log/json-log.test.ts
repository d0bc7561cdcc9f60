import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createJsonLog } from '../../../adapters/log/json-log.ts';
import { Fault } from '../../../domain/errors/errors.ts';

function capture() {
  const lines: string[] = [];
  const log = createJsonLog({
    write: (line) => lines.push(line),
    clock: { now: () => new Date('2026-03-02T07:58:12.000Z') },
    context: { function: 'sms-received' },
  });
  return { log, lines, last: (): unknown => JSON.parse(lines.at(-1) ?? '') };
}

it('writes one line of JSON per entry', () => {
  const { log, lines, last } = capture();
  log.info('TURN_TAKEN', { cause: 'sms/SM1', ms: 12, again: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  expect(last()).toEqual({
    at: '2026-03-02T07:58:12.000Z',
    level: 'info',
    code: 'TURN_TAKEN',
    function: 'sms-received',
    cause: 'sms/SM1',
    ms: 12,
  });
});

it('tells of our own faults what they say, and of the causes what kind they are and where', () => {
  const { log, last } = capture();
  const cause = Object.assign(new TypeError('Anna Kowalska said: my chest hurts'), { code: 'E_BAD' });
  log.error('HTTP_FAILED', {}, new Fault('STORE_UNAVAILABLE', 'The store did not answer.', { cause }));
  expect(last()).toMatchObject({
    error: {
      name: 'Fault',
      code: 'STORE_UNAVAILABLE',
      message: 'The store did not answer.',
      frames: expect.any(Array),
      cause: { name: 'TypeError', code: 'E_BAD', frames: expect.any(Array) },
    },
  });
});

it('tells what AWS said about a call without its message', () => {
  const { log, last } = capture();
  const error = Object.assign(new Error('Item {"S":"Anna"} too large'), {
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400, requestId: '84742cbb-c262-492c-8018-f1d10d68b8b8' },
  });
  log.warn('STORE_RETRIED', {}, error);
  expect(last()).toMatchObject({
    error: { name: 'ValidationException', status: 400, requestId: '84742cbb-c262-492c-8018-f1d10d68b8b8' },
  });
});

it('never repeats the words of an error, wherever they stand in it', () => {
  const { log, lines } = capture();
  const canary = 'Kowalska';
  const texts = fc.oneof(
    fc.constant(canary),
    fc.constant(`Unexpected token in "${canary}\n    at ${canary} (file.ts:1:1)\n    at x"`),
    fc.string().map((text) => `${text} ${canary} ${text}`),
    fc
      .string({ unit: fc.constantFrom('\n', ' ', 'at', 'x', ':', '1', '(') })
      .map((text) => `${canary}${text}${canary}`),
  );
  const shapes = fc.constantFrom('message', 'name', 'code', 'later', 'cause', 'string', 'metadata');
  fc.assert(
    fc.property(texts, shapes, (text, shape) => {
      const error: Error = new RangeError(shape === 'message' ? text : 'fine');
      if (shape === 'name') error.name = `${text} said`;
      if (shape === 'code') Object.assign(error, { code: `${text} ` });
      if (shape === 'later') error.message = text;
      if (shape === 'cause') error.cause = new SyntaxError(text);
      if (shape === 'metadata') Object.assign(error, { $metadata: { requestId: `${text} `, httpStatusCode: text } });
      log.error('HTTP_FAILED', {}, shape === 'string' ? text : error);
    }),
    { numRuns: 500 },
  );
  expect(lines).toHaveLength(500);
  for (const line of lines) expect(line).not.toContain(canary);
});

it('still says where it happened', () => {
  const { log, last } = capture();
  log.error('HTTP_FAILED', {}, new Error('two\nlines of words'));
  expect(last()).toMatchObject({
    error: { name: 'Error', frames: expect.arrayContaining([expect.stringMatching(/^at .*json-log\.test/)]) },
  });
});
