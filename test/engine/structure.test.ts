import { describe, expect, test } from 'vitest';
import { asks, group, offers, talk } from './conversation.ts';

describe('repeating groups', () => {
  const medicines = group('g', [asks('name', 'string'), asks('dose', 'integer')], { repeats: true, text: 'Medicines' });

  test('an optional one is offered, each round is followed by whether there is another', () => {
    const anna = talk([medicines, asks('x', 'boolean')]);
    expect(anna.first.at(-1)).toBe('ask g+');
    expect(anna.says('yes')).toEqual(['ask name@1 (1 of 3)']);
    anna.says('aspirin');
    expect(anna.says('100')).toEqual(['record dose@1 = 100', 'ask g+']);
    expect(anna.says('yes')).toEqual(['ask name@2 (3 of 5)']);
    anna.says('insulin');
    anna.says('8');
    expect(anna.says('no')).toEqual(['ask x (5 of 5)']);
    expect(anna.says('yes')).toEqual(['record x = true', 'complete task/1', 'tell complete']);
    expect(anna.onFile()).toEqual([
      'name@1: aspirin',
      'dose@1: 100',
      'name@2: insulin',
      'dose@2: 8',
      'g+: false',
      'x: true',
    ]);
  });

  test('a required one begins with its first round', () => {
    const anna = talk([{ ...medicines, required: true }]);
    expect(anna.first.at(-1)).toBe('ask name@1 (1 of 2)');
  });

  test('none at all is an answer, and can be taken back', () => {
    const anna = talk([medicines, asks('x', 'boolean')]);
    expect(anna.says('no')).toEqual(['ask x (1 of 1)']);
    expect(anna.says('back')).toEqual(['tell back.changing', 'ask g+']);
    expect(anna.says('yes')).toEqual(['ask name@1 (1 of 3)']);
  });

  test('back after the last round takes back the end, then walks into the round, and the end is not asked twice', () => {
    const anna = talk([medicines, asks('x', 'boolean')]);
    for (const words of ['yes', 'aspirin', '100', 'no']) anna.says(words);
    expect(anna.says('back')).toEqual(['tell back.changing', 'ask g+']);
    expect(anna.says('back')).toEqual(['tell back.changing', 'ask dose@1 (2 of 3)']);
    expect(anna.says('75')).toEqual(['record dose@1 = 75, was 100', 'ask x (3 of 3)']);
  });

  test('back in one group leaves the end of another as it is', () => {
    const other = group('h', [asks('allergy', 'string')], { repeats: true });
    const anna = talk([other, medicines, asks('x', 'boolean')]);
    for (const words of ['no', 'yes', 'aspirin', '100', 'back']) anna.says(words);
    expect(anna.says('75')).toEqual(['record dose@1 = 75, was 100', 'ask g+']);
  });

  test('"I don\'t know" ends it like a no', () => {
    expect(talk([medicines, asks('x', 'boolean')]).says("I don't know")).toEqual(['ask x (1 of 1)']);
  });

  test('another round within a round', () => {
    const inner = group('i', [asks('when', 'string')], { repeats: true });
    const anna = talk([group('o', [asks('what', 'string'), inner], { repeats: true })]);
    anna.says('yes');
    expect(anna.says('headache')).toEqual(['record what@1 = headache', 'ask i@1+']);
    expect(anna.says('yes')).toEqual(['ask when@1.1 (2 of 2)']);
    expect(anna.says('mornings')).toEqual(['record when@1.1 = mornings', 'ask i@1+']);
    expect(anna.says('no')).toEqual(['ask o+']);
    expect(anna.says('no')).toEqual(['complete task/1', 'tell complete']);
  });

  test('a condition within a round sees its own round; from another group it sees every round', () => {
    const own = [{ question: 'name', operator: '=' as const, answerString: 'aspirin' }];
    const dose = asks('dose', 'integer', { enableWhen: own });
    const visits = group('v', [asks('why', 'string'), asks('stomach', 'boolean', { enableWhen: own })], {
      repeats: true,
    });
    const anna = talk([group('g', [asks('name', 'string'), dose], { repeats: true }), visits]);
    for (const words of ['yes', 'insulin']) anna.says(words);
    expect(anna.says('yes')).toEqual(['ask name@2 (2 of 2)']);
    expect(anna.says('aspirin')).toEqual(['record name@2 = aspirin', 'ask dose@2 (3 of 3)']);
    for (const words of ['100', 'no', 'yes']) anna.says(words);
    expect(anna.says('a check')).toEqual(['record why@1 = a check', 'ask stomach@1 (5 of 5)']);
  });
});

describe('conditions', () => {
  const items = [
    asks('smokes', 'boolean'),
    asks('packs', 'integer', { enableWhen: [{ question: 'smokes', operator: '=', answerBoolean: true }] }),
    asks('x', 'boolean'),
  ];

  test('a question is asked only while its condition holds', () => {
    expect(talk(items).says('no')).toEqual(['record smokes = false', 'ask x (2 of 2)']);
    expect(talk(items).says('yes')).toEqual(['record smokes = true', 'ask packs (2 of 3)']);
  });

  test('an answer that a correction disables returns when it is enabled again', () => {
    const anna = talk(items);
    for (const words of ['yes', '2', 'back', 'back']) anna.says(words);
    expect(anna.says('no')).toEqual(['record smokes = false, was true', 'ask x (2 of 2)']);
    anna.says('back');
    expect(anna.says('yes')).toEqual(['record smokes = true, was false', 'ask x (3 of 3)']);
    expect(anna.onFile()).toEqual(['smokes: true', 'packs: 2']);
  });

  test('several answers: = is any of them, != is none of them', () => {
    const forms = (operator: '=' | '!=') => [
      offers('a', ['Pollen', 'Dust', 'Cats'], { repeats: true }),
      asks('b', 'boolean', {
        enableWhen: [
          { question: 'a', operator, answerCoding: { system: 'http://clinic.example/codes', code: 'dust' } },
        ],
      }),
      asks('c', 'boolean'),
    ];
    expect(talk(forms('=')).says('1 and 2').at(-1)).toBe('ask b (2 of 3)');
    expect(talk(forms('!=')).says('1 and 2').at(-1)).toBe('ask c (2 of 2)');
    expect(talk(forms('!=')).says('1 and 3').at(-1)).toBe('ask b (2 of 3)');
    expect(talk(forms('!=')).says("I don't know").at(-1)).toBe('ask b (2 of 3)');
  });

  test('an answer of "I don\'t know" does not exist', () => {
    const exists = (answerBoolean: boolean) => [
      asks('a', 'integer'),
      asks('b', 'boolean', { enableWhen: [{ question: 'a', operator: 'exists', answerBoolean }] }),
      asks('c', 'boolean'),
    ];
    expect(talk(exists(true)).says("I don't know").at(-1)).toBe('ask c (2 of 2)');
    expect(talk(exists(false)).says("I don't know").at(-1)).toBe('ask b (2 of 3)');
    expect(talk(exists(true)).says('4').at(-1)).toBe('ask b (2 of 3)');
  });

  test('an answer on a question that is itself disabled counts for nothing', () => {
    const anna = talk([
      asks('a', 'boolean'),
      asks('b', 'boolean', { enableWhen: [{ question: 'a', operator: '=', answerBoolean: true }] }),
      asks('c', 'boolean', { enableWhen: [{ question: 'b', operator: '=', answerBoolean: true }] }),
      asks('d', 'boolean'),
    ]);
    for (const words of ['yes', 'yes', 'back', 'back']) anna.says(words);
    expect(anna.says('no')).toEqual(['record a = false, was true', 'ask d (2 of 2)']);
  });

  test('a whole group stands and falls with its condition', () => {
    const anna = talk([
      asks('a', 'boolean'),
      group('g', [asks('b', 'boolean'), group('h', [asks('c', 'boolean')])], {
        enableWhen: [{ question: 'a', operator: '=', answerBoolean: true }],
      }),
      asks('d', 'boolean'),
    ]);
    expect(anna.says('no').at(-1)).toBe('ask d (2 of 2)');
    anna.says('back');
    expect(anna.says('yes').at(-1)).toBe('ask b (2 of 4) [Group g]');
  });
});

test('nested questions are asked once the one above has an answer', () => {
  const items = [asks('a', 'boolean', { item: [asks('why', 'string')] }), asks('b', 'boolean')];
  expect(talk(items).says('yes')).toEqual(['record a = true', 'ask why (2 of 3)']);
  expect(talk(items).says("I don't know")).toEqual(['record a = asked-unknown', 'ask b (2 of 2)']);
});
