/**
 * The closed list of what can be wrong with a resource.
 * @see https://hl7.org/fhir/R4/valueset-issue-type.html
 */
const ISSUE_TYPES = new Set([
  'invalid',
  'structure',
  'required',
  'value',
  'invariant',
  'security',
  'login',
  'unknown',
  'expired',
  'forbidden',
  'suppressed',
  'processing',
  'not-supported',
  'duplicate',
  'multiple-matches',
  'not-found',
  'deleted',
  'too-long',
  'code-invalid',
  'extension',
  'too-costly',
  'business-rule',
  'conflict',
  'transient',
  'lock-error',
  'no-store',
  'exception',
  'timeout',
  'incomplete',
  'throttled',
  'informational',
]);

// A plain path to an element, such as QuestionnaireResponse.item[2].answer: nothing that could quote a value.
const PATH = /^[A-Za-z]{1,64}(?:\.[A-Za-z]{1,64}(?:\[(?:x|\d{1,4})\])?)*$/;

/**
 * Why the EHR refused, in its OperationOutcome's codes and element paths. Its free text is left out: servers quote the resource
 * there, and with it the patient.
 */
export function refusalReason(body: unknown): string {
  const issues = list(field(body, 'issue'));
  const reasons = issues.slice(0, 5).map((issue) => {
    const code = field(issue, 'code');
    const paths = [...list(field(issue, 'expression')), ...list(field(issue, 'location'))];
    const safe = paths.filter((path): path is string => typeof path === 'string' && PATH.test(path)).slice(0, 3);
    const word = typeof code === 'string' && ISSUE_TYPES.has(code) ? code : 'unnamed';
    return safe.length === 0 ? word : `${word} at ${safe.join(', ')}`;
  });
  return reasons.length === 0 ? 'no reason given' : reasons.join('; ');
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
