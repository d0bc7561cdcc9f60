import { describe, expect, test } from 'vitest';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { asks, display, extension, group, hidden, offers, talk } from './conversation.ts';

const unit = (code: string) => ({
  extension: [
    extension('questionnaire-unit', { valueCoding: { system: 'http://unitsofmeasure.org', code, display: code } }),
  ],
});

describe('what cannot be read', () => {
  test('two misreadings bring the question with an example, a third a person', () => {
    const anna = talk([asks('a', 'integer'), asks('b', 'boolean')]);
    expect(anna.says('purple')).toEqual(['tell misread.not-understood', 'ask a (1 of 2) with an example']);
    expect(anna.says('purple')).toEqual(['tell misread.not-understood', 'ask a (1 of 2) with an example']);
    expect(anna.says('purple')).toEqual(['hand over: misread', 'tell person.misread', 'connect desk']);
    expect(anna.says('purple')).toEqual(['hand over: message', 'tell message-passed']);
    expect(anna.says('4')).toEqual(['record a = 4', 'tell noted-paused']);
    expect(anna.says('continue')).toEqual(['ask b (2 of 2)']);
  });

  test('an answer in between begins the count anew', () => {
    const anna = talk([asks('a', 'integer'), asks('b', 'integer')]);
    anna.says('purple');
    anna.says('purple');
    anna.says('4');
    expect(anna.says('purple')).toEqual(['tell misread.not-understood', 'ask b (2 of 2) with an example']);
    expect(anna.conversation().asked?.misread).toBe(1);
  });

  test('a number beyond the bounds is told so and not recorded', () => {
    const bounds = [extension('minValue', { valueInteger: 1 }), extension('maxValue', { valueInteger: 10 })];
    const anna = talk([asks('a', 'integer', { extension: bounds })]);
    expect(anna.says('11')).toEqual(['tell misread.out-of-range', 'ask a (1 of 1) with an example']);
    expect(anna.onFile()).toEqual([]);
  });
});

describe('answers without a value', () => {
  test('"I don\'t know" and "I\'d rather not say" are answers, also where one is required', () => {
    const anna = talk([asks('a', 'integer'), asks('b', 'boolean'), offers('c', ['Red', 'Blue']), asks('d', 'text')]);
    expect(anna.says("I don't know")).toEqual(['record a = asked-unknown', 'ask b (2 of 4)']);
    expect(anna.says("I'd rather not say")).toEqual(['record b = asked-declined', 'ask c (3 of 4)']);
    anna.says('no idea');
    anna.says('prefer not to say');
    expect(anna.onFile()).toEqual(['a: asked-unknown', 'b: asked-declined', 'c: asked-unknown', 'd: asked-declined']);
    expect(anna.conversation().status).toBe('completed');
  });
});

describe('speech heard with little confidence', () => {
  const talking = () => talk([asks('a', 'integer'), asks('b', 'integer')]);

  test('is read back, and recorded on a yes', () => {
    const anna = talking();
    expect(anna.speaks('fifteen', 0.4)).toEqual(['ask a: heard 15?']);
    expect(anna.onFile()).toEqual([]);
    expect(anna.keys('1')).toEqual(['record a = 15', 'ask b (2 of 2)']);
    expect(anna.answer('a')?.provenance).toMatchObject({ channel: 'voice-speech', confidence: 0.4, readBack: true });
  });

  test('is asked again on a no', () => {
    const anna = talking();
    anna.speaks('fifteen', 0.4);
    expect(anna.speaks('no')).toEqual(['tell read-back.again', 'ask a (1 of 2) with an example']);
    expect(anna.speaks('fifty')).toEqual(['record a = 50', 'ask b (2 of 2)']);
    expect(anna.answer('a')?.provenance.readBack).toBeUndefined();
  });

  test('gives way to another answer said instead of yes or no', () => {
    const anna = talking();
    anna.speaks('fifteen', 0.4);
    expect(anna.speaks('fifty')).toEqual(['record a = 50', 'ask b (2 of 2)']);
  });

  test('that is wrong three times ends with a person, not in a loop', () => {
    const anna = talking();
    const wrong = () => [anna.speaks('fifteen', 0.4), anna.speaks('no', 0.4)][1];
    expect(wrong()).toEqual(['tell read-back.again', 'ask a (1 of 2) with an example']);
    expect(wrong()).toEqual(['tell read-back.again', 'ask a (1 of 2) with an example']);
    expect(wrong()).toEqual(['hand over: misread', 'tell person.misread', 'connect desk']);
  });

  test('is taken at once when it is clear, and from the keypad always', () => {
    const anna = talking();
    expect(anna.speaks('fifteen', 0.6)).toEqual(['record a = 15', 'ask b (2 of 2)']);
    expect(anna.keys('7')).toEqual(['record b = 7', 'complete task/1', 'tell complete']);
  });

  test('can be confirmed on another channel', () => {
    const anna = talking();
    anna.speaks('fifteen', 0.4);
    expect(anna.says('yes')).toEqual(['record a = 15', 'ask b (2 of 2)']);
    expect(anna.answer('a')?.provenance.channel).toBe('voice-speech');
  });
});

describe('words that could mean several things', () => {
  const legs = () => talk([offers('leg', ['Left knee', 'Left hip', 'Right hip']), asks('x', 'boolean')]);

  test('are asked about, and settled by number', () => {
    const anna = legs();
    expect(anna.says('left')).toEqual(['ask leg: which? Left knee | Left hip']);
    expect(anna.says('2')).toEqual(['record leg = Left hip', 'ask x (2 of 2)']);
  });

  test('are settled by label', () => {
    const anna = legs();
    anna.says('left');
    expect(anna.says('left knee')).toEqual(['record leg = Left knee', 'ask x (2 of 2)']);
  });

  test('are settled by a label in the language that is spoken, also after a restart', () => {
    const translated = (en: string, es: string) => ({
      valueCoding: {
        system: 'http://clinic.example/codes',
        code: en,
        display: en,
        _display: {
          extension: [
            {
              url: 'http://hl7.org/fhir/StructureDefinition/translation',
              extension: [
                { url: 'lang', valueCode: 'es' },
                { url: 'content', valueString: es },
              ],
            },
          ],
        },
      },
    });
    const options = [translated('Left knee', 'Rodilla izquierda'), translated('Left hip', 'Cadera izquierda')];
    const anna = talk([asks('leg', 'choice', { answerOption: options }), asks('x', 'boolean')], { language: 'es' });
    expect(anna.says('izquierda')).toEqual(['ask leg: which? Left knee | Left hip']);
    expect(anna.says('cadera')[0]).toMatch(/record leg = Left hip/);
  });

  test('that stay so end with a person, not in a loop', () => {
    const anna = legs();
    anna.says('left');
    expect(anna.says('left')).toEqual(['tell misread.not-understood', 'ask leg (1 of 2) with an example']);
    anna.says('left');
    expect(anna.says('left')).toEqual(['tell misread.not-understood', 'ask leg (1 of 2) with an example']);
    anna.says('left');
    expect(anna.says('left')).toEqual(['hand over: misread', 'tell person.misread', 'connect desk']);
  });

  test('may give way to something else altogether', () => {
    const anna = legs();
    anna.says('left');
    expect(anna.says("I don't know")).toEqual(['record leg = asked-unknown', 'ask x (2 of 2)']);
  });

  test('a near miss is taken and said', () => {
    const anna = talk([offers('c', ['Penicillin', 'Latex']), asks('x', 'boolean')]);
    expect(anna.says('penicilin')).toEqual(['tell taken-as Penicillin', 'record c = Penicillin', 'ask x (2 of 2)']);
  });
});

describe('several answers', () => {
  test('in one text, where the question takes them', () => {
    const anna = talk([offers('c', ['Pollen', 'Dust', 'Cats'], { repeats: true }), asks('x', 'boolean')]);
    expect(anna.says('1 and 3')).toEqual(['record c = Pollen + Cats', 'ask x (2 of 2)']);
  });

  test('are too many for a question that takes one', () => {
    const anna = talk([offers('c', ['Pollen', 'Dust', 'Cats']), asks('x', 'boolean')]);
    expect(anna.says('pollen and cats')).toEqual(['tell misread.too-many', 'ask c (1 of 2) with an example']);
  });

  test('"130 over 85" answers two questions', () => {
    const anna = talk([
      asks('sys', 'quantity', unit('mm[Hg]')),
      asks('dia', 'quantity', unit('mm[Hg]')),
      asks('x', 'boolean'),
    ]);
    expect(anna.says('130 over 85')).toEqual(['record sys = 130 mm[Hg]', 'record dia = 85 mm[Hg]', 'ask x (3 of 3)']);
  });

  test('the second number never answers a question that is about something else', () => {
    const anna = talk([asks('sys', 'quantity', unit('mm[Hg]')), asks('pills', 'text'), asks('x', 'boolean')]);
    expect(anna.says('130 over 85')).toEqual(['record sys = 130 mm[Hg]', 'ask pills (2 of 3)']);
  });
});

describe('what a form brings along', () => {
  test("its own first value is shown for one confirmation, the chart's is kept without being said", () => {
    const initial = [{ valueString: 'Dr Lee' }];
    const anna = talk([asks('doctor', 'string', { initial }), asks('x', 'boolean')]);
    expect(anna.first.at(-1)).toBe('ask doctor: Dr Lee, right?');
    expect(anna.says('yes')).toEqual(['record doctor = Dr Lee', 'ask x (2 of 2)']);
    expect(anna.answer('doctor')?.provenance).toMatchObject({ source: 'initial', channel: 'sms' });
  });

  test('what the chart held is not said aloud', () => {
    const form = talk([asks('doctor', 'string', { initial: [{ valueString: 'Dr Lee' }] })], { silent: true });
    const { compiledFromChart } = fromChart();
    expect(form.asksFor({ id: 'task/1' }, compiledFromChart).at(-1)).toBe('ask doctor: keep what is on file?');
    expect(form.says('no')).toEqual(['ask doctor (1 of 1)']);
    expect(form.says('Dr Kim')).toEqual(['record doctor = Dr Kim', 'complete task/1', 'tell complete']);
  });

  test('another value said instead is taken', () => {
    const anna = talk([asks('n', 'integer', { initial: [{ valueInteger: 3 }] })]);
    expect(anna.says('five')).toEqual(['record n = 5', 'complete task/1', 'tell complete']);
  });

  test('hidden and readOnly items are recorded without a word', () => {
    const anna = talk([
      asks('h', 'string', { extension: hidden, initial: [{ valueString: 'from the web' }] }),
      asks('r', 'string', { readOnly: true, initial: [{ valueString: 'room 3' }] }),
      asks('x', 'boolean', { enableWhen: [{ question: 'h', operator: '=', answerString: 'from the web' }] }),
    ]);
    expect(anna.first).toEqual(['begin task/1', 'tell intake.start', 'ask x (1 of 1)']);
    expect(anna.onFile()).toEqual(['h: from the web', 'r: room 3']);
  });

  test('displays are said with the next question, group headings too, and not again', () => {
    const anna = talk([
      display('d', 'Now about your heart.'),
      group('g', [asks('a', 'boolean'), asks('b', 'boolean')]),
    ]);
    expect(anna.first.at(-1)).toBe('ask a (1 of 2) [Now about your heart.] [Group g]');
    expect(anna.says('yes')).toEqual(['record a = true', 'ask b (2 of 2)']);
  });

  test('a heading or display that nothing follows is not said', () => {
    const off = [{ question: 'a', operator: '=' as const, answerBoolean: true }];
    const anna = talk([
      asks('a', 'boolean'),
      group('g', [asks('b', 'boolean', { enableWhen: off })]),
      { ...display('d', 'Only after a yes.'), enableWhen: off },
      asks('c', 'boolean'),
    ]);
    expect(anna.says('no')).toEqual(['record a = false', 'ask c (2 of 2)']);
  });
});

describe('pictures', () => {
  const items = [asks('card', 'attachment'), asks('x', 'boolean')];

  test('answer the question for one, with or without a word beside them', () => {
    expect(talk(items).sends('image/jpeg')).toEqual(['record card = media/1', 'ask x (2 of 2)']);
    expect(talk(items).sends('image/jpeg', 'here is my card')).toEqual([
      'tell media-kept',
      'record card = media/1',
      'ask x (2 of 2)',
    ]);
  });

  test('are kept when nobody asked for one', () => {
    const anna = talk([asks('x', 'boolean')]);
    expect(anna.sends('image/jpeg')).toEqual(['tell media-kept', 'ask x (1 of 1)']);
    expect(anna.sends('image/jpeg', 'yes')).toEqual([
      'tell media-kept',
      'record x = true',
      'complete task/1',
      'tell complete',
    ]);
    expect(talk(items, { silent: true }).sends('image/jpeg')).toEqual(['tell media-kept', 'hand over: message']);
  });

  test('are waited for on a call: the other questions go first, and a text brings it', () => {
    const anna = talk(items);
    expect(anna.calls()).toEqual(['tell voice.greeting', 'tell voice.left', 'ask x (1 of 2)']);
    expect(anna.keys('1')).toEqual(['record x = true', 'tell attachment-waits']);
    expect(anna.says('ok')).toEqual(['tell misread.needs-attachment', 'ask card (2 of 2) with an example']);
    expect(anna.sends('image/png')).toEqual(['record card = media/1', 'complete task/1', 'tell complete']);
  });
});

test('an empty text is told so and the question repeated', () => {
  expect(talk([asks('x', 'boolean')]).says('  ')).toEqual(['tell empty', 'ask x (1 of 1)']);
});

function fromChart() {
  const intake = talkIntake();
  const [item] = intake.items;
  if (item?.kind !== 'question') throw new Error('No question');
  return { compiledFromChart: { ...intake, items: [{ ...item, initialFromChart: true }] } };
}

function talkIntake() {
  return compiled([asks('doctor', 'string', { initial: [{ valueString: 'Dr Lee' }] })]);
}
