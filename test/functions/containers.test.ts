import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, InternalServiceError } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Fault } from '../../domain/errors/errors.ts';
import type { Container } from '../../edge/lambda/when-ready.ts';
import { createContainer as createCdsContainer } from '../../functions/cds-hook-called/container.ts';
import { cdsHookCalled } from '../../functions/cds-hook-called/environment.ts';
import { createContainer as createSweptContainer } from '../../functions/clinic-swept/container.ts';
import { clinicSwept } from '../../functions/clinic-swept/environment.ts';
import { createHandler as clinicSweptHandler } from '../../functions/clinic-swept/handler.ts';
import type { Environment } from '../../functions/configuration.ts';
import { createContainer as createEhrContainer } from '../../functions/ehr-notified/container.ts';
import { ehrNotified as ehrNotifiedSpec } from '../../functions/ehr-notified/environment.ts';
import { createHandler as ehrNotified } from '../../functions/ehr-notified/handler.ts';
import { type FunctionSpec, variables } from '../../functions/function-spec.ts';
import { functions } from '../../functions/functions.ts';
import { createContainer as createSmsContainer } from '../../functions/sms-received/container.ts';
import { smsReceived } from '../../functions/sms-received/environment.ts';
import { createHandler as smsHandler } from '../../functions/sms-received/handler.ts';
import { environmentFor, hold, secrets, secretsManagerWith } from './lambda-settings.ts';

const specs: readonly FunctionSpec[] = functions;
const all = specs.map((spec) => [spec.name, spec] as const);
const folderOf = (name: string): URL => new URL(`../../functions/${name}/`, import.meta.url);
const containerOf = async (name: string): Promise<(environment: Environment) => Container<unknown>> =>
  (await import(new URL('container.ts', folderOf(name)).href)).createContainer;

let manager: ReturnType<typeof secretsManagerWith>;
beforeEach(() => {
  manager = secretsManagerWith();
});
afterEach(() => {
  manager.restore();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe.each(all)('%s', (name, spec) => {
  test('begins in three lines, and its handler is there once CDK has set the variables', async () => {
    for (const [variable, value] of Object.entries(environmentFor(spec))) vi.stubEnv(variable, value);
    const index = new URL('index.ts', folderOf(name));
    expect(readFileSync(index, 'utf8').trim().split('\n').filter(Boolean)).toHaveLength(3);
    expect((await import(index.href)).handler).toBeTypeOf('function');
  });

  test('is put together from the variables of its declared needs, none else, and from secrets it may read', async () => {
    const read = new Set<string>();
    const watched = new Proxy(environmentFor(spec), {
      get: (target, variable) => {
        read.add(String(variable));
        return Reflect.get(target, variable);
      },
    });
    const container = (await containerOf(name))(watched);
    expect(await container.ready()).toBeTypeOf('object');
    expect([...read].filter((variable) => !(variable in environmentFor(spec)))).toEqual([]);
    const asked = manager.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input.SecretId ?? '');
    const mine = Object.entries(environmentFor(spec)).flatMap(([variable, id]) => (variable in secrets ? [id] : []));
    expect(asked.filter((id) => !mine.includes(id))).toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('names every variable that is missing or empty', async () => {
    const createContainer = await containerOf(name);
    const complete = environmentFor(spec);
    for (const variable of Object.keys(complete)) {
      const { [variable]: _, ...without } = complete;
      for (const environment of [without, { ...complete, [variable]: ' ' }]) {
        const creating = () => createContainer(environment);
        if (variable === variables.twilio.apiUrl) expect(creating).not.toThrow();
        else
          expect(creating).toThrow(
            expect.objectContaining({ code: 'CONFIGURATION_MISSING', message: expect.stringContaining(variable) }),
          );
      }
    }
    const [first, second] = [variables.always.publicUrl, variables.always.logLevel];
    const { [first]: _, [second]: __, ...withoutTwo } = complete;
    expect(() => createContainer(withoutTwo)).toThrow(`${name} cannot start without ${first}, ${second}.`);
  });

  test('names the secret that is absent, or has not what it should, and quotes nothing of it', async () => {
    const createContainer = await containerOf(name);
    const container = createContainer(environmentFor(spec));
    await container.ready();
    for (const { args } of manager.commandCalls(GetSecretValueCommand)) {
      const id = args[0].input.SecretId ?? '';
      const variable = id.slice('arn:aws:of:'.length);
      for (const content of ['{"unknown": "s3cr3t"}', 's3cr3t', undefined]) {
        manager.reset();
        hold(manager, secrets);
        manager
          .on(GetSecretValueCommand, { SecretId: id })
          .resolves(content === undefined ? {} : { SecretString: content });
        const error: unknown = await createContainer(environmentFor(spec))
          .ready()
          .catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 'CONFIGURATION_MISSING', message: expect.stringContaining(variable) });
        expect(String(error) + JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cr3t');
      }
    }
  });

  test('takes nothing from the environment but in its container', () => {
    const handler = readFileSync(new URL('handler.ts', folderOf(name)), 'utf8');
    const container = readFileSync(new URL('container.ts', folderOf(name)), 'utf8');
    expect(handler).not.toContain('process.env');
    expect(container.match(/process\.env/g)).toHaveLength(1);
    expect(container).toContain('(environment: Environment = process.env)');
  });
});

test('a function is not started with the content of another clinic', () => {
  const environment = { ...environmentFor(smsReceived), [variables.always.tenant]: 'seaside' };
  expect(() => createSmsContainer(environment)).toThrow('content/clinic.json, tenant');
});

test('a clinic without CDS Hooks refuses every caller, and one whose issuers are unreadable does not start', async () => {
  const none = { ...environmentFor(cdsHookCalled), [variables['cds-issuers'].issuers]: '[]' };
  const { verifier } = await createCdsContainer(none).ready();
  expect(await verifier.verify('Bearer a.b.c', 'https://clinic.example/cds-services')).toMatchObject({ ok: false });
  for (const issuers of ['nonsense', '{}', '[{"issuer":"https://ehr.example"}]']) {
    const environment = { ...none, [variables['cds-issuers'].issuers]: issuers };
    expect(() => createCdsContainer(environment)).toThrow(variables['cds-issuers'].issuers);
  }
});

test('the sweep tells the EHR to call our own address with the secret header', async () => {
  const parts = await createSweptContainer(environmentFor(clinicSwept)).ready();
  const asked: unknown[] = [];
  const refusing: typeof parts.chart = {
    ...parts.chart,
    search: async () => [],
    create: async (resource) => {
      asked.push(resource);
      throw new Fault('CHART_UNAVAILABLE', 'Down for the night');
    },
  };
  const records = { ...parts.records, get: async () => undefined };
  const sweep = clinicSweptHandler({ ...parts, records, chart: refusing });
  await expect(sweep({})).rejects.toMatchObject({ code: 'CHART_UNAVAILABLE' });
  expect(asked).toMatchObject([
    {
      resourceType: 'Subscription',
      channel: {
        endpoint: 'https://clinic.example/ehr/notifications',
        header: ['x-ehr-secret: the EHR says this'],
      },
    },
  ]);
});

describe('a text that comes through API Gateway', () => {
  const dynamo = mockClient(DynamoDBClient);
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    dynamo.reset();
    dynamo
      .on(GetItemCommand)
      .resolves({})
      .on(TransactWriteItemsCommand)
      .resolves({})
      .on(UpdateItemCommand)
      .resolves({});
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00Z') });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(() => dynamo.restore());
  const serve = () => createSmsContainer(environmentFor(smsReceived)).serve(smsHandler);

  test('is answered when signed with the token of the secret, and refused when signed with any other', async () => {
    const handler = serve();
    const answered = await handler(text('the token'));
    expect(answered).toMatchObject({ statusCode: 200, body: expect.stringContaining('<Response>') });
    expect(dynamo.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input.TransactItems?.[0]).toMatchObject({
      Put: { TableName: `arn:aws:of:${variables.table.tableName}` },
    });
    expect(await handler(text('another token'))).toMatchObject({ statusCode: 403 });
    expect(await handler(text(''))).toMatchObject({ statusCode: 403 });
    // At LOG_LEVEL=ERROR too, since an alarm counts these; and nothing that only informs.
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({ level: 'warn', code: 'SIGNATURE_INVALID', function: 'sms-received' }),
      ),
    );
  });

  test('is judged by the new token once the secret was changed and the old one has grown old', async () => {
    const handler = serve();
    await handler(text('the token'));
    hold(manager, { [variables.twilio.secret]: { accountSid: 'AC1', authToken: 'rotated', number: '+13125550199' } });
    expect(await handler(text('rotated'))).toMatchObject({ statusCode: 403 });
    vi.setSystemTime(new Date('2026-11-22T10:06:00Z'));
    expect(await handler(text('rotated'))).toMatchObject({ statusCode: 200 });
    expect(await handler(text('the token'))).toMatchObject({ statusCode: 403 });
  });

  test('is answered by the parts that are there while the secrets are the same or cannot be read', async () => {
    const container = createSmsContainer(environmentFor(smsReceived));
    const parts = await container.ready();
    vi.setSystemTime(new Date('2026-11-22T10:06:00Z'));
    expect(await container.ready()).toBe(parts);
    expect(manager.commandCalls(GetSecretValueCommand)).toHaveLength(4);
    vi.setSystemTime(new Date('2026-11-22T10:12:00Z'));
    manager
      .on(GetSecretValueCommand)
      .rejects(new InternalServiceError({ $metadata: { httpStatusCode: 500 }, message: '' }));
    expect(await container.ready()).toBe(parts);
  });

  test('finds the secrets at the next try, when the first one failed', async () => {
    const handler = serve();
    hold(manager, { [variables.twilio.secret]: '{}' });
    await expect(handler(text('the token'))).rejects.toMatchObject({ code: 'CONFIGURATION_MISSING' });
    hold(manager, secrets);
    vi.setSystemTime(new Date('2026-11-22T10:06:00Z'));
    expect(await handler(text('the token'))).toMatchObject({ statusCode: 200 });
  });

  test('a notification of the EHR is taken with the secret header, and refused without', async () => {
    const handler = createEhrContainer(environmentFor(ehrNotifiedSpec)).serve(ehrNotified);
    const notified = (secret: string) =>
      request('POST /ehr/notifications', '/ehr/notifications', '', { 'x-ehr-secret': secret });
    expect(await handler(notified('the EHR says this'))).toMatchObject({ statusCode: 200 });
    expect(await handler(notified('the EHR'))).toMatchObject({ statusCode: 401 });
  });
});

/** As Twilio signs: https://www.twilio.com/docs/usage/security#validating-requests */
function text(token: string): APIGatewayProxyEventV2 {
  const form = { Body: 'hello', From: '+13125550142', MessageSid: 'SM1', To: '+13125550199' };
  const signed = `https://clinic.example/twilio/sms${Object.entries(form).flat().join('')}`;
  return request('POST /twilio/sms', '/twilio/sms', new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': createHmac('sha1', token).update(signed).digest('base64'),
  });
}

function request(
  routeKey: string,
  rawPath: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): APIGatewayProxyEventV2 {
  const [method = ''] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: '',
    headers: { ...headers },
    body,
    isBase64Encoded: false,
    requestContext: {
      accountId: '1',
      apiId: 'api',
      domainName: 'clinic.example',
      domainPrefix: 'clinic',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: 'r',
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  };
}
