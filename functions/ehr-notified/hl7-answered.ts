import { type HttpRequest, type HttpResponse, problem } from '../../edge/http/http.ts';
import type { Refusal } from '../../fhir-mappings/hl7v2/problem.ts';
import type { EhrNotifiedDeps } from './dependencies.ts';
import { takeHl7 } from './hl7-kept.ts';
import { quarantine } from './quarantine.ts';

export const hl7Path = '/ehr/hl7v2';

/**
 * One HL7 v2 message over HTTP: always 200 with its acknowledgement, in the content type it came in. What is not taken is kept whole for
 * an operator first. A fault of ours is no acknowledgement at all (503), so that the sender tries again.
 * @see https://hapifhir.github.io/hapi-hl7v2/hapi-hl7overhttp/specification.html
 */
export async function answerHl7(deps: EhrNotifiedDeps, request: HttpRequest): Promise<HttpResponse> {
  const type = contentTypeOf(request.contentType);
  if (type === undefined) {
    // No acknowledgement: whoever sends another type may not be able to read one.
    await keepAside(deps, request, 'unsupported-format');
    return problem(
      415,
      'unsupported-format',
      'Only HL7 v2 with delimiters is read here',
      'Send one message as x-application/hl7-v2+er7 or application/hl7-v2, in UTF-8. What you sent was kept for our operators.',
    );
  }
  const { taken, ack } = await takeHl7(deps, request.body);
  if (taken.is === 'refused') await keepAside(deps, request, inWords(taken.refusal));
  return { statusCode: 200, headers: { 'content-type': type }, body: ack };
}

async function keepAside(deps: EhrNotifiedDeps, { route, body }: HttpRequest, why: string): Promise<void> {
  if (body.trim() !== '') await quarantine(deps, route, why, body);
}

/** What was answered, for whoever has to deal with it. */
export function inWords({ code, problems }: Refusal): string {
  return [
    code,
    ...problems.map(({ at, says }) => (at === undefined ? says : `${at.replaceAll('^', '-')}: ${says}`)),
  ].join(' ');
}

const taken: ReadonlySet<string> = new Set(['x-application/hl7-v2+er7', 'application/hl7-v2']);

/** The type to answer in; undefined for one that is not read, or another character set than UTF-8. */
function contentTypeOf(header: string): string | undefined {
  const [essence = '', ...parameters] = header.split(';').map((each) => each.trim().toLowerCase());
  if (!taken.has(essence)) return undefined;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset === undefined) return essence;
  return /^"?(?:utf-?8|us-ascii)"?$/.test(charset) ? `${essence}; charset=utf-8` : undefined;
}
