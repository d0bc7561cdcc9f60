import { existsSync, readFileSync } from 'node:fs';
import type { Heard } from './scripted-server.ts';

interface Schema {
  readonly type?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema: { readonly properties: Record<string, Schema>; readonly required?: string[] } }>
    >;
  };
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const file = new URL('../../../../shared/testdata/twilio/twilio_api_v2010.json', import.meta.url);
export const openApiIsHere = existsSync(file);

/** What in a request is not in the description of Twilio's REST API; an empty list means that it may be sent. */
export function complaints(heard: Heard): string[] {
  const api: OpenApi = JSON.parse(readFileSync(file, 'utf8'));
  for (const [template, operations] of Object.entries(api.paths)) {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    const pattern = new RegExp(`^${template.replace(/\./g, '\\.').replace(/\{\w+\}/g, '([^/]+?)')}$`);
    const values = pattern.exec(heard.path);
    const operation = operations[heard.method.toLowerCase()];
    if (values === null || operation === undefined) continue;
    const parameters = operation.parameters ?? [];
    const schemaOf = (where: string, name: string) =>
      parameters.find((one) => one.in === where && one.name === name)?.schema;
    const found = names.flatMap((name, index) => against(name, schemaOf('path', name), values[index + 1] ?? ''));
    for (const [name, value] of heard.query) found.push(...against(name, schemaOf('query', name), value));
    const body = operation.requestBody?.content['application/x-www-form-urlencoded']?.schema;
    if (body !== undefined && heard.headers['content-type'] !== 'application/x-www-form-urlencoded')
      found.push('content type');
    for (const [name, value] of heard.form) found.push(...against(name, body?.properties[name], value));
    for (const name of body?.required ?? []) if (!heard.form.has(name)) found.push(`${name} is missing`);
    return found;
  }
  return [`${heard.method} ${heard.path} is no operation of the API`];
}

function against(name: string, schema: Schema | undefined, value: string): string[] {
  if (schema === undefined) return [`${name} is unknown`];
  const wrong =
    (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) ||
    (schema.enum !== undefined && !schema.enum.includes(value)) ||
    (schema.type === 'integer' && !/^\d+$/.test(value)) ||
    (schema.minimum !== undefined && Number(value) < schema.minimum) ||
    (schema.maximum !== undefined && Number(value) > schema.maximum) ||
    (schema.format === 'uri' && !URL.canParse(value)) ||
    (schema.format === 'phone-number' && !/^\+\d{7,15}$/.test(value));
  return wrong ? [`${name} does not fit`] : [];
}
