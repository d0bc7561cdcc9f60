import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withWhatIsOnFile } from '../../domain/intake/known-from-file.ts';
import { confirmFile, fileAsShown, onFileNow, sourcesOf } from '../../domain/story/on-file.ts';
import type { FileEntry } from '../../domain/story/story.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { Telling, untold } from '../handoff/telling.ts';

const at = '2026-03-02T15:38:00.000Z';
const confirmed = { at, by: 'Practitioner/maya', name: 'Maya Torres' };
const entry = (key: string, value: string, more: Partial<FileEntry> = {}): FileEntry => ({
  key,
  label: key,
  value,
  source: 'Patient/anna',
  since: '2024-01-05T12:00:00.000Z',
  ...more,
});
const file = [
  entry('name', 'Anna Kowalska'),
  entry('birth-date', '1986-04-12'),
  entry('phone', '+13125550142'),
  entry('coverage/2', 'Prairie Health, member 7', { source: 'Coverage/2' }),
];

describe('what is on file', () => {
  it('is confirmed whole, by whom and when', () => {
    const story = confirmFile({ ...untold(), onFile: file }, confirmed);
    expect(story.onFile.map((each) => each.confirmed)).toEqual(file.map(() => confirmed));
    expect(sourcesOf(story.onFile)).toEqual(['Patient/anna', 'Coverage/2']);
    // A confirmation is for what was shown, and showing it again is the same.
    expect(fileAsShown(story.onFile)).toBe(fileAsShown(file));
  });

  it('keeps its confirmation exactly where it stands as it stood', () => {
    const entries = fc.array(
      fc.record({
        key: fc.constantFrom('name', 'address', 'coverage/1', 'coverage/2'),
        value: fc.constantFrom('a', 'b'),
      }),
      { maxLength: 4 },
    );
    const one = (list: readonly { key: string; value: string }[]) => [
      ...new Map(list.map((each) => [each.key, each])).values(),
    ];
    fc.assert(
      fc.property(entries, entries, (before, now) => {
        const was = one(before).map(({ key, value }) => entry(key, value, { confirmed }));
        const is = one(now).map(({ key, value }) => entry(key, value, { since: '2026-03-01T12:00:00.000Z' }));
        const merged = onFileNow(was, is);
        expect(merged.map(({ key, value }) => [key, value])).toEqual(is.map(({ key, value }) => [key, value]));
        for (const each of merged) {
          const same = was.some(({ key, value }) => key === each.key && value === each.value);
          expect(each.confirmed !== undefined).toBe(same);
          expect(each.since).toBe(same ? '2024-01-05T12:00:00.000Z' : '2026-03-01T12:00:00.000Z');
        }
      }),
    );
  });
});

describe('a questionnaire that asks for it', () => {
  const question = (linkId: string, code: string, more: object = {}) => ({
    linkId,
    type: 'string' as const,
    text: `${linkId}?`,
    code: [{ system: 'http://loinc.org', code }],
    ...more,
  });
  const intake = compiled([
    question('born', '21112-8', { type: 'date' }),
    question('insurance', '76437-3'),
    question('phone', '42077-8', { maxLength: 5 }),
    question('first', '45392-8'),
    question('own', '54125-0', { initial: [{ valueString: 'The form’s own' }] }),
    question('other', '8302-2'),
  ]);
  const initials = (onFile: readonly FileEntry[]) =>
    withWhatIsOnFile(intake, onFile).items.map((item) =>
      item.kind === 'question' ? [item.linkId, item.initial.map((value) => ('value' in value ? value.value : ''))] : [],
    );

  it('has it confirmed in one turn, where staff confirmed it and it fits', () => {
    expect(initials(file.map((each) => ({ ...each, confirmed })))).toEqual([
      ['born', ['1986-04-12']],
      ['insurance', ['Prairie Health, member 7']],
      ['phone', []],
      ['first', []],
      ['own', ['The form’s own']],
      ['other', []],
    ]);
    expect(initials(file)).toEqual(initials([]));
  });

  it('takes a yes for the whole answer, and says nothing of it in a text', () => {
    const asked = withWhatIsOnFile(
      intake,
      file.map((each) => ({ ...each, confirmed })),
    );
    const telling = new Telling().ask(at, asked, { id: 'task/1' });
    const pending = telling.view.story.conversations[0]?.asked?.pending;
    expect(pending).toMatchObject({ kind: 'confirm', source: 'chart' });
    const [conversation] = telling.text(at, 'yes').view.story.conversations;
    expect(conversation?.answers.born).toMatchObject({ values: [{ kind: 'date', value: '1986-04-12' }] });
  });
});
