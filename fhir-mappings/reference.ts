/**
 * A literal reference taken apart. `local` is `Type/id` as our own records use it; a `urn:` has none.
 * @see https://hl7.org/fhir/R4/references.html#literal
 */
export type ParsedReference =
  | {
      readonly kind: 'resource';
      readonly type: string;
      readonly id: string;
      readonly version?: string;
      /** The server's base, of an absolute reference. */
      readonly base?: string;
      readonly local: string;
    }
  | { readonly kind: 'urn'; readonly urn: string }
  | { readonly kind: 'contained'; readonly id: string };

/** @see https://hl7.org/fhir/R4/references.html#regex (types are any capitalised word here, so that a new type does not fail) */
const restful =
  /^(?:(https?:\/\/[^\s?#]+)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

/** The parts of a reference; undefined for what is none. Never throws. */
export function parseReference(reference: string | undefined): ParsedReference | undefined {
  if (reference === undefined) return undefined;
  const text = reference.trim();
  if (/^urn:(uuid|oid):\S+$/i.test(text)) return { kind: 'urn', urn: text };
  if (/^#\S+$/.test(text)) return { kind: 'contained', id: text.slice(1) };
  const match = restful.exec(text);
  if (match === null) return undefined;
  const [, base, type, id, version] = match;
  if (type === undefined || id === undefined) return undefined;
  return {
    kind: 'resource',
    type,
    id,
    local: `${type}/${id}`,
    ...(version === undefined ? {} : { version }),
    ...(base === undefined ? {} : { base }),
  };
}

/** The id of a reference when it is to a resource of that type. */
export function idOf(reference: string | undefined, type: string): string | undefined {
  const parsed = parseReference(reference);
  return parsed?.kind === 'resource' && parsed.type === type ? parsed.id : undefined;
}

/** `Type/id` of each reference that has one, without doubles, in the order given. Logical references and contained resources have none. */
export function localReferences(references: readonly { readonly reference?: string | undefined }[]): readonly string[] {
  const local = references.flatMap(({ reference }) => {
    const parsed = parseReference(reference);
    return parsed?.kind === 'resource' ? [parsed.local] : [];
  });
  return [...new Set(local)];
}

export interface Canonical {
  readonly url: string;
  readonly version?: string;
}

/** `url|version` taken apart; a fragment is dropped. @see https://hl7.org/fhir/R4/references.html#canonical */
export function parseCanonical(canonical: string): Canonical {
  const whole = canonical.trim().replace(/#.*$/, '');
  const bar = whole.lastIndexOf('|');
  if (bar < 0) return { url: whole };
  const version = whole.slice(bar + 1);
  return version === '' ? { url: whole.slice(0, bar) } : { url: whole.slice(0, bar), version };
}
