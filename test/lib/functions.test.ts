import { expect, test } from 'vitest';
import { type FunctionSpec, variables } from '../../functions/function-spec.ts';
import { functions } from '../../functions/functions.ts';
import { leadsTo, pathOf, resources, synthesize } from './synthesized.ts';

const { made } = synthesize({ twilioApiUrl: 'http://127.0.0.1:1' });
const specs: readonly FunctionSpec[] = functions;

const lambdas = new Map(
  resources(made, 'AWS::Lambda::Function').map((lambda) => [pathOf(made, lambda.id).split('/')[0], lambda]),
);

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What the function's role may do: every policy there is, inline ones included. */
function statementsOf(name: string): readonly Statement[] {
  const role = leadsTo(lambdas.get(name)?.properties.Role);
  const [resource] = resources(made, 'AWS::IAM::Role').filter(({ id }) => id === role);
  expect(resource).toBeDefined();
  expect(resource?.properties.ManagedPolicyArns).toBeUndefined();
  expect(resource?.properties.Policies).toBeUndefined();
  return resources(made, 'AWS::IAM::Policy')
    .filter(({ properties }) => properties.Roles.some((held: unknown) => leadsTo(held) === role))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement);
}

const actionsOf = (statement: Statement): readonly string[] => [statement.Action].flat();
const resourcesOf = (statement: Statement): readonly unknown[] => [statement.Resource].flat();

test('each declared function is deployed once, and nothing else', () => {
  expect([...lambdas.keys()].sort()).toEqual(specs.map(({ name }) => name).sort());
});

test.each(specs.map((spec) => [spec.name, spec] as const))('%s runs as its environment.ts says', (name, spec) => {
  expect(lambdas.get(name)?.properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    MemorySize: spec.memoryMb,
    Timeout: spec.timeoutSeconds,
    TracingConfig: { Mode: 'Active' },
  });
  expect(lambdas.get(name)?.properties.ReservedConcurrentExecutions).toBe(spec.reservedConcurrency);
});

test.each(specs.map((spec) => [spec.name, spec] as const))(
  '%s gets exactly the variables that its needs bring',
  (name, spec) => {
    const expected = ['always' as const, ...spec.needs].flatMap((need) => Object.values(variables[need]));
    const given = Object.keys(lambdas.get(name)?.properties.Environment.Variables ?? {});
    expect(given.filter((variable) => variable !== 'NODE_OPTIONS').sort()).toEqual([...expected].sort());
  },
);

/** The actions that each need brings; whoever widens a grant has to widen this, and to be asked why. */
const allowedBy: Record<FunctionSpec['needs'][number], readonly string[]> = {
  table: [
    'dynamodb:BatchGetItem',
    'dynamodb:ConditionCheckItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
  ],
  bus: ['events:PutEvents'],
  scheduler: [
    'scheduler:CreateSchedule',
    'scheduler:DeleteSchedule',
    'scheduler:GetSchedule',
    'scheduler:UpdateSchedule',
    'iam:PassRole',
  ],
  media: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'],
  twilio: ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
  ehr: ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
  'house-keys': ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
  'notification-secret': ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
  'cds-issuers': [],
};

const always = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
  // Its own environment variables are encrypted.
  'kms:Decrypt',
];

const allowedByTrigger: Record<FunctionSpec['trigger']['by'], readonly string[]> = {
  http: [],
  schedule: [],
  invoke: [],
  queue: [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
    'kms:Decrypt',
  ],
  stream: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'kms:Decrypt',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:SendMessage',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey*',
    'kms:ReEncrypt*',
  ],
};

test.each(specs.map((spec) => [spec.name, spec] as const))(
  '%s may do what its needs and its trigger call for, and nothing more',
  (name, spec) => {
    const allowed = new Set([
      ...always,
      ...spec.needs.flatMap((need) => allowedBy[need]),
      ...allowedByTrigger[spec.trigger.by],
    ]);
    const beyond = statementsOf(name)
      .flatMap(actionsOf)
      .filter((action) => !allowed.has(action));
    expect(beyond).toEqual([]);
    const missing = spec.needs
      .flatMap((need) => allowedBy[need])
      .filter((action) => !statementsOf(name).flatMap(actionsOf).includes(action));
    expect(missing).toEqual([]);
  },
);

test.each(specs.map(({ name }) => name))('%s may use * only where AWS has nothing to name', (name) => {
  const everywhere = statementsOf(name)
    .filter((statement) => resourcesOf(statement).includes('*'))
    .flatMap(actionsOf);
  const unnameable = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments', 'dynamodb:ListStreams'];
  expect(everywhere.filter((action) => !unnameable.includes(action))).toEqual([]);
});

test('secrets are read one by one: a function sees those that it needs', () => {
  for (const spec of specs) {
    const secrets = statementsOf(spec.name)
      .filter((statement) => actionsOf(statement).includes('secretsmanager:GetSecretValue'))
      .flatMap(resourcesOf);
    const needed = spec.needs.filter((need) => actionsOfNeedReadSecret(need));
    expect([spec.name, secrets.length]).toEqual([spec.name, needed.length]);
  }
});

function actionsOfNeedReadSecret(need: FunctionSpec['needs'][number]): boolean {
  return allowedBy[need].includes('secretsmanager:GetSecretValue');
}

test('source maps are read by those that nobody waits for, and by no others', () => {
  for (const { name, trigger } of specs) {
    const options = lambdas.get(name)?.properties.Environment.Variables.NODE_OPTIONS;
    expect([name, options]).toEqual([name, trigger.by === 'http' ? undefined : '--enable-source-maps']);
  }
});

test('every function logs to a group of its own, encrypted, kept, and forgotten in the end', () => {
  const groups = new Map(resources(made, 'AWS::Logs::LogGroup').map((group) => [group.id, group]));
  const used = [...lambdas.values()].map(({ properties }) => leadsTo(properties.LoggingConfig.LogGroup));
  expect(new Set(used).size).toBe(lambdas.size);
  for (const id of used) {
    expect(groups.get(id)?.properties).toMatchObject({ RetentionInDays: 731 });
    expect(groups.get(id)?.properties.KmsKeyId).toBeDefined();
    expect(groups.get(id)?.deletionPolicy).toBe('Retain');
  }
});
