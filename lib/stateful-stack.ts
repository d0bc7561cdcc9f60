import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { arnOf, ClinicSecrets } from './constructs/clinic-secrets.ts';
import { dataKey } from './constructs/keys.ts';
import { MediaBucket } from './constructs/media-bucket.ts';
import { StoryTable } from './constructs/story-table.ts';
import type { Settings } from './settings.ts';

/** What must outlive every deployment: stories, media, secrets and their key. */
export class StatefulStack extends Stack {
  readonly stories: StoryTable;
  readonly media: MediaBucket;
  readonly secrets: ClinicSecrets;

  constructor(scope: Construct, id: string, props: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    const key = dataKey(this, props.settings.tenant);
    this.stories = new StoryTable(this, 'Stories', { key });
    this.media = new MediaBucket(this, 'Media', { key, emulated: props.settings.emulated });
    this.secrets = new ClinicSecrets(this, 'Secrets', { key });

    new CfnOutput(this, 'TableName', { value: this.stories.table.tableName });
    new CfnOutput(this, 'MediaBucketName', { value: this.media.bucket.bucketName });
    new CfnOutput(this, 'TwilioSecretArn', { value: arnOf(this.secrets.twilio) });
    new CfnOutput(this, 'EhrSecretArn', { value: arnOf(this.secrets.ehr) });
    new CfnOutput(this, 'HouseKeysSecretArn', { value: arnOf(this.secrets.houseKeys) });
    new CfnOutput(this, 'NotificationSecretArn', { value: arnOf(this.secrets.notification) });
  }
}
