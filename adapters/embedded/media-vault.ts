import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaVault } from '../../domain/ports/media-vault.ts';

/**
 * Media as files: a line of JSON with the content type, then the bytes. A file is whole or not there (written aside, synchronised,
 * renamed, and the folder synchronised); its name is a hash of the id, so that no id can lead out of the folder.
 */
export function createMediaVault(folder: string): MediaVault {
  const fileOf = (id: string) => join(folder, createHash('sha256').update(id).digest('hex'));
  return {
    async keep(id, { bytes, contentType }) {
      await mkdir(folder, { recursive: true });
      const file = fileOf(id);
      if (await exists(file)) return;
      const aside = `${file}.${randomUUID()}.part`;
      await using writing = await open(aside, 'wx');
      await writing.writeFile(`${JSON.stringify({ contentType })}\n`);
      await writing.writeFile(bytes);
      await writing.sync();
      await rename(aside, file);
      await using directory = await open(folder, 'r');
      await directory.sync();
    },
    async fetch(id) {
      const content = await readFile(fileOf(id)).catch(absent);
      if (content === undefined) return undefined;
      const headEnd = content.indexOf(0x0a);
      const { contentType } = JSON.parse(content.toString('utf8', 0, headEnd)) as { contentType: string };
      return { bytes: new Uint8Array(content.subarray(headEnd + 1)), contentType };
    },
  };
}

async function exists(file: string): Promise<boolean> {
  return access(file)
    .then(() => true, absent)
    .then((found) => found === true);
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
