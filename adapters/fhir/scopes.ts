import type { ChartAccess } from '../../domain/ports/chart.ts';

/** How a server words its scopes: `Task.read` in SMART v1, `Task.rs` in v2. */
export type ScopeWords = 'v1' | 'v2';

/**
 * What to ask for, so that no more is given than is needed.
 * @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
 */
export function scopesFor(access: ChartAccess, words: ScopeWords): string {
  return Object.entries(access)
    .flatMap(([type, may]) => (words === 'v2' ? [may] : inV1(may)).map((each) => `system/${type}.${each}`))
    .join(' ');
}

function inV1(may: string): readonly string[] {
  return [...(/[rs]/.test(may) ? ['read'] : []), ...(/[cud]/.test(may) ? ['write'] : [])];
}

const letters: Readonly<Record<string, string>> = { '*': 'cruds', read: 'rs', write: 'cud' };

/** What is needed and was not given, as `Task.u`, in whichever words the server says what it gave. What it limits by a search is not given. */
export function missingFrom(access: ChartAccess, given: string): readonly string[] {
  const parts = given.split(/\s+/).flatMap((scope) => {
    const [, type, may] = /^system\/(\*|[A-Za-z]+)\.(\*|read|write|[cruds]+)$/.exec(scope) ?? [];
    return type === undefined || may === undefined ? [] : [{ type, may: letters[may] ?? may }];
  });
  return Object.entries(access).flatMap(([type, needed]) => {
    const has = parts.filter((part) => part.type === '*' || part.type === type).map(({ may }) => may);
    const lacks = [...needed].filter((letter) => !has.some((may) => may.includes(letter))).join('');
    return lacks === '' ? [] : [`${type}.${lacks}`];
  });
}
