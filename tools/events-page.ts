import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { ZodMiniType } from 'zod/mini';
import type { EventDefinition } from '../events/envelope.ts';
import { queueKeyOf, type Subscription, subscriptions } from '../events/subscriptions.ts';

/** `npm run docs` writes docs/events.md from events/ with this; test/docs.test.ts fails where that was not run after a change. */

const root = fileURLToPath(new URL('..', import.meta.url));
export const eventsPage = join(root, 'docs', 'events.md');

export type AnyEvent = EventDefinition<string, ZodMiniType>;

export interface EventFile {
  readonly file: string;
  /** The name under which the file exports it. */
  readonly exported: string;
  readonly event: AnyEvent;
}

/** Every event of the contract: one file, one event. */
export async function eventFiles(): Promise<readonly EventFile[]> {
  const names = readdirSync(join(root, 'events')).filter((name) => !/^(envelope|subscriptions)/.test(name));
  const found = await Promise.all(
    names.sort().map(async (file) => {
      const module: Record<string, unknown> = await import(pathToFileURL(join(root, 'events', file)).href);
      const events = Object.entries(module).filter((entry): entry is [string, AnyEvent] => isEvent(entry[1]));
      const [first, ...others] = events;
      if (first === undefined || others.length > 0) throw new Error(`events/${file} must define exactly one event`);
      return { file, exported: first[0], event: first[1] };
    }),
  );
  return found;
}

function isEvent(value: unknown): value is AnyEvent {
  return typeof value === 'object' && value !== null && 'sentBy' in value && 'example' in value;
}

export function listenersOf(type: string): readonly Subscription[] {
  const all: readonly Subscription[] = subscriptions;
  return all.filter(({ events }) => events.includes(type));
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array') {
    const item = schema.items ?? {};
    return item.properties === undefined
      ? `list of ${typeOf(item)}`
      : `list of {${Object.keys(item.properties).join(', ')}}`;
  }
  if (schema.type === 'boolean') return 'yes or no';
  if (schema.type === 'integer') return 'whole number';
  if (schema.type === 'string') return 'text';
  return schema.type ?? 'anything';
}

function fieldsOf(event: AnyEvent): readonly string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(event.data) as JsonSchema;
  return Object.entries(properties).map(
    ([name, schema]) => `| \`${name}\` | ${typeOf(schema)} | ${required.includes(name) ? 'always' : 'sometimes'} |`,
  );
}

function section({ file, event }: EventFile): string {
  const listeners = listenersOf(event.type).map((each) => `\`${queueKeyOf(each)}\`${conditionOf(each)}`);
  return [
    `## ${event.type}`,
    '',
    `${event.says}`,
    '',
    `- Version ${event.version}, [events/${file}](../events/${file})`,
    `- Sent by ${event.sentBy.map((name) => (name.includes(' ') ? name : `\`${name}\``)).join(', ')}`,
    `- Heard by ${listeners.length === 0 ? 'nobody yet: it is there for what comes next, and in the archive' : listeners.join(', ')}`,
    '',
    '| data | is | there |',
    '|---|---|---|',
    ...fieldsOf(event),
    '',
    '```json',
    JSON.stringify(event.example, undefined, 2),
    '```',
    '',
  ].join('\n');
}

function consumers(): string {
  const all: readonly Subscription[] = subscriptions;
  return [
    '## Who listens',
    '',
    'Each has a queue of its own, with dead letters after the last attempt. The table is `events/subscriptions.ts`; CDK makes the rules',
    'and queues from it, the local host its deliveries. `message-due` is one function with a queue for each class of message, so that',
    'what is urgent never stands behind reminders.',
    '',
    '| queue | does | hears | at once | attempts |',
    '|---|---|---|---|---|',
    ...all.map(
      ({ does, events, batch, attempts, ...named }) =>
        `| \`${queueKeyOf(named)}\` | ${does} | ${events.map((type) => `[${type}](#${type})`).join(', ')} | ${batch} | ${attempts} |`,
    ),
    '',
  ].join('\n');
}

/** When a consumer hears not all, or not at once. */
function conditionOf({ where = {}, delaySeconds }: Subscription): string {
  const said = Object.entries(where).map(([field, values]) => `where \`${field}\` is ${values.join(' or ')}`);
  const conditions = delaySeconds === undefined ? said : [...said, `after ${delaySeconds} seconds`];
  return conditions.length === 0 ? '' : ` (${conditions.join(', ')})`;
}

/** The whole page. */
export async function eventsPageText(): Promise<string> {
  const files = await eventFiles();
  const head = `# Events

<!-- Generated by \`npm run docs\` from events/. Do not edit. -->

What goes over the bus. Every event is wrapped in the same envelope: \`id\` (derived from its cause, so that a retry repeats it),
\`type\`, \`version\`, \`cause\`, \`time\`, \`tenant\` (the clinic), \`patient\` (the FHIR id, where somebody is known) and \`data\`.
Consumers know an event by its \`id\` and do nothing twice. They ignore fields they do not know, and refuse a version they do not know:
such an event goes to their dead letters, never to nowhere. What a patient said is not on the bus: an event says that an answer is on
file, and whoever needs it reads the story ([why](adr/0005-what-was-said-stays-off-the-bus.md)).
`;
  return [head, consumers(), ...files.map(section)].join('\n');
}
