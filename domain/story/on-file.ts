import type { FileEntry, Story } from './story.ts';

/** Everything on file as confirmed with the patient, at once, by one person. What was confirmed before is confirmed anew. */
export function confirmFile(story: Story, confirmed: NonNullable<FileEntry['confirmed']>): Story {
  return { ...story, onFile: story.onFile.map((entry) => ({ ...entry, confirmed })) };
}

/**
 * What the EHR has on file now, beside what we knew of it: an entry that stands as it stood keeps since when, and who confirmed it; one
 * that changed has to be confirmed anew.
 */
export function onFileNow(before: readonly FileEntry[], now: readonly FileEntry[]): readonly FileEntry[] {
  return now.map((entry) => {
    const known = before.find(({ key }) => key === entry.key);
    return known !== undefined && known.value === entry.value && known.source === entry.source
      ? { ...entry, since: known.since, ...(known.confirmed === undefined ? {} : { confirmed: known.confirmed }) }
      : entry;
  });
}

/** The resources that it comes from, each once. */
export function sourcesOf(entries: readonly FileEntry[]): readonly string[] {
  return [...new Set(entries.map(({ source }) => source))];
}

/** What a page has to carry so that a confirmation is for exactly what it showed. */
export function fileAsShown(entries: readonly FileEntry[]): string {
  return JSON.stringify(entries.map(({ key, value, source }) => [key, value, source]));
}
