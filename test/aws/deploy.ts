import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Deployed } from './deployed.ts';
import type { MiniStack } from './ministack.ts';

export interface DeployPlan {
  readonly app: string;
  readonly folder: string;
  readonly publicUrl: string;
  readonly carrierUrl: string;
  readonly ehrUrl: string;
  readonly cdsUrl: string;
  readonly clockFile: string;
}

const tenant = 'lakeside';
const stacks = { stateful: `told-once-${tenant}-kept`, stateless: `told-once-${tenant}` };

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Synthesizes, deploys with the pinned CDK, and puts the secrets, as docs/deploy.md has it done on AWS. */
export async function deploy(ministack: MiniStack, plan: DeployPlan): Promise<{ deployed: Deployed; apiId: string }> {
  const cds = { issuer: plan.ehrUrl, jwksUrl: `${plan.cdsUrl}/jwks` };
  const context = {
    tenant,
    emulated: 'true',
    publicUrl: plan.publicUrl,
    ehrBaseUrl: plan.ehrUrl,
    twilioApiUrl: plan.carrierUrl,
    cdsIssuers: JSON.stringify([cds]),
    logLevel: 'DEBUG',
  };
  const given = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const outputsFile = join(plan.folder, 'outputs.json');
  const assembly = join(plan.folder, 'cdk.out');
  await cdk(ministack, ['synth', '--quiet', '--app', plan.app, '--output', assembly, ...given]);
  const common = ['--app', assembly, '--ci', '--progress=events'];
  await cdk(ministack, ['bootstrap', 'aws://000000000000/us-east-1', ...common]);
  await cdk(ministack, [
    'deploy',
    '--all',
    // A change set never becomes ready there.
    '--method=direct',
    '--require-approval=never',
    '--concurrency=1',
    `--outputs-file=${outputsFile}`,
    ...common,
  ]);
  const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Outputs;
  const kept = (name: string): string => output(outputs, stacks.stateful, name);
  const made = (name: string): string => output(outputs, stacks.stateless, name);

  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const named = { kid: 'test-aws', alg: 'ES384' };
  const deployed: Deployed = {
    apiUrl: plan.publicUrl,
    endpoint: ministack.endpoint,
    tableName: kept('TableName'),
    mediaBucket: kept('MediaBucketName'),
    busName: made('BusName'),
    stacks,
    carrierUrl: plan.carrierUrl,
    ehrUrl: plan.ehrUrl,
    twilio: {
      accountSid: `AC${randomBytes(16).toString('hex')}`,
      authToken: randomBytes(16).toString('hex'),
      number: '+13125550199',
    },
    ehr: {
      clientId: 'told-once',
      privateJwk: { ...privateKey.export({ format: 'jwk' }), ...named },
      publicJwk: { ...publicKey.export({ format: 'jwk' }), ...named },
    },
    notification: { header: 'x-told-once-secret', secret: randomBytes(24).toString('base64url') },
    houseKeys: { sealKey: randomBytes(32).toString('base64'), phoneKey: randomBytes(32).toString('base64') },
    cds,
    tenant,
    clockFile: plan.clockFile,
  };
  await finish(ministack, deployed.tableName);
  const secrets = new SecretsManagerClient(clientOf(ministack));
  const put = (name: string, value: unknown): Promise<unknown> =>
    secrets.send(new PutSecretValueCommand({ SecretId: kept(name), SecretString: JSON.stringify(value) }));
  await put('TwilioSecretArn', deployed.twilio);
  await put('EhrSecretArn', { clientId: deployed.ehr.clientId, privateJwk: deployed.ehr.privateJwk });
  await put('HouseKeysSecretArn', deployed.houseKeys);
  await put('NotificationSecretArn', deployed.notification);
  secrets.destroy();
  return { deployed, apiId: made('ApiId') };
}

/** Its CloudFormation drops this of the table's template; what else it drops is in README.md and needs no second try. */
async function finish(ministack: MiniStack, TableName: string): Promise<void> {
  const dynamodb = new DynamoDBClient(clientOf(ministack));
  await dynamodb.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } }),
  );
  dynamodb.destroy();
}

function clientOf({ endpoint }: MiniStack) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

function output(outputs: Outputs, stack: string, name: string): string {
  const value = outputs[stack]?.[name];
  if (value === undefined) throw new Error(`The stack ${stack} gave no ${name}`);
  return value;
}

function cdk(ministack: MiniStack, given: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('cdk', [...given], {
      env: { ...process.env, ...ministack.environment, CDK_DISABLE_CLI_TELEMETRY: 'true' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`cdk ${given[0] ?? ''} ended with ${code ?? 'a signal'}`)),
    );
  });
}
