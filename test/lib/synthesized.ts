import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import settings from '../../cdk.json' with { type: 'json' };
import { type ToldOnceApp, toldOnceApp } from '../../lib/app.ts';

export interface Synthesized extends ToldOnceApp {
  readonly kept: Template;
  readonly made: Template;
}

const synthesized = new Map<string, Synthesized>();

/** Both stacks' templates under this context, with a stub for every function's code. Synthesized once for each context. */
export function synthesize(context: Record<string, unknown> = {}): Synthesized {
  const key = JSON.stringify(context);
  const known = synthesized.get(key);
  if (known !== undefined) return known;
  const app = toldOnceApp({ context: { 'aws:cdk:enable-path-metadata': true, ...settings.context, ...context } }, () =>
    Code.fromInline('exports.handler = async () => {};'),
  );
  const fresh = { ...app, kept: Template.fromStack(app.stateful), made: Template.fromStack(app.stateless) };
  synthesized.set(key, fresh);
  return fresh;
}

export interface Resource {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is whatever JSON CloudFormation takes.
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
}

/** All resources of a type. */
export function resources(template: Template, type: string): readonly Resource[] {
  return Object.entries(template.findResources(type)).map(([id, resource]) => ({
    id,
    properties: resource.Properties ?? {},
    deletionPolicy: resource.DeletionPolicy,
  }));
}

/** The construct a resource was made by: `sms-received/Function`. */
export function pathOf(template: Template, id: string): string {
  const path: string = template.toJSON().Resources[id]?.Metadata?.['aws:cdk:path'] ?? '';
  return path.split('/').slice(1, -1).join('/');
}

/** Where a reference to a resource of the same template leads. */
export function leadsTo(reference: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = (reference ?? {}) as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.[0] ?? '';
}
