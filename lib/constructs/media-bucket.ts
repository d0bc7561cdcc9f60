import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { variables } from '../../functions/function-spec.ts';
import { accept } from '../findings.ts';
import type { ClinicFunction } from './clinic-function.ts';

/** Pictures and files that patients sent. */
export class MediaBucket extends Construct {
  readonly bucket: Bucket;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: { readonly key: Key; readonly emulated: boolean }) {
    super(scope, id);
    this.key = props.key;
    const accessLogs = new Bucket(this, 'AccessLogs', {
      // The log delivery service cannot write to a bucket with a key of ours.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(731), noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // MiniStack is spoken to in the clear.
      enforceSSL: !props.emulated,
      versioned: true,
      // CDK's interfaces are not written for exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLogs as IBucket,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1), noncurrentVersionExpiration: Duration.days(90) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    accept(accessLogs, {
      'AwsSolutions-S1': 'It is the bucket of access logs; logging itself would never end.',
      'HIPAA.Security-S3BucketLoggingEnabled': 'It is the bucket of access logs; logging itself would never end.',
      'HIPAA.Security-S3DefaultEncryptionKMS':
        'S3 delivers access logs only to buckets encrypted with its own keys; they hold object names, which carry no patient data.',
      'HIPAA.Security-S3BucketReplicationEnabled': 'Access logs are not patient records; one region is enough.',
    });
    accept(this.bucket, {
      'HIPAA.Security-S3BucketReplicationEnabled':
        'Versioned and never expired here; a copy in a second region is the decision of the organisation, docs/deploy.md says how.',
      ...(props.emulated
        ? {
            'AwsSolutions-S10': 'MiniStack, on the loopback interface.',
            'HIPAA.Security-S3BucketSSLRequestsOnly': 'MiniStack, on the loopback interface.',
          }
        : {}),
    });
  }

  /** Keeps and reads single objects; lists and deletes nothing. */
  grantMedia(fn: ClinicFunction): void {
    fn.allowBelow(
      ['s3:GetObject', 's3:PutObject'],
      // As it will stand in the other stack's template, so that the finding can be named.
      Stack.of(this).exportValue(this.bucket.bucketArn),
      'What patients send is named by the message it came with; the bucket holds nothing else.',
    );
    fn.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [this.key.keyArn], {
      StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` },
    });
    fn.lambda.addEnvironment(variables.media.bucket, this.bucket.bucketName);
  }
}
