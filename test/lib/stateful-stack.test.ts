import { expect, test } from 'vitest';
import { resources, synthesize } from './synthesized.ts';

const { kept, made } = synthesize();

test('the one table is keyed by pk and sk, streams new images and forgets by the attribute expires', () => {
  const tables = resources(kept, 'AWS::DynamoDB::Table');
  expect(tables).toHaveLength(1);
  expect(tables[0]?.properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    BillingMode: 'PAY_PER_REQUEST',
  });
  expect(tables[0]?.properties.GlobalSecondaryIndexes).toBeUndefined();
});

test('the table can be brought back to any second, is encrypted with the clinic’s key and cannot be deleted', () => {
  const [table] = resources(kept, 'AWS::DynamoDB::Table');
  const [key] = resources(kept, 'AWS::KMS::Key');
  expect(table?.properties).toMatchObject({
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { 'Fn::GetAtt': [key?.id, 'Arn'] } },
    DeletionProtectionEnabled: true,
  });
});

test('every key rotates', () => {
  const keys = [...resources(kept, 'AWS::KMS::Key'), ...resources(made, 'AWS::KMS::Key')];
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(key.properties.EnableKeyRotation).toBe(true);
});

test('what is kept outlives its stack', () => {
  const template = kept.toJSON().Resources as Record<string, { Type: string; DeletionPolicy?: string }>;
  const lasting = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret'];
  for (const [id, resource] of Object.entries(template))
    if (lasting.includes(resource.Type)) expect([id, resource.DeletionPolicy]).toEqual([id, 'Retain']);
});

test('the kept stack needs nothing of the other', () => {
  expect(JSON.stringify(kept.toJSON())).not.toContain('Fn::ImportValue');
});

test('media are encrypted with the clinic’s key, private, versioned, logged and never sent in the clear', () => {
  const buckets = resources(kept, 'AWS::S3::Bucket');
  const [key] = resources(kept, 'AWS::KMS::Key');
  const media = buckets.find((bucket) => bucket.properties.LoggingConfiguration?.DestinationBucketName !== undefined);
  expect(media?.properties).toMatchObject({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: { 'Fn::GetAtt': [key?.id, 'Arn'] },
          },
        },
      ],
    },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  const denied = resources(kept, 'AWS::S3::BucketPolicy').filter((policy) =>
    policy.properties.PolicyDocument.Statement.some(
      (statement: { Effect: string; Condition?: { Bool?: Record<string, string> } }) =>
        statement.Effect === 'Deny' && statement.Condition?.Bool?.['aws:SecureTransport'] === 'false',
    ),
  );
  expect(denied).toHaveLength(buckets.length);
  for (const bucket of buckets)
    expect(bucket.properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
});

test('no secret has a value in the template', () => {
  const secrets = resources(kept, 'AWS::SecretsManager::Secret');
  expect(secrets).toHaveLength(4);
  for (const secret of secrets) {
    expect(secret.properties.SecretString).toBeUndefined();
    expect(secret.properties.KmsKeyId).toBeDefined();
  }
});
