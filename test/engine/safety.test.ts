import { describe, expect, test } from 'vitest';
import { asks, loinc, offers, talk } from './conversation.ts';

const told = ['tell emergency.told', 'tell emergency.goes-on'];

describe('red flags', () => {
  test('in free text come first, reach a person and pause the questions', () => {
    const anna = talk([asks('a', 'boolean')]);
    expect(anna.says('my chest feels tight, can I see someone')).toEqual([
      'warn emergency',
      'raise chest-pain',
      ...told,
    ]);
    expect(anna.conversation().paused?.because).toBe('red-flag');
    expect(anna.story().concerns.map(({ words, channel }) => [words, channel])).toEqual([
      ['my chest feels tight, can I see someone', 'sms'],
    ]);
    expect(anna.says('continue')).toEqual(['ask a (1 of 1)']);
  });

  test('with nothing to ask are answered just the same', () => {
    expect(talk([asks('a', 'boolean')], { silent: true }).says('chest pain')).toEqual([
      'warn emergency',
      'raise chest-pain',
      'tell emergency.told',
    ]);
  });

  test('inside an answer: the answer is kept, the emergency words come first, nothing is asked', () => {
    const anna = talk([asks('why', 'text'), asks('a', 'boolean')]);
    const heard = anna.says('I have chest pain since noon');
    expect(heard).toEqual(['warn emergency', 'record why = I have chest pain since noon', 'raise chest-pain', ...told]);
    expect(anna.says('ok thanks')).toEqual(['hand over: message', 'tell message-passed']);
    expect(anna.says('continue')).toEqual(['ask a (2 of 2)']);
  });

  test('inside words that are no answer: nothing is recorded', () => {
    const anna = talk([asks('n', 'integer')]);
    anna.says("I can't breathe");
    expect(anna.onFile()).toEqual([]);
    expect(anna.conversation().asked?.misread).toBe(0);
  });

  test('before which the question was plainly answered: that answer is kept, and no other', () => {
    const keptFrom = (words: string, item = asks('a', 'boolean')) => {
      const anna = talk([item]);
      expect(anna.says(words)[0]).toBe('warn emergency');
      return anna.onFile();
    };
    expect(keptFrom('yes, and I have chest pain')).toEqual(['a: true']);
    expect(keptFrom('2. chest pain', asks('a', 'integer'))).toEqual(['a: 2']);
    expect(keptFrom("I can't breathe")).toEqual([]);
    expect(keptFrom('no I have chest pain')).toEqual([]);
  });

  test('that are denied are answers like any other', () => {
    const anna = talk([asks('why', 'text'), asks('a', 'boolean')]);
    expect(anna.says('a check-up, no chest pain')).toEqual([
      'record why = a check-up, no chest pain',
      'ask a (2 of 2)',
    ]);
  });

  test('on a call are put through to the on-call number', () => {
    expect(talk([asks('a', 'boolean')]).speaks("I can't breathe", 0.3)).toEqual([
      'warn emergency',
      'raise breathing',
      ...told,
      'connect on-call',
    ]);
  });

  test('a call that comes later says the emergency words again and goes on', () => {
    const anna = talk([asks('a', 'boolean')]);
    anna.says('chest pain');
    expect(anna.calls()).toEqual(
      ['warn emergency', 'tell voice.greeting', 'tell voice.left', 'ask a (1 of 1)'].sort(first),
    );
  });

  test('come before the wish to be left alone, which is heard as well', () => {
    const anna = talk([asks('a', 'boolean')]);
    const heard = anna.says('stop texting me I want to kill myself');
    expect(heard[0]).toBe('warn crisis');
    expect(heard).toContain('opt-out');
    expect(anna.story().consent.texts).toBe('refused');
  });

  test('of both kinds bring both words', () => {
    const heard = talk([asks('a', 'boolean')]).says('I took all my pills, I want to die');
    expect(heard.slice(0, 2)).toEqual(['warn emergency', 'warn crisis']);
  });

  test('said for a question that another channel answered are not recorded for the next one', () => {
    const anna = talk([asks('why', 'text'), asks('more', 'text')]);
    anna.fills('why', 'a check');
    const heard = anna.says('chest pain since noon', { meantFor: 'why' });
    expect(heard).toEqual(['warn emergency', 'raise chest-pain', ...told]);
    expect(anna.onFile()).toEqual(['why: a check']);
  });
});

/** The engine greets first; the renderer says warnings before everything. */
function first(a: string, b: string): number {
  const place = (line: string) => ['tell voice.greeting', 'warn emergency'].indexOf(line);
  const rank = (line: string) => (place(line) < 0 ? 2 : place(line));
  return rank(a) - rank(b);
}

describe('an item about self-harm', () => {
  const phq = offers('phq9', ['Not at all', 'Several days', 'Nearly every day'], { code: loinc('44260-8') });

  test('answered positively brings the crisis words', () => {
    const anna = talk([phq, asks('x', 'boolean')]);
    expect(anna.says('several days')).toEqual([
      'warn crisis',
      'record phq9 = Several days',
      'raise self-harm',
      'tell crisis.told',
      'tell emergency.goes-on',
    ]);
    expect(anna.says('continue')).toEqual(['ask x (2 of 2)']);
  });

  test('answered with "not at all", or not at all, does not', () => {
    expect(talk([phq, asks('x', 'boolean')]).says('1')).toEqual(['record phq9 = Not at all', 'ask x (2 of 2)']);
    expect(talk([phq, asks('x', 'boolean')]).says("I'd rather not say")).toEqual([
      'record phq9 = asked-declined',
      'ask x (2 of 2)',
    ]);
  });

  test('answered positively as the very last one still raises', () => {
    expect(talk([phq]).says('3')[0]).toBe('warn crisis');
  });

  test('answered in words that raise something else too brings both', () => {
    const anna = talk([asks('thoughts', 'text', { code: loinc('44260-8') }), asks('x', 'boolean')]);
    const heard = anna.says('yes, and my chest hurts, chest pain');
    expect(heard.slice(0, 2)).toEqual(['warn emergency', 'warn crisis']);
  });
});
