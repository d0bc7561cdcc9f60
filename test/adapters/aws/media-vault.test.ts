import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createMediaVault } from '../../../adapters/s3/media-vault.ts';

const s3 = mockClient(S3Client);
const vault = createMediaVault({
  client: new S3Client({ region: 'us-east-1' }),
  bucket: 'media',
  retry: { attempts: 3, baseMs: 1, longestMs: 1, random: () => 0, sleep: async () => undefined },
});
const named = (name: string) => Object.assign(new Error('no'), { name });
const picture = { bytes: new Uint8Array([1]), contentType: 'image/png' };

beforeEach(() => s3.reset());

it('writes only where nothing is yet, under a key that says nothing', async () => {
  s3.on(PutObjectCommand).resolves({});
  await vault.keep('media/MM1/0', picture);
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
    Bucket: 'media',
    Key: expect.stringMatching(/^media\/[0-9a-f]{64}$/),
    ContentType: 'image/png',
    IfNoneMatch: '*',
  });
  s3.on(PutObjectCommand).rejects(named('PreconditionFailed'));
  await vault.keep('media/MM1/0', picture);
});

it('tries again when slowed down or when two write at once, and fails on anything else', async () => {
  s3.on(PutObjectCommand).rejectsOnce(named('SlowDown')).rejectsOnce(named('ConditionalRequestConflict')).resolves({});
  await vault.keep('a', picture);
  expect(s3.calls()).toHaveLength(3);
  s3.on(PutObjectCommand).rejects(named('AccessDenied'));
  await expect(vault.keep('a', picture)).rejects.toThrow();
});

it('has nothing where there is no such key, and says so where it may not look', async () => {
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ $metadata: {}, message: '' }));
  expect(await vault.fetch('a')).toBeUndefined();
  s3.on(GetObjectCommand).rejects(named('AccessDenied'));
  await expect(vault.fetch('a')).rejects.toThrow();
});
