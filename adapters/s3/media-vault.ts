import { createHash } from 'node:crypto';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { MediaVault } from '../../domain/ports/media-vault.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { defaultRetryPolicy, isPassing, nameOf, type RetryPolicy, retrying } from '../aws/retry.ts';

export function createS3Client(): S3Client {
  return new S3Client({
    ...clientSettings({ requestMs: 20_000 }),
    forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined,
  });
}

/**
 * Media as objects of a bucket (which encrypts them by its own key). An object is written only if there is none yet; its key is a hash
 * of the id, so that bucket logs and listings say nothing.
 *
 * A role that may not list the bucket is told "forbidden" for what is missing: grant `s3:ListBucket` with `s3:GetObject`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createMediaVault(parts: {
  readonly client: S3Client;
  readonly bucket: string;
  readonly retry?: RetryPolicy;
}): MediaVault {
  const { client, bucket, retry = defaultRetryPolicy } = parts;
  const keyOf = (id: string) => `media/${createHash('sha256').update(id).digest('hex')}`;
  return {
    async keep(id, { bytes, contentType }) {
      const command = { Bucket: bucket, Key: keyOf(id), Body: bytes, ContentType: contentType, IfNoneMatch: '*' };
      try {
        await retrying(retry, mayPass, () => client.send(new PutObjectCommand(command)));
      } catch (error) {
        if (nameOf(error) !== 'PreconditionFailed') throw error;
      }
    },
    async fetch(id) {
      try {
        return await retrying(retry, mayPass, async () => {
          const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(id) }));
          // The body is read inside the attempt: a connection may break in the middle of it.
          const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
          return { bytes, contentType: ContentType ?? 'application/octet-stream' };
        });
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

/** Two conditional writes of one key at the same time: one is told to try again, and then finds the other's object. */
function mayPass(error: unknown): boolean {
  return isPassing(error) || nameOf(error) === 'ConditionalRequestConflict';
}
