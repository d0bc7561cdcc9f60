/**
 * Folding: what is left of a text when case, accents, typography and invisible marks no longer matter. Everything that reads words reads
 * them folded, so that "Sí", "si", "ＳＩ" and "‏si" are one word. Folding twice is folding once (a property test holds it to that).
 */

const asciiOnly = /^[\x20-\x7e]*$/;
// Plain ranges, not \p{…}: those cost 8 ms when the module is loaded, and these scripts are all that is matched against.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const marks = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]/g;

/** Letters that Unicode does not decompose, and typography that a compatibility decomposition would spoil ("2½" must not be "21/2"). */
const typography: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201a\u201b\u2032\u02b9\u02bc\u00b4`]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/[\u00ba\u02da\u2218]/g, '°'],
  [/½/g, ' 1/2'],
  [/¼/g, ' 1/4'],
  [/¾/g, ' 3/4'],
  [/[łŁ]/g, 'l'],
  [/ß/g, 'ss'],
];

function westernDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
}

function plainTypography(words: string): string {
  let text = words;
  for (const [pattern, plainly] of typography) text = text.replace(pattern, plainly);
  return text;
}

/** Lower case, no accents, plain quotes and dashes, western digits, no invisible marks, single spaces. Punctuation stays. */
export function fold(words: string): string {
  if (asciiOnly.test(words)) return words.toLowerCase().replace(/`/g, "'").replace(/ +/g, ' ').trim();
  let text = plainTypography(westernDigits(words));
  // Lower case may bring new marks (İ), and a decomposition new capitals (the Kelvin sign): hence twice.
  text = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(marks, '');
  // A decomposition may bring typography of its own (vertical dashes).
  return plainTypography(text)
    .replace(/\u2044/g, '/')
    .replace(/[\n\r\t]/g, ' ')
    .replace(invisible, '')
    .replace(/\s+/g, ' ')
    .trim();
}

const apostropheInWord = /(?<=[a-z\u00df-\u1fff])'(?=[a-z\u00df-\u1fff])/g;
/** Letters and digits of the scripts of the plane that texts are written in, and the signs that answer yes or no. */
const word =
  /[a-z0-9\u00df-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff\ufe70-\ufefc]+|\ud83d[\udc4d\udc4c\udc4e\udeab]|[\u2705\u2714\u274c]/g;

/** The words of a folded text, without punctuation: "don't" is `dont`. */
export function wordsOf(folded: string): string[] {
  const text = folded.includes("'") ? folded.replace(apostropheInWord, '') : folded;
  return text.match(word) ?? [];
}

/** Folded words with one space between them: what labels and set phrases are compared by. */
export function plain(words: string): string {
  return wordsOf(fold(words)).join(' ');
}
