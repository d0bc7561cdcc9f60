import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../shared/testdata');

/** Whether the test data written by others lies beside the project. Tests that need it are skipped where it does not. */
export const hasRealResources = existsSync(folder);
if (!hasRealResources) console.info('Skipped: tests on real resources, because ../shared/testdata is absent.');

export function realText(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** A resource written by others. The caller says what it is; the test fails if it is not. */
export function realResource<T extends { readonly resourceType: string }>(path: string, type: T['resourceType']): T {
  const resource: T = JSON.parse(realText(path));
  if (resource.resourceType !== type) throw new Error(`${path} is a ${resource.resourceType}, not a ${type}`);
  return resource;
}
