/** Asks this console, or through it the carrier and the EHR. Throws an Error whose message can be shown. */
export async function reach(path, body, method = body === undefined ? 'GET' : 'POST') {
  const headers = { accept: 'application/json' };
  if (body !== undefined)
    headers['content-type'] = path.startsWith('/ehr/fhir') ? 'application/fhir+json' : 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new Error('This console’s host does not answer. Is it still running?');
  }
  const text = await response.text();
  let value;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!response.ok) throw new Error(explained(value) ?? `That did not work (${response.status}).`);
  return value;
}

function explained(value) {
  const issue = value?.issue?.[0];
  return value?.detail ?? issue?.details?.text ?? issue?.diagnostics ?? value?.error_description;
}

export const handset = (number, verb, body) =>
  reach(`/carrier/handsets/${encodeURIComponent(number)}${verb === undefined ? '' : `/${verb}`}`, body);

export const onCall = (sid, verb, body = {}) => reach(`/carrier/calls/${sid}/${verb}`, body);

/** The resources of a search, in the order the EHR gives them. */
export async function search(query) {
  const bundle = await reach(`/ehr/fhir/${query}`);
  return (bundle?.entry ?? []).map((entry) => entry.resource).filter(Boolean);
}

export const create = (resource) => reach(`/ehr/fhir/${resource.resourceType}`, resource);
export const update = (resource) => reach(`/ehr/fhir/${resource.resourceType}/${resource.id}`, resource, 'PUT');
