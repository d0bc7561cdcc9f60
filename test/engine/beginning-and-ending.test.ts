import { describe, expect, test } from 'vitest';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { known } from '../visit/visit-world.ts';
import { asks, talk } from './conversation.ts';

const items = [asks('a', 'boolean'), asks('b', 'integer')];
const other = compiled([asks('z', 'boolean')], { url: 'https://clinic.example/Questionnaire/other' });
const visit = { appointment: 'Appointment/1', start: '2026-03-03T15:40:00.000Z', end: '2026-03-03T16:00:00.000Z' };

describe('an intake that is asked for', () => {
  test('tells the visit first', () => {
    expect(talk(items, { visit }).first).toEqual(['begin task/1', 'tell visit', 'tell intake.start', 'ask a (1 of 2)']);
  });

  test('twice is one', () => {
    const anna = talk(items);
    expect(anna.asksFor({ id: 'task/1' })).toEqual([]);
    expect(anna.story().conversations).toHaveLength(1);
  });

  test('while another is being asked waits behind it and is asked after', () => {
    const anna = talk(items);
    expect(anna.asksFor({ id: 'task/2' }, other)).toEqual(['begin task/2, queued']);
    expect(anna.says('yes')).toEqual(['record a = true', 'ask b (2 of 2)']);
    expect(anna.says('2')).toEqual([
      'record b = 2',
      'complete task/1',
      'tell complete',
      'tell intake.next',
      'ask z (1 of 1)',
    ]);
  });

  test('for a phone on which somebody else is being asked waits until its turn comes', () => {
    const anna = talk(items, { silent: true });
    expect(anna.asksFor({ id: 'task/1' }, undefined, true)).toEqual(['begin task/1, queued']);
    expect(anna.hears({ is: 'turn-came', conversation: 'task/1' })).toEqual(['tell intake.start', 'ask a (1 of 2)']);
    expect(anna.hears({ is: 'turn-came', conversation: 'task/1' })).toEqual([]);
  });

  test('behind one whose answers make it needless ends without a word about it', () => {
    const anna = talk([asks('a', 'boolean')]);
    anna.asksFor({ id: 'task/2' });
    expect(anna.says('yes')).toEqual(['record a = true', 'complete task/1', 'tell complete', 'complete task/2']);
  });

  test('again after it was cancelled asks nothing that was told before', () => {
    const anna = talk(items);
    anna.says('yes');
    anna.ends('task/1', 'task-cancelled');
    expect(anna.asksFor({ id: 'task/1' })).toEqual(['begin task/1', 'tell intake.start', 'ask b (2 of 2)']);
  });

  test('for a patient who has died is closed without a word', () => {
    const person = { firstName: 'Anna', language: 'en' as const, deceased: true, phones: [] };
    const anna = talk(items, { story: { person } });
    expect(anna.first).toEqual(['begin task/1', 'close task/1: patient-died']);
  });
});

describe('an intake that ends before its questions do', () => {
  test.each([
    ['visit-cancelled', 'closed.visit-cancelled'],
    ['visit-passed', 'closed.visit-passed'],
    ['task-cancelled', 'closed.other'],
  ] as const)('because of %s says so kindly', (because, words) => {
    const anna = talk(items);
    expect(anna.ends('task/1', because)).toEqual([`close task/1: ${because}`, `tell ${words}`]);
    expect(anna.says('continue')).toEqual(['tell continue.nothing']);
    expect(anna.ends('task/1', because)).toEqual([]);
  });

  test('because the patient has died says nothing and asks nothing else', () => {
    const anna = talk(items);
    anna.asksFor({ id: 'task/2' }, other);
    anna.story();
    expect(anna.ends('task/1', 'refused')).toEqual(['close task/1: refused', 'tell intake.next', 'ask z (1 of 1)']);
    const person = { firstName: 'Anna', language: 'en' as const, deceased: true, phones: [] };
    const late = talk(items, { silent: true, story: { ...anna.story(), person } });
    expect(late.ends('task/2', 'patient-died')).toEqual(['close task/2: patient-died']);
  });

  test('that was waiting says nothing', () => {
    const anna = talk(items);
    anna.asksFor({ id: 'task/2' }, other);
    expect(anna.ends('task/2', 'visit-cancelled')).toEqual(['close task/2: visit-cancelled']);
  });

  test('gives way to the one behind it', () => {
    const anna = talk(items);
    anna.asksFor({ id: 'task/2' }, other);
    expect(anna.ends('task/1', 'visit-cancelled')).toEqual([
      'close task/1: visit-cancelled',
      'tell closed.visit-cancelled',
      'tell intake.next',
      'ask z (1 of 1)',
    ]);
  });
});

describe('whoever writes after the visit', () => {
  test('is told that its questions are over, and the message goes to a person', () => {
    const anna = talk(items, { visit });
    anna.passes(30);
    expect(anna.says('yes')).toEqual([
      'close task/1: visit-passed',
      'tell closed.visit-passed',
      'hand over: message',
      'tell message-passed',
    ]);
    expect(anna.onFile()).toEqual([]);
  });

  test('is asked what waited behind it, and the words are not taken for an answer to that', () => {
    const anna = talk(items, { visit });
    anna.asksFor({ id: 'task/2' }, other);
    anna.passes(30);
    expect(anna.says('yes')).toEqual([
      'close task/1: visit-passed',
      'tell closed.visit-passed',
      'hand over: message',
      'tell message-passed',
      'tell intake.next',
      'ask z (1 of 1)',
    ]);
    expect(anna.onFile('task/2')).toEqual([]);
  });

  test('is not asked what has passed as well', () => {
    const anna = talk(items, { visit });
    anna.asksFor({ id: 'task/2', visit }, other);
    anna.passes(30);
    expect(anna.says('continue')).toEqual([
      'close task/1: visit-passed',
      'tell closed.visit-passed',
      'close task/2: visit-passed',
      'tell continue.nothing',
    ]);
  });

  test('in danger hears only the emergency words', () => {
    const anna = talk(items, { visit });
    anna.asksFor({ id: 'task/2' }, other);
    anna.passes(30);
    const heard = anna.says('chest pain');
    expect(heard[0]).toBe('warn emergency');
    expect(heard.filter((line) => line.startsWith('ask'))).toEqual([]);
  });

  test('may still be asked at the desk while the visit lasts and a little after', () => {
    const anna = talk(items, { visit });
    anna.passes(29);
    expect(anna.fills('a', '1', undefined, 'desk')).toEqual(['record a = true', 'ask b (2 of 2)']);
  });

  test('a visit that was moved passes later', () => {
    const anna = talk(items, { visit });
    const moved = { start: '2026-03-09T15:40:00.000Z', end: '2026-03-09T16:00:00.000Z' };
    const shown = known({ appointment: 'Appointment/1', ...moved });
    anna.hears({ is: 'visits-planned', visits: [{ appointment: 'Appointment/1', known: shown, requirements: [] }] });
    anna.passes(30);
    expect(anna.says('yes')).toEqual(['record a = true', 'ask b (2 of 2)']);
  });
});

test('the hot state forgets the oldest ended conversations, never an open one', () => {
  const anna = talk([asks('a', 'boolean')]);
  for (let task = 1; task < 12; task++) {
    anna.says('yes');
    anna.passes(24 * 40);
    anna.asksFor({ id: `task/${task + 1}` });
  }
  expect(anna.story().conversations.map(({ id }) => id)).toEqual(['task/8', 'task/9', 'task/10', 'task/11', 'task/12']);
});
