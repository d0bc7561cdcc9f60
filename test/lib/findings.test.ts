import { Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack } from 'cdk-nag';
import { expect, test } from 'vitest';
import { synthesize } from './synthesized.ts';

const packs = (): readonly NagPack[] => [new HIPAASecurityChecks(), new AwsSolutionsChecks()];

test.each([
  ['on AWS', {}],
  [
    'on AWS with a name of its own',
    { publicUrl: 'https://clinic.example', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' },
  ],
  ['in MiniStack', { emulated: 'true' }],
])('no finding is left unexplained %s', (_where, context) => {
  const { app } = synthesize(context);
  const found = packs().flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.map(({ ruleName, violatingResources }) => [
        ruleName,
        ...violatingResources.map(({ constructPath }) => constructPath),
      ]),
  );
  expect(found).toEqual([]);
});

test('the checks would find something', () => {
  const { stateful } = synthesize({ tenant: 'careless' });
  const careless = new Bucket(stateful, 'Careless');
  const found = packs().flatMap((pack) => pack.validateScope(careless).violations.map(({ ruleName }) => ruleName));
  expect(found).toContain('AwsSolutions-S1');
  expect(found).toContain('HIPAA.Security-S3BucketReplicationEnabled');
});

test('every acknowledgement gives a reason, and none is given for a whole stack', () => {
  const { app, stateful, stateless } = synthesize();
  let count = 0;
  for (const construct of app.node.findAll())
    for (const entry of construct.node.metadata) {
      if (entry.type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
      expect([app, stateful, stateless]).not.toContain(construct);
      for (const [rule, reason] of Object.entries(entry.data as Record<string, string>)) {
        count++;
        expect([construct.node.path, rule, reason.length > 25]).toEqual([construct.node.path, rule, true]);
      }
    }
  expect(count).toBeGreaterThan(50);
});
