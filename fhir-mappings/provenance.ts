import type { Provenance, ProvenanceAgent } from 'fhir/r4.js';
import { ourselves, systems } from './systems.ts';

export interface ProvenanceInput {
  /** References to what was written, with their versions where they are known. */
  readonly target: readonly string[];
  /** ISO instant. */
  readonly recorded: string;
  /** Who gave the answers. */
  readonly patient: string;
  /** A proxy who answered in the patient's place. */
  readonly informant?: string;
  /** Staff who typed answers in. */
  readonly enteredBy?: readonly string[];
  /** Our conversation's id, and what was read in the EHR to hold it (the Task, the Questionnaire). */
  readonly conversation: string;
  readonly sources?: readonly string[];
}

/** @see https://hl7.org/fhir/R4/valueset-provenance-agent-type.html */
const agentTypes = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';

/** Who said it, who typed it and who put it together. @see https://hl7.org/fhir/R4/provenance.html */
export function toProvenance(input: ProvenanceInput): Provenance {
  const { patient, informant, enteredBy = [], sources = [] } = input;
  return {
    resourceType: 'Provenance',
    target: input.target.map((reference) => ({ reference })),
    recorded: input.recorded,
    agent: [
      agent('author', { reference: patient }),
      ...(informant === undefined ? [] : [agent('informant', { reference: informant })]),
      ...[...new Set(enteredBy)].map((reference) => agent('enterer', { reference })),
      agent('assembler', { ...ourselves }),
    ],
    entity: [
      { role: 'source', what: { identifier: { system: systems.conversation, value: input.conversation } } },
      ...sources.map((reference) => ({ role: 'source' as const, what: { reference } })),
    ],
  };
}

/**
 * That somebody on staff confirmed what the chart holds of a person, with them.
 * @see https://terminology.hl7.org/CodeSystem-iso-21089-lifecycle.html
 */
export function toVerification(input: {
  /** The resources that were confirmed; at least one. */
  readonly target: readonly string[];
  /** ISO instant. */
  readonly recorded: string;
  /** Who confirmed them, as a reference. */
  readonly by: string;
}): Provenance {
  return {
    resourceType: 'Provenance',
    target: input.target.map((reference) => ({ reference })),
    recorded: input.recorded,
    activity: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle',
          code: 'verify',
          display: 'Verify Record Lifecycle Event',
        },
      ],
      text: 'Confirmed with the patient at the desk',
    },
    agent: [agent('verifier', { reference: input.by }), agent('assembler', { ...ourselves })],
  };
}

function agent(
  code: 'author' | 'informant' | 'enterer' | 'assembler' | 'verifier',
  who: ProvenanceAgent['who'],
): ProvenanceAgent {
  return { type: { coding: [{ system: agentTypes, code }] }, who };
}
