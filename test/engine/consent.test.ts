import { describe, expect, test } from 'vitest';
import { asks, talk } from './conversation.ts';

describe('the wish to be left alone', () => {
  test('in any reasonable words ends texts, with exactly one confirmation and nothing asked', () => {
    for (const words of ['please stop texting me', 'no me escriban más', 'proszę nie pisać', 'take me off your list']) {
      const anna = talk([asks('a', 'boolean')]);
      expect(anna.says(words), words).toEqual(['opt-out', 'tell opt-out.done', 'hang-up']);
      expect(anna.story().consent).toMatchObject({ texts: 'refused', how: 'in-words' });
    }
  });

  test('said aloud on a call counts too', () => {
    expect(talk([asks('a', 'boolean')]).speaks('unsubscribe')).toEqual(['opt-out', 'tell opt-out.done', 'hang-up']);
  });

  test('is not taken from what the clerk enters', () => {
    const anna = talk([asks('why', 'text')]);
    expect(anna.fills('why', 'wants us to stop texting him', undefined, 'desk')[0]).toBe(
      'record why = wants us to stop texting him',
    );
  });

  test('that may be meant otherwise is asked about', () => {
    const anna = talk([asks('a', 'boolean')]);
    expect(anna.says('enough already')).toEqual(['tell maybe-opt-out']);
    expect(anna.story().consent.texts).toBe('allowed');
  });

  test('about something else is not one', () => {
    const anna = talk([asks('why', 'text')]);
    expect(anna.says('I want to stop smoking')[0]).toBe('record why = I want to stop smoking');
  });

  test('is undone by START, and the waiting question asked again', () => {
    const anna = talk([asks('a', 'boolean')]);
    anna.says('stop texting me');
    expect(anna.says('start')).toEqual(['opt-in', 'tell opt-in.done', 'ask a (1 of 1)']);
    expect(anna.story().consent).toEqual({ texts: 'allowed' });
  });
});
