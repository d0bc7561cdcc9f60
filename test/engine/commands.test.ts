import { describe, expect, test } from 'vitest';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { asks, offers, talk } from './conversation.ts';

const three = [asks('a', 'boolean'), offers('b', ['Morning', 'Evening'], { required: false }), asks('c', 'integer')];

describe('the words that work anywhere', () => {
  test('the first question follows the greeting of an intake', () => {
    const anna = talk(three);
    expect(anna.first).toEqual(['begin task/1', 'tell intake.start', 'ask a (1 of 3)']);
  });

  test('an answer is recorded and the next question asked, until everything is there', () => {
    const anna = talk(three);
    expect(anna.says('yes')).toEqual(['record a = true', 'ask b (2 of 3)']);
    expect(anna.says('evening please')).toEqual(['record b = Evening', 'ask c (3 of 3)']);
    expect(anna.says('twelve')).toEqual(['record c = 12', 'complete task/1', 'tell complete']);
    expect(anna.onFile()).toEqual(['a: true', 'b: Evening', 'c: 12']);
  });

  test('back changes the last answer, and back again the one before it', () => {
    const anna = talk(three);
    anna.says('yes');
    anna.says('1');
    expect(anna.says('back')).toEqual(['tell back.changing', 'ask b (2 of 3)']);
    expect(anna.says('go back')).toEqual(['tell back.changing', 'ask a (1 of 3)']);
    expect(anna.says('go back')).toEqual(['tell back.nothing', 'ask a (1 of 3)']);
    expect(anna.says('no')).toEqual(['record a = false, was true', 'ask c (3 of 3)']);
    expect(anna.onFile()).toEqual(['a: false', 'b: Morning']);
  });

  test('the replaced answer stays in the history and the new one says what it corrects', () => {
    const anna = talk(three);
    anna.says('yes');
    anna.says('back');
    anna.says('no');
    expect(anna.answer('a')?.provenance.corrects).toBe('yes');
    expect(anna.conversation().history.map(({ slot, answer }) => [slot, answer.values])).toEqual([
      ['a', [{ kind: 'boolean', value: true }]],
    ]);
  });

  test('back before the first answer says that there is none, and asks again', () => {
    expect(talk(three).says('back')).toEqual(['tell back.nothing', 'ask a (1 of 3)']);
  });

  test('back and then skip leaves the answer as it was', () => {
    const anna = talk(three);
    anna.says('yes');
    anna.says('back');
    expect(anna.says('skip')).toEqual(['ask b (2 of 3)']);
    expect(anna.onFile()).toEqual(['a: true']);
  });

  test('repeat asks the same question again', () => {
    const anna = talk(three);
    anna.says('yes');
    expect(anna.says('say that again')).toEqual(['ask b (2 of 3)']);
    expect(anna.keys('*')).toEqual(['ask b (2 of 3)']);
  });

  test('an optional question can be skipped, a required one not', () => {
    const anna = talk(three);
    expect(anna.says('skip')).toEqual(['tell skip.required', 'ask a (1 of 3)']);
    anna.says('yes');
    expect(anna.says('skip')).toEqual(['tell skip.done', 'ask c (2 of 2)']);
    expect(anna.says('3')).toEqual(['record c = 3', 'complete task/1', 'tell complete']);
    expect(anna.conversation().skipped).toEqual(['b']);
  });

  test('help says what can be said and shows an example', () => {
    expect(talk(three).says('what does that mean?')).toEqual([
      'tell help.question',
      'tell help.link',
      'ask a (1 of 3) with an example',
    ]);
    expect(talk(three, { silent: true }).says('how does this work')).toEqual(['tell help']);
  });

  test('a person is asked for and named; plain answers are still recorded; continue goes on', () => {
    const anna = talk(three);
    expect(anna.says('can I talk to a nurse')).toEqual(['hand over: asked', 'tell person.coming', 'connect desk']);
    expect(anna.says('yes')).toEqual(['record a = true', 'tell noted-paused']);
    expect(anna.says('I also have a rash')).toEqual(['hand over: message', 'tell message-passed']);
    expect(anna.says('continue')).toEqual(['ask b (2 of 3)']);
    expect(anna.onFile()).toEqual(['a: true']);
  });

  test('words that answer nothing while a person is expected are for that person', () => {
    const anna = talk(three);
    anna.says('person');
    expect(anna.says('my insurance has changed')).toEqual(['hand over: message', 'tell message-passed']);
    expect(anna.onFile()).toEqual([]);
  });

  test('a person is one key away on a call, also where 0 is an answer', () => {
    const anna = talk([asks('n', 'integer'), asks('m', 'boolean')]);
    expect(anna.keys('*0')).toEqual(['hand over: asked', 'tell person.coming', 'connect desk']);
    anna.says('continue');
    expect(anna.keys('0')).toEqual(['record n = 0', 'ask m (2 of 2)']);
    expect(anna.keys('0')).toEqual(['hand over: asked', 'tell person.coming', 'connect desk']);
  });

  test('later pauses, continue and any plain answer go on', () => {
    const anna = talk(three);
    expect(anna.says('later')).toEqual(['tell later', 'hang-up']);
    expect(anna.says('continue')).toEqual(['ask a (1 of 3)']);
    anna.says('not now');
    expect(anna.says('yes')).toEqual(['record a = true', 'ask b (2 of 3)']);
  });

  test('staff who have seen to it let the questions go on', () => {
    const anna = talk(three);
    anna.says('person');
    expect(anna.hears({ is: 'resumed', conversation: 'task/1' })).toEqual(['tell person.goes-on', 'ask a (1 of 3)']);
    expect(anna.hears({ is: 'resumed', conversation: 'task/1' })).toEqual([]);
  });

  test('more says what did not fit, or asks again, or says that there is nothing', () => {
    const waiting = { more: { parts: ['the rest'], messageId: 'm' } };
    expect(talk(three, { silent: true, story: waiting }).says('more')).toEqual(['more: the rest']);
    expect(talk(three).says('more')).toEqual(['ask a (1 of 3)']);
    expect(talk(three, { silent: true }).says('more')).toEqual(['tell more.nothing']);
  });

  test('another language is spoken from then on', () => {
    const anna = talk(three);
    expect(anna.says('po polsku')).toEqual(['tell language', 'ask a (1 of 3)']);
    expect(anna.story().person.language).toBe('pl');
    expect(anna.says('hablo español')).toEqual(['tell language', 'ask a (1 of 3)']);
    expect(anna.story().person.language).toBe('es');
    expect(anna.says('sí')).toEqual(['record a = true', 'ask b (2 of 3)']);
  });

  test('with nothing to ask, each word still gets an answer', () => {
    const anna = talk(three, { silent: true });
    for (const words of ['repeat', 'skip', 'continue', 'later'])
      expect(anna.says(words)[0], words).toBe('tell continue.nothing');
    expect(anna.says('back')).toEqual(['tell back.nothing']);
    expect(anna.says('person')).toEqual(['hand over: asked', 'tell person.coming', 'connect desk']);
    expect(anna.says('my visit is on Tuesday?')).toEqual(['hand over: message', 'tell message-passed']);
  });

  test('an option is an answer even where its label is a command', () => {
    const anna = talk([offers('when', ['Later', 'Now']), asks('x', 'boolean')]);
    expect(anna.says('later')).toEqual(['record when = Later', 'ask x (2 of 2)']);
  });
});

describe('correcting after the end', () => {
  const completed = () => {
    const anna = talk([asks('a', 'boolean'), asks('b', 'integer')]);
    anna.says('yes');
    anna.says('2');
    return anna;
  };

  test('makes the response amended', () => {
    const anna = completed();
    expect(anna.says('back')).toEqual(['tell back.changing', 'ask b (2 of 2)']);
    expect(anna.says('3')).toEqual(['record b = 3, was 2', 'complete task/1, amended', 'tell complete.amended']);
    expect(anna.conversation().status).toBe('completed');
    expect(anna.conversation().amended).toBe(true);
    expect(anna.says('hello there doctor smith')).toEqual(['hand over: message', 'tell message-passed']);
  });

  test('can be thought better of', () => {
    const anna = completed();
    anna.says('back');
    expect(anna.says('skip')).toEqual(['tell complete']);
    expect(anna.conversation().amended).toBe(false);
    expect(anna.says('skip')).toEqual(['tell continue.nothing']);
  });

  test('completes also when a person was asked for in the middle of it', () => {
    const anna = completed();
    anna.says('back');
    anna.says('person');
    expect(anna.says('3')).toEqual(['record b = 3, was 2', 'complete task/1, amended', 'tell complete.amended']);
  });

  test('left lying does not hold up what is asked next', () => {
    const anna = completed();
    anna.says('back');
    anna.passes(100);
    const begun = anna.asksFor({ id: 'task/2' }, talkOther);
    expect(begun).toEqual(['begin task/2', 'tell intake.start', 'ask z (1 of 1)']);
    expect(anna.says('no')).toEqual(['record z = false', 'complete task/2', 'tell complete']);
    expect(anna.onFile()).toEqual(['a: true', 'b: 2']);
  });

  test('reaches back over the question of the next set, which is asked again after it', () => {
    const anna = talk([asks('a', 'boolean')]);
    anna.asksFor({ id: 'task/2' }, talkOther);
    anna.says('yes');
    expect(anna.says('back')).toEqual(['tell back.changing', 'ask a (1 of 1)']);
    expect(anna.says('no')).toEqual([
      'record a = false, was true',
      'complete task/1, amended',
      'tell complete.amended',
      'ask z (1 of 1)',
    ]);
    expect(anna.says('no')).toEqual(['record z = false', 'complete task/2', 'tell complete']);
  });
});

const talkOther = compiled([asks('z', 'boolean')], { url: 'https://clinic.example/Questionnaire/other' });
