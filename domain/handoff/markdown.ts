/** What makes markup in GitHub Flavored Markdown in the middle of a line, autolinks included. */
const marks = /[\\`*_[\]<>|~&@]/g;
/** Control characters, and those that turn the order of what is read. */
const unreadable = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu;

/**
 * Words of others as they were said, in markdown: on one line, and never markup, a link or HTML. To stand inside a line, not at its start.
 * @see https://github.github.com/gfm/#backslash-escapes
 */
export function asMarkdown(words: string, longest = 240): string {
  return shortened(onOneLine(words), longest)
    .replace(marks, '\\$&')
    .replace(/(www)\./gi, '$1\\.')
    .replace(/:(?=\/\/)/g, '\\:');
}

/** Words on one line, without what would hide or turn them. */
export function onOneLine(words: string): string {
  return words.replace(unreadable, ' ').replace(/\s+/gu, ' ').trim();
}

/** At most so many characters; a cut is shown, and does not tear a character apart. */
export function shortened(words: string, longest: number): string {
  if (words.length <= longest) return words;
  const cut = words.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '');
  const atSpace = cut.replace(/\s+\S*$/, '');
  return `${atSpace.length > longest / 2 ? atSpace : cut}…`;
}
