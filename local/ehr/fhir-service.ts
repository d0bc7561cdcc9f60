import { badRequest, getStatus, isOk, normalizeOperationOutcome, notFound, OperationOutcomeError } from '@medplum/core';
import { type FhirRouter, type HttpMethod, makeSimpleRequest } from '@medplum/fhir-router';
import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes';
import { processBundle } from './bundle-interaction.ts';
import type { ChartRepository } from './chart-repository.ts';
import type { Definitions } from './definitions.ts';

export interface FhirCall {
  readonly method: string;
  /** Below the FHIR base, without a leading slash. */
  readonly url: string;
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

interface AnswerHeaders {
  etag?: string;
  location?: string;
  'last-modified'?: string;
  'content-location'?: string;
}

export interface FhirAnswer {
  readonly status: number;
  readonly resource: Resource | undefined;
  readonly headers: Readonly<AnswerHeaders>;
}

const METHODS: Readonly<Record<string, HttpMethod>> = {
  GET: 'GET',
  POST: 'POST',
  PUT: 'PUT',
  PATCH: 'PATCH',
  DELETE: 'DELETE',
};

export function outcome(code: string, text: string, expression?: string): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: code as NonNullable<OperationOutcome['issue']>[number]['code'],
        details: { text },
        ...(expression === undefined ? {} : { expression: [expression] }),
      },
    ],
  };
}

export function refusal(status: number, code: string, text: string): FhirAnswer {
  return { status, resource: outcome(code, text), headers: {} };
}

/** @medplum/core drops a modifier that it does not know, which would answer another question than the one asked. */
const MODIFIERS: ReadonlySet<string> = new Set(['exact', 'contains', 'not', 'missing', 'below', 'iterate']);

/** 422 for what is well-formed FHIR but breaks a rule; 400 for what is not FHIR. @see https://hl7.org/fhir/R4/http.html#create */
function statusOf(result: OperationOutcome): number {
  const status = getStatus(result);
  const codes = result.issue.map((issue) => issue.code);
  return status === 400 &&
    codes.some((code) => code === 'invariant' || code === 'code-invalid' || code === 'business-rule')
    ? 422
    : status;
}

/** `subject:Patient=1` and `subject=http://this.server/Patient/1` say what `subject=Patient/1` says; only the last is understood further in. */
function normaliseQuery(url: string, base: string): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const query = new URLSearchParams();
  for (const [key, value] of new URLSearchParams(url.slice(start + 1))) {
    const typed = /^([a-z][\w-]*):([A-Z][A-Za-z]+)$/.exec(key);
    const plain = value.split(`${base}/`).join('');
    const modifier = key.includes('.') || key.startsWith('_has') ? undefined : key.split(':')[1];
    if (typed === null && modifier !== undefined && !MODIFIERS.has(modifier)) {
      throw new OperationOutcomeError(badRequest(`The modifier ":${modifier}" is not supported.`));
    }
    if (typed?.[1] === undefined) query.append(key, plain);
    else query.append(typed[1], plain.includes('/') ? plain : `${typed[2]}/${plain}`);
  }
  return `${url.slice(0, start)}?${query}`;
}

function isBundle(resource: Resource | undefined): resource is Bundle {
  return resource?.resourceType === 'Bundle';
}

/** One FHIR server without its transport: the same for an HTTP request and for an entry of a batch or a transaction. */
export class FhirService {
  readonly #router: FhirRouter;
  readonly #repository: ChartRepository;
  readonly #definitions: Definitions;
  readonly #base: () => string;

  constructor(router: FhirRouter, repository: ChartRepository, definitions: Definitions, base: () => string) {
    this.#router = router;
    this.#repository = repository;
    this.#definitions = definitions;
    this.#base = base;
  }

  /** Answers a call, never throws; the caller must not call again before it has answered. */
  async answer(call: FhirCall): Promise<FhirAnswer> {
    const path = call.url.split('?')[0] ?? '';
    if (path === '' && call.method === 'POST') {
      return processBundle(
        call,
        this.#repository,
        (entry, assignedId) => this.#interact(entry, assignedId),
        this.#base(),
      );
    }
    return this.#interact(call, false);
  }

  async #interact(call: FhirCall, assignedId: boolean): Promise<FhirAnswer> {
    const method = METHODS[call.method];
    if (method === undefined) return refusal(405, 'not-supported', 'The method is not supported.');
    let url: string;
    try {
      url = normaliseQuery(call.url, this.#base());
    } catch (error) {
      return { status: 400, resource: normalizeOperationOutcome(error), headers: {} };
    }
    const [path = '', query = ''] = [url.split('?')[0], url.slice(url.indexOf('?') + 1)];
    const [type = '', id = ''] = path.split('/');
    if (type !== '' && type !== 'metadata' && !type.startsWith('$') && !this.#definitions.load(type)) {
      return refusal(404, 'not-found', `There is no resource type "${type}" here.`);
    }
    const existed = this.#repository.has(type, id);
    const route = this.#router.find(method, url);
    if (route === undefined) return refusal(404, 'not-found', 'There is nothing at this address.');
    const request = makeSimpleRequest(method, path, call.body);
    request.pathname = path;
    request.params = route.params;
    request.query = route.query ?? {};
    request.headers = { ...call.headers };
    let result: OperationOutcome;
    let resource: Resource | undefined;
    try {
      [result, resource] = await route.handler(request, this.#repository, this.#router, { batch: true, assignedId });
    } catch (error) {
      result = normalizeOperationOutcome(error);
    }
    if (!isOk(result)) {
      const status = statusOf(result);
      return {
        status,
        resource: result === notFound ? outcome('not-found', 'Not found.') : withoutId(result),
        headers: {},
      };
    }
    if (route.data?.interaction === 'operation') return { status: 200, resource, headers: {} };
    return this.#decorate(call, getStatus(result), resource, { path, query, existed });
  }

  #decorate(
    call: FhirCall,
    okStatus: number,
    resource: Resource | undefined,
    at: { path: string; query: string; existed: boolean },
  ): FhirAnswer {
    if (call.method === 'DELETE') return { status: 204, resource: undefined, headers: {} };
    if (isBundle(resource) && (resource.type === 'searchset' || resource.type === 'history')) {
      return { status: 200, resource: this.#linked(resource, at.path, at.query), headers: {} };
    }
    const created = okStatus === 201 || (call.method === 'PUT' && !call.url.includes('?') && !at.existed);
    const status = created ? 201 : okStatus;
    const versionId = resource?.meta?.versionId;
    if (resource?.id === undefined || versionId === undefined) return { status, resource, headers: {} };
    const lastUpdated = resource.meta?.lastUpdated ?? '';
    const etag = `W/"${versionId}"`;
    if (call.method === 'GET' && call.headers['if-none-match'] === etag)
      return { status: 304, resource: undefined, headers: { etag } };
    const location = `${this.#base()}/${resource.resourceType}/${resource.id}/_history/${versionId}`;
    return {
      status,
      resource,
      headers: {
        etag,
        'last-modified': new Date(lastUpdated).toUTCString(),
        ...(call.method === 'GET' ? {} : { location, 'content-location': location }),
      },
    };
  }

  #linked(bundle: Bundle, path: string, query: string): Bundle {
    const base = this.#base();
    const entries = (bundle.entry ?? []).map((entry) => ({
      fullUrl:
        entry.resource?.id === undefined
          ? `${base}/${entry.request?.url ?? ''}`
          : `${base}/${entry.resource.resourceType}/${entry.resource.id}`,
      ...entry,
    }));
    const searched = path.replace(/\/_search$/, '');
    const link = [{ relation: 'self', url: `${base}/${searched}${query === '' ? '' : `?${query}`}` }];
    const parameters = new URLSearchParams(query);
    const offset = Number(parameters.get('_offset') ?? 0);
    const matched = entries.filter((entry) => entry.search?.mode !== 'include').length;
    if (bundle.type === 'searchset' && matched > 0 && offset + matched < (bundle.total ?? 0)) {
      parameters.set('_offset', String(offset + matched));
      link.push({ relation: 'next', url: `${base}/${searched}?${parameters}` });
    }
    const { entry: _entry, ...rest } = bundle;
    return { ...rest, link, ...(entries.length === 0 ? {} : { entry: entries }) };
  }
}

/** @medplum marks outcomes by an id that means nothing to a client. */
function withoutId(result: OperationOutcome): OperationOutcome {
  const { id: _id, ...rest } = result;
  return rest;
}
