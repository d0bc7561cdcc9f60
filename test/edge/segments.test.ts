import { describe, expect, it } from 'vitest';
import { partText, segmentsOf } from '../../edge/segments.ts';

const tail = '\nReply MORE for the rest.';
const address = `https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/u/${'x'.repeat(128)}`;

describe('a long text in parts', () => {
  it('keeps every word whole and in order, two segments a part', () => {
    const text = Array.from({ length: 160 }, (_, index) => `word${index}`).join(' ');
    const parts = partText(text, 2, tail);
    expect(parts.map(segmentsOf).every((segments) => segments <= 2)).toBe(true);
    expect(parts.map((part) => part.replace(tail, '')).join(' ')).toBe(text);
    expect(parts.slice(0, -1).every((part) => part.endsWith(tail))).toBe(true);
  });

  it('never ends a part with a heading, nor with the words before an address', () => {
    for (let length = 150; length < 300; length++) {
      const text = `${'word '.repeat(80).slice(0, length).trim()}\nStill open:\n- ${'more '.repeat(60).trim()}\nRead: ${address}`;
      for (const part of partText(text, 2, tail)) expect(part.replace(tail, '')).not.toMatch(/:$/);
    }
  });

  it('never cuts a web address, wherever it stands', () => {
    for (const before of ['', 'See ', `${'word '.repeat(50)}`, 'Możesz odpowiedzieć tutaj: '])
      for (const after of ['', ' thank you', ` ${'word '.repeat(50)}`.trimEnd()])
        expect(partText(`${before}${address}${after}`, 2, tail).filter((part) => part.includes(address))).toHaveLength(
          1,
        );
  });

  it('keeps an address whole that alone is longer than a part', () => {
    const long = `https://lakeside.example/u/${'x'.repeat(400)}`;
    expect(partText(long, 2, tail).join('').replaceAll(tail, '')).toBe(long);
    expect(partText(`${long} and more words`, 2, tail)[0]?.startsWith(long)).toBe(true);
  });
});
