import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { variables } from '../../functions/function-spec.ts';
import { accept } from '../findings.ts';
import type { ClinicFunction } from './clinic-function.ts';

/**
 * The clinic's secrets. Each is made with a random text that is not the JSON its reader expects, so that a function whose secret was
 * never put refuses to start; docs/deploy.md says how they are put.
 */
export class ClinicSecrets extends Construct {
  readonly twilio: Secret;
  readonly ehr: Secret;
  readonly houseKeys: Secret;
  readonly notification: Secret;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: { readonly key: Key }) {
    super(scope, id);
    this.key = props.key;
    const secret = (name: string, description: string, rotation: string): Secret => {
      const made = new Secret(this, name, {
        description,
        encryptionKey: props.key,
        removalPolicy: RemovalPolicy.RETAIN,
      });
      accept(made, {
        'AwsSolutions-SMG4': rotation,
        'HIPAA.Security-SecretsManagerRotationEnabled': rotation,
      });
      return made;
    };
    const byHand =
      'It is agreed with another party, who has no rotation a Lambda could drive; it is put anew by hand, docs/deploy.md says how.';
    this.twilio = secret(
      'Twilio',
      'JSON: accountSid, authToken, number, and messagingServiceSid where texts go by one',
      byHand,
    );
    this.ehr = secret('Ehr', 'JSON: clientId, privateJwk', byHand);
    this.notification = secret('Notification', 'JSON: header, secret', byHand);
    this.houseKeys = secret(
      'HouseKeys',
      'JSON: sealKey, phoneKey, each 32 bytes or more in base64',
      'Phones are found by a hash with this key and open links are sealed with it: a new key means hashing every phone anew, which is planned work and no rotation.',
    );
  }

  grantTwilio(fn: ClinicFunction, apiUrl: string | undefined): void {
    this.grantReading(fn, this.twilio);
    fn.lambda.addEnvironment(variables.twilio.secret, arnOf(this.twilio));
    if (apiUrl !== undefined) fn.lambda.addEnvironment(variables.twilio.apiUrl, apiUrl);
  }

  grantEhr(fn: ClinicFunction, baseUrl: string): void {
    this.grantReading(fn, this.ehr);
    fn.lambda.addEnvironment(variables.ehr.secret, arnOf(this.ehr));
    fn.lambda.addEnvironment(variables.ehr.baseUrl, baseUrl);
  }

  grantHouseKeys(fn: ClinicFunction): void {
    this.grantReading(fn, this.houseKeys);
    fn.lambda.addEnvironment(variables['house-keys'].secret, arnOf(this.houseKeys));
  }

  grantNotificationSecret(fn: ClinicFunction): void {
    this.grantReading(fn, this.notification);
    fn.lambda.addEnvironment(variables['notification-secret'].secret, arnOf(this.notification));
  }

  // Written out, because Secret.grantRead also writes the reader's role into the policy of the key: the kept stack would then depend
  // on the other one, and it on this.
  private grantReading(fn: ClinicFunction, secret: Secret): void {
    fn.allow(['secretsmanager:GetSecretValue'], [arnOf(secret)]);
    fn.allow(['kms:Decrypt'], [this.key.keyArn], {
      StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
    });
  }
}

/** The attribute, not the reference: they are the same on AWS, but MiniStack's reference is the bare name, which no policy allows. */
export function arnOf(secret: Secret): string {
  const { defaultChild } = secret.node;
  if (!(defaultChild instanceof CfnSecret)) throw new Error('A secret of ours is one resource');
  return defaultChild.attrId;
}
