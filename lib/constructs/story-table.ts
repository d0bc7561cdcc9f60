import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { variables } from '../../functions/function-spec.ts';
import { accept } from '../findings.ts';
import type { ClinicFunction } from './clinic-function.ts';

/** Stories, phones, records and the outbox: one table, keyed by patient. */
export class StoryTable extends Construct {
  readonly table: Table;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: { readonly key: Key }) {
    super(scope, id);
    this.key = props.key;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // The relay reads what a transaction kept; the old image would be patient data for nothing.
      stream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    accept(this.table, {
      'HIPAA.Security-DynamoDBInBackupPlan':
        'Point-in-time recovery covers every second of 35 days, and the table cannot be deleted; copies in another account are the decision of the organisation, docs/deploy.md says how.',
    });
  }

  /** Reads and single or transactional writes by key. No scan, no table administration. */
  grantStories(fn: ClinicFunction): void {
    fn.allow(
      [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:ConditionCheckItem',
      ],
      [this.table.tableArn],
    );
    // DynamoDB uses the key in the caller's name; elsewhere the function may not.
    // @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    fn.allow(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'], [this.key.keyArn], {
      StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` },
    });
    fn.lambda.addEnvironment(variables.table.tableName, this.table.tableName);
  }
}
