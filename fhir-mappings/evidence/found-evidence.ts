import type { Resource } from 'fhir/r4.js';
import type { Evidence } from '../../domain/requirements/evidence.ts';
import { present } from '../present.ts';
import { idOf } from '../reference.ts';

/** What a resource shows, and whose it is. */
export interface FoundEvidence {
  /** The Patient's id. */
  readonly patient: string;
  readonly evidence: Evidence;
}

/** What each mapping says of its own resource. */
export type Shown = Pick<Evidence, 'kind' | 'state' | 'codes' | 'about'> & {
  readonly [Key in Exclude<keyof Evidence, 'kind' | 'state' | 'codes' | 'about' | 'reference' | 'seenAt'>]?:
    | Evidence[Key]
    | undefined;
};

/** The story is read on every turn: what one resource brings into it is bounded. */
const most = 24;

/** Undefined for a resource without an id, or that is not about one patient. */
export function foundEvidence(
  { resourceType, id, meta }: Pick<Resource, 'resourceType' | 'id' | 'meta'>,
  subject: { readonly reference?: string | undefined } | undefined,
  shown: Shown,
): FoundEvidence | undefined {
  const patient = idOf(subject?.reference, 'Patient');
  if (id === undefined || patient === undefined) return undefined;
  const { kind, state, codes, about, ...rest } = shown;
  return {
    patient,
    evidence: {
      reference: `${resourceType}/${id}`,
      kind,
      state,
      codes: codes.slice(0, most),
      about: about.slice(0, most),
      ...present({ ...rest, seenAt: meta?.lastUpdated }),
    },
  };
}

/** A code's meaning; what the table does not know has the meaning that was chosen for it. */
export function meaningOf<Meaning>(
  table: Readonly<Record<string, Meaning>>,
  code: string | undefined,
  unknown: NoInfer<Meaning>,
): Meaning {
  return code !== undefined && Object.hasOwn(table, code) ? (table[code] ?? unknown) : unknown;
}
