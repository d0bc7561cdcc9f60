import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { FunctionSpec } from '../../functions/function-spec.ts';
import { functions } from '../../functions/functions.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'told-once', 'functions');
const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** What our calls to DynamoDB, EventBridge, Scheduler and Secrets Manager never use. S3's client is made of it. */
const leanSdk = {
  '@smithy/core/checksum': beside('./node-sha256.ts'),
  '@smithy/core/event-streams': beside('./no-event-streams.ts'),
  '@aws-sdk/middleware-endpoint-discovery': beside('./no-endpoint-discovery.ts'),
};

function needsWholeSdk(name: string): boolean {
  const spec: FunctionSpec | undefined = functions.find((each) => each.name === name);
  return spec?.needs.includes('media') === true;
}

export interface Bundle {
  /** The folder with index.js and its map. */
  readonly folder: string;
  /** The size of index.js, bytes. */
  readonly bytes: number;
}

/** Makes the folder that Lambda runs for one function. Throws if the function is not written yet, or esbuild warns of a fault. */
export function bundle(name: string, entry = join(root, 'functions', name, 'index.ts')): Bundle {
  if (!existsSync(entry)) throw new Error(`functions/${name}/index.ts does not exist: nothing to deploy for ${name}`);
  const folder = join(cache, name);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'index.js');
  buildSync({
    entryPoints: [entry],
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node24',
    // An ESM bundle that imports node:http pays 28 ms for loading undici; CJS does not.
    format: 'cjs',
    // The SDK's CommonJS build cannot be tree-shaken.
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': beside('./environment-credentials.ts'),
      ...(needsWholeSdk(name) ? {} : leanSdk),
    },
    // Word lists in three languages: escaped, each letter beyond ASCII would take six bytes.
    charset: 'utf8',
    minify: true,
    keepNames: false,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    // It would be undefined at run time.
    logOverride: { 'empty-import-meta': 'error' },
  });
  return { folder, bytes: statSync(outfile).size };
}
