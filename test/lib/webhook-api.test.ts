import { expect, test } from 'vitest';
import type { FunctionSpec } from '../../functions/function-spec.ts';
import { functions } from '../../functions/functions.ts';
import { resources, synthesize } from './synthesized.ts';

const { made } = synthesize();
const specs: readonly FunctionSpec[] = functions;
const declared = specs.flatMap(({ trigger }) => (trigger.by === 'http' ? trigger.routes : []));

test('each declared route exists, and no other', () => {
  const routes = resources(made, 'AWS::ApiGatewayV2::Route').map(({ properties }) => properties.RouteKey);
  expect(routes.sort()).toEqual(declared.map(({ method, path }) => `${method} ${path}`).sort());
});

test('the access log says which route, never which path, query, address or agent', () => {
  const [stage] = resources(made, 'AWS::ApiGatewayV2::Stage');
  const format: string = stage?.properties.AccessLogSettings.Format;
  const fields = [...format.matchAll(/\$context\.([\w.]+)/g)].map(([, field]) => field);
  expect(fields).toContain('routeKey');
  const harmless = [
    'requestId',
    'requestTimeEpoch',
    'routeKey',
    'status',
    'responseLatency',
    'integrationStatus',
    'integrationLatency',
    'responseLength',
  ];
  expect(fields.filter((field) => !harmless.includes(field ?? ''))).toEqual([]);
});

test('the stage is throttled', () => {
  const [stage] = resources(made, 'AWS::ApiGatewayV2::Stage');
  expect(stage?.properties.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: 500,
    ThrottlingBurstLimit: 1000,
  });
});

test('functions are told the public address: the configured one, else the API’s own', () => {
  const urlsIn = (context: Record<string, unknown>): unknown[] =>
    resources(synthesize(context).made, 'AWS::Lambda::Function').map(
      ({ properties }) => properties.Environment.Variables.PUBLIC_URL,
    );
  expect(new Set(urlsIn({ publicUrl: 'https://clinic.example' }))).toEqual(new Set(['https://clinic.example']));
  for (const url of urlsIn({})) expect(JSON.stringify(url)).toContain('ApiEndpoint');
});

test('with a certificate the API answers at its own name only', () => {
  const { made: own } = synthesize({
    publicUrl: 'https://clinic.example',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
  });
  expect(resources(own, 'AWS::ApiGatewayV2::Api')[0]?.properties.DisableExecuteApiEndpoint).toBe(true);
  expect(resources(own, 'AWS::ApiGatewayV2::DomainName')[0]?.properties).toMatchObject({
    DomainName: 'clinic.example',
    DomainNameConfigurations: [{ SecurityPolicy: 'TLS_1_2' }],
  });
  expect(resources(own, 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
});
