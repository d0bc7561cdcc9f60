import { describe, expect, test } from 'vitest';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { asks, talk } from './conversation.ts';

const items = [asks('a', 'integer'), asks('b', 'integer'), asks('c', 'boolean')];

describe('switching', () => {
  test('whoever speaks next, on whatever channel, gets the waiting question', () => {
    const anna = talk(items);
    expect(anna.says('1')).toEqual(['record a = 1', 'ask b (2 of 3)']);
    expect(anna.calls()).toEqual(['tell voice.greeting', 'tell voice.left', 'ask b (2 of 3)']);
    expect(anna.speaks('two')).toEqual(['record b = 2', 'ask c (3 of 3)']);
    expect(anna.fills('c', '1', undefined, 'desk')).toEqual(['record c = true', 'complete task/1', 'tell complete']);
    expect(anna.answer('c')?.provenance).toMatchObject({ channel: 'desk', enteredBy: 'Practitioner/clerk' });
  });

  test('a call goes on after whatever had paused it', () => {
    const anna = talk(items);
    anna.says('later');
    expect(anna.calls().at(-1)).toBe('ask a (1 of 3)');
    expect(anna.conversation().paused).toBeUndefined();
  });

  test('a call with nothing to ask says so', () => {
    expect(talk(items, { silent: true }).calls()).toEqual(['tell voice.greeting', 'tell voice.nothing-waits']);
  });
});

describe('two channels at once', () => {
  test('one wins; the other is told, kept beside it and asked what waits now', () => {
    const anna = talk(items);
    anna.fills('a', '1');
    expect(anna.says('7', { meantFor: 'a' })).toEqual(['keep unused a "7"', 'tell already-on-file', 'ask b (2 of 3)']);
    expect(anna.onFile()).toEqual(['a: 1']);
  });

  test('who said the same is told, with nothing to keep', () => {
    const anna = talk(items);
    anna.fills('a', '1');
    expect(anna.says('one', { meantFor: 'a' })).toEqual(['tell already-on-file', 'ask b (2 of 3)']);
  });

  test('a word that works anywhere works all the same', () => {
    const anna = talk(items);
    anna.fills('a', '1');
    expect(anna.says('person', { meantFor: 'a' })).toEqual(['hand over: asked', 'tell person.coming', 'connect desk']);
  });

  test('also on the last question of all', () => {
    const anna = talk([asks('a', 'integer')]);
    anna.fills('a', '1');
    expect(anna.says('7', { meantFor: 'a' })).toEqual(['keep unused a "7"', 'tell already-on-file']);
  });

  test('also where another set of questions has begun since', () => {
    const anna = talk([asks('a', 'integer')]);
    anna.asksFor(
      { id: 'task/2' },
      compiled([asks('z', 'integer')], { url: 'https://clinic.example/Questionnaire/other' }),
    );
    anna.fills('a', '1');
    expect(anna.says('7', { meantFor: 'a' })).toEqual(['keep unused a "7"', 'tell already-on-file', 'ask z (1 of 1)']);
    expect(anna.onFile('task/2')).toEqual([]);
  });
});

describe('a form', () => {
  test('that was open while another channel answered does not answer the next question', () => {
    const anna = talk(items);
    const { turn } = anna.conversation();
    anna.says('1');
    expect(anna.fills('a', '9', turn)).toEqual(['keep unused a "9"', 'tell already-on-file', 'ask b (2 of 3)']);
  });

  test('that is sent twice is one answer', () => {
    const anna = talk(items);
    const { turn } = anna.conversation();
    anna.fills('a', '9', turn);
    expect(anna.fills('a', '9', turn)).toEqual(['tell already-on-file', 'ask b (2 of 3)']);
  });

  test('that showed the question is no answer to what was since asked back about it', () => {
    const anna = talk(items);
    const { turn } = anna.conversation();
    anna.speaks('fifteen', 0.3);
    expect(anna.fills('a', '1', turn)).toEqual(['keep unused a "1"', 'ask a: heard 15?']);
    expect(anna.fills('a', '1')).toEqual(['record a = 15', 'ask b (2 of 3)']);
  });

  test('that showed the question before it was answered is not its correction', () => {
    const anna = talk(items);
    const { turn } = anna.conversation();
    anna.says('1');
    anna.says('back');
    expect(anna.fills('a', '9', turn)).toEqual(['keep unused a "9"', 'tell already-on-file', 'ask a (1 of 3)']);
    expect(anna.onFile()).toEqual(['a: 1']);
  });

  test('is still good after the question was merely put again', () => {
    const anna = talk(items);
    const { turn } = anna.conversation();
    anna.says('purple');
    anna.says('repeat');
    expect(anna.fills('a', '9', turn)).toEqual(['record a = 9', 'ask b (2 of 3)']);
  });

  test('after the last answer is told what is on file', () => {
    const anna = talk([asks('a', 'integer')]);
    anna.says('1');
    expect(anna.fills('a', '9', 1)).toEqual(['keep unused a "9"', 'tell already-on-file']);
    expect(anna.fills('nonsense', '9', 1)).toEqual(['tell continue.nothing']);
  });

  test('goes on though a person was asked for', () => {
    const anna = talk(items);
    anna.says('person');
    expect(anna.fills('a', '4')).toEqual(['record a = 4', 'ask b (2 of 3)']);
  });

  test('for a slot that is none is answered with what waits', () => {
    expect(talk(items).fills('<script>', '9')).toEqual(['keep unused <script> "9"', 'ask a (1 of 3)']);
  });
});

describe('on a call', () => {
  test('plain answers are recorded while a person is expected', () => {
    const anna = talk(items);
    anna.says('person');
    expect(anna.keys('5')).toEqual(['record a = 5', 'tell noted-paused']);
  });

  test('silence is answered with the question twice, then with a kind goodbye', () => {
    const anna = talk(items);
    expect(anna.isSilent(1)).toEqual(['tell voice.silence', 'ask a (1 of 3) with an example']);
    expect(anna.isSilent(2)).toEqual(['tell voice.silence', 'ask a (1 of 3) with an example']);
    expect(anna.isSilent(3)).toEqual(['tell voice.goodbye', 'hang-up']);
    expect(anna.conversation().asked).toMatchObject({ slot: 'a', misread: 0 });
  });

  test('silence with nothing to ask says so', () => {
    expect(talk(items, { silent: true }).isSilent(1)).toEqual(['tell voice.silence', 'tell voice.nothing-waits']);
  });

  test('** goes back', () => {
    const anna = talk(items);
    anna.keys('5');
    expect(anna.keys('**')).toEqual(['tell back.changing', 'ask a (1 of 3)']);
  });
});

test('the same heard twice in the same state is decided the same', () => {
  const twice = [0, 1].map(() => {
    const anna = talk(items);
    return [anna.says('1'), anna.speaks('two', 0.2), anna.keys('1'), anna.says('yes'), anna.story()];
  });
  expect(twice[0]).toEqual(twice[1]);
});
