// Runs before every npm script, on whatever Node npm itself runs on (20 or newer): plain JavaScript, nothing but Node's own modules.
// Installs what the lockfile says where that is missing or older than the lockfile, then makes sure that scripts will run on Node 24.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const neededMajor = 24;

/** Milliseconds; 0 for a file that is not there. */
function changedAt(...path) {
  return statSync(join(root, ...path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** npm writes this file last, so one that is there and newer than the lockfile means an installation that was finished. */
function isInstalled() {
  const installed = changedAt('node_modules', '.package-lock.json');
  return installed > 0 && installed >= changedAt('package-lock.json');
}

/**
 * With the npm and the Node that run this script, not with the Node inside node_modules: `npm ci` removes that one first.
 * Only the folders of node_modules are left out of the PATH, for the same reason.
 */
function install() {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(root, 'node_modules')))
    .join(delimiter);
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const [command, before] = npm === undefined ? ['npm', []] : [node ?? process.execPath, [npm]];
  return spawnSync(
    command,
    [...before, 'ci', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
    {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: 'inherit',
    },
  ).status;
}

function stop(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

if (!isInstalled()) {
  console.log('Installing what is needed first (npm ci): a minute or two, and only when something is missing.');
  if (install() !== 0)
    stop('The installation did not succeed; npm says why above. It needs the npm registry and Node 20 or newer.');
}

const version = spawnSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).stdout?.trim();
if (!version?.startsWith(`v${neededMajor}.`))
  stop(
    `Node ${neededMajor} is needed and comes with the package "node", but ${version === undefined ? 'it is not in node_modules' : `there it is ${version}`}. ` +
      'Its install script did not run: repeat "npm ci" without --ignore-scripts.',
  );
