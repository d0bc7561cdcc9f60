import type { FhirCall } from './fhir-service.ts';

/** One thing that a call does: a resource type, and the letter of SMART v2 for what is done with it. */
interface Done {
  readonly type: string;
  readonly may: 'c' | 'r' | 'u' | 'd' | 's';
}

/**
 * What a call does that scopes do not allow, as `Task.u`; undefined where they allow all of it. Scopes in the words of SMART v1 (`read`,
 * `write`) and v2 (`cruds`); one that is limited by a search is not understood here, and gives nothing.
 * @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
 */
export function beyondScopes(scope: string, call: FhirCall): string | undefined {
  const given = scope.split(' ').flatMap((each) => {
    const [, type, may] = /^system\/(\*|[A-Za-z]+)\.(\*|read|write|[cruds]+)$/.exec(each) ?? [];
    return type === undefined || may === undefined ? [] : [{ type, letters: v1[may] ?? may }];
  });
  const beyond = doneBy(call).find(
    ({ type, may }) => !given.some((each) => (each.type === '*' || each.type === type) && each.letters.includes(may)),
  );
  return beyond === undefined ? undefined : `${beyond.type}.${beyond.may}`;
}

const v1: Readonly<Record<string, string>> = { '*': 'cruds', read: 'rs', write: 'cud' };

function doneBy({ method, url, body, headers }: FhirCall): readonly Done[] {
  const [path = '', query] = url.split('?');
  const [type = '', id] = path.split('/');
  if (type === '') return entriesOf(body).flatMap((entry) => doneBy(entry));
  const done = (...letters: readonly Done['may'][]) => letters.map((may) => ({ type, may }));
  // An operation tells of its type, and changes nothing here.
  if (path.includes('$')) return done('r');
  // Whoever may make it only where there is none learns whether there is one.
  const isConditional = id === undefined && (query ?? '') !== '';
  switch (method) {
    case 'GET':
      return done(id === undefined || id === '_history' ? 's' : 'r');
    case 'POST':
      return headers['if-none-exist'] === undefined ? done('c') : done('c', 's');
    case 'PUT':
    case 'PATCH':
      return isConditional ? done('u', 's') : done('u');
    case 'DELETE':
      return isConditional ? done('d', 's') : done('d');
    default:
      return [];
  }
}

function entriesOf(bundle: unknown): readonly FhirCall[] {
  const entries = (bundle as { entry?: unknown } | undefined)?.entry;
  if (!Array.isArray(entries)) return [];
  return entries.flatMap(
    (entry: { request?: { method?: string; url?: string; ifNoneExist?: string }; resource?: unknown }) => {
      const { method = '', url = '', ifNoneExist } = entry.request ?? {};
      // A bundle in a bundle is refused further in.
      return url === '' ? [] : [{ method, url, body: entry.resource, headers: { 'if-none-exist': ifNoneExist } }];
    },
  );
}
