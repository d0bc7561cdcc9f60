/**
 * Size and import time of each function's bundle, against the floor's: signature, one store call, TwiML. Fresh processes, in turn.
 * `node bench/bundles.ts [runs]`
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functions } from '../functions/functions.ts';
import { bundle } from '../lib/bundling/bundle.ts';

const runs = Number(process.argv[2] ?? 9);
const root = fileURLToPath(new URL('../', import.meta.url));
const floorFolder = join(root, 'node_modules', '.cache', 'told-once', 'floor');
mkdirSync(floorFolder, { recursive: true });
const floorEntry = join(floorFolder, 'floor.ts');
writeFileSync(
  floorEntry,
  `import { createStoryStore } from '${root}adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '${root}adapters/dynamodb/table.ts';
import { renderSms } from '${root}adapters/twilio/twiml.ts';
import { createWebhookVerifier } from '${root}adapters/twilio/webhook-signature.ts';
const clock = { now: () => new Date() };
const store = createStoryStore({ client: createDynamoClient(), name: 'table', clock });
const verifier = createWebhookVerifier({ authToken: 'token', publicUrl: 'https://told-once.example' });
export const handler = async (event: { rawPath: string; body: string }) => {
  if (!verifier.verify({ path: event.rawPath, rawBody: event.body, contentType: '', signature: '' })) return { statusCode: 403 };
  await store.phone('x');
  return { statusCode: 200, body: renderSms({ messages: [] }) };
};
`,
);
/** What a function finds around it on AWS; nothing is called. */
const environment = {
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'x',
  AWS_SECRET_ACCESS_KEY: 'x',
  PUBLIC_URL: 'https://told-once.example',
  CLINIC_ID: 'lakeside',
  LOG_LEVEL: 'info',
  TABLE_NAME: 'table',
  BUS_NAME: 'bus',
  SCHEDULE_GROUP: 'group',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::000000000000:role/x',
  SCHEDULE_TARGET_ARN: 'arn:aws:events:us-east-1:000000000000:event-bus/x',
  MEDIA_BUCKET: 'bucket',
  TWILIO_SECRET_ARN: 'arn:x',
  EHR_BASE_URL: 'https://ehr.example/fhir',
  EHR_SECRET_ARN: 'arn:x',
  HOUSE_KEYS_SECRET_ARN: 'arn:x',
  NOTIFICATION_SECRET_ARN: 'arn:x',
  CDS_ISSUERS: '[]',
  CDS_ORIGINS: '[]',
};

const measured = [
  { name: 'floor', ...bundle('floor', floorEntry) },
  ...functions.map(({ name }) => ({ name, ...bundle(name) })),
].map((each) => ({ ...each, times: [] as number[] }));
for (let run = 0; run < runs; run++) for (const each of measured) each.times.push(importTime(each.folder));

function importTime(folder: string): number {
  const script =
    "const t = process.hrtime.bigint(); require('./index.js'); console.log(Number(process.hrtime.bigint() - t) / 1e6)";
  const done = spawnSync(process.execPath, ['--input-type=commonjs', '--eval', script], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  const time = Number(done.stdout.trim());
  if (!Number.isFinite(time) || time === 0) throw new Error(`${folder} does not load: ${done.stderr}`);
  return time;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const floor = measured[0]?.times ?? [];
console.log('| function | KB | of the floor | import ms (median) | of the floor |\n|---|---|---|---|---|');
for (const { name, bytes, times } of measured) {
  const ratio = median(times.map((time, index) => time / (floor[index] ?? time)));
  console.log(
    `| ${name} | ${(bytes / 1000).toFixed(0)} | ${(bytes / (measured[0]?.bytes ?? bytes)).toFixed(2)} | ${median(times).toFixed(0)} | ${ratio.toFixed(2)} |`,
  );
}
