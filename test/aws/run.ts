import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deploy } from './deploy.ts';
import { type Deployed, deployedVariable } from './deployed.ts';
import { freePorts, frontDoor } from './front-door.ts';
import { installMiniStack, type MiniStack, startMiniStack } from './ministack.ts';

/**
 * Deploys the app into MiniStack and runs the tests beside this file against it: `node test/aws/run.ts [vitest arguments]`.
 * `TOLD_ONCE_APP` names another CDK app, `TOLD_ONCE_KEEP=1` leaves everything running until Ctrl-C.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));

async function main(): Promise<number> {
  if (!process.versions.node.startsWith('24.')) throw new Error(`Node 24 is needed, this is ${process.versions.node}`);
  const home = join(root, '.told-once', 'aws');
  const installed = installMiniStack(home);
  if ('missing' in installed) {
    loudly(`NOTHING WAS TESTED ON AWS: ${installed.missing}.`);
    return 0;
  }
  const folder = join(home, 'run');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const door = await frontDoor();
  let ministack: MiniStack | undefined;
  try {
    const [port = 0, carrier = 0, ehr = 0, cds = 0] = await freePorts(4);
    const clockFile = join(folder, 'clock.json');
    writeFileSync(clockFile, JSON.stringify({ offset: 0 }));
    ministack = await startMiniStack(installed.bin, { folder, port, clockFile });
    const { deployed, apiId } = await deploy(ministack, {
      app: process.env.TOLD_ONCE_APP ?? 'node bin/told-once.ts',
      folder,
      publicUrl: door.url,
      carrierUrl: `http://127.0.0.1:${carrier}`,
      ehrUrl: `http://127.0.0.1:${ehr}/fhir`,
      cdsUrl: `http://127.0.0.1:${cds}`,
      clockFile,
    });
    door.open(ministack.endpoint, apiId);
    const code = await vitest(ministack, deployed);
    if (process.env.TOLD_ONCE_KEEP === '1') {
      loudly(`MiniStack at ${ministack.endpoint}, the API at ${door.url}. Ctrl-C ends both.`);
      await new Promise((resolve) => process.once('SIGINT', resolve));
    }
    return code;
  } finally {
    await door.close();
    await ministack?.stop();
  }
}

function vitest(ministack: MiniStack, deployed: Deployed): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('vitest', ['run', '--config', 'test/aws/vitest.config.ts', ...process.argv.slice(2)], {
      cwd: root,
      env: {
        ...process.env,
        ...ministack.environment,
        API_URL: deployed.apiUrl,
        // The contract suites make a table of their own by this name: what they write to the outbox shall not reach the functions.
        TABLE_NAME: 'contracts',
        MEDIA_BUCKET: deployed.mediaBucket,
        [deployedVariable]: JSON.stringify(deployed),
      },
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function loudly(text: string): void {
  const line = '='.repeat(text.length + 4);
  console.error(`\n${line}\n= ${text} =\n${line}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
