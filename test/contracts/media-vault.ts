import { describe, expect, it } from 'vitest';
import type { MediaVault } from '../../domain/ports/media-vault.ts';

let unique = 0;
const fresh = (what: string) => `${what}/${process.pid}-${Date.now().toString(36)}-${++unique}`;

/** What every MediaVault promises. */
export function describeMediaVault(name: string, make: () => Promise<MediaVault>): void {
  describe(`the media vault on ${name}`, () => {
    it('gives back the same bytes and type, also of line breaks, nothing and nasty ids', async () => {
      const vault = await make();
      const media = [
        new Uint8Array([0x0a, 0xff, 0x00, 0x0a, 0x7b]),
        new Uint8Array(0),
        new Uint8Array(300_000).fill(10),
      ];
      for (const [n, bytes] of media.entries()) {
        const id = fresh(`../..//MM1?${n} ü`);
        await vault.keep(id, { bytes, contentType: 'image/jpeg' });
        const back = await vault.fetch(id);
        expect(back?.contentType).toBe('image/jpeg');
        expect(Buffer.from(back?.bytes ?? []).equals(bytes)).toBe(true);
      }
    });

    it('changes nothing when the same id is kept again, also at the same time', async () => {
      const vault = await make();
      const id = fresh('media');
      await vault.keep(id, { bytes: new Uint8Array([1]), contentType: 'image/png' });
      await Promise.all([2, 3].map((n) => vault.keep(id, { bytes: new Uint8Array([n]), contentType: 'text/plain' })));
      const back = await vault.fetch(id);
      expect([back?.contentType, ...(back?.bytes ?? [])]).toEqual(['image/png', 1]);
    });

    it('has nothing under an id that was never kept', async () => {
      expect(await (await make()).fetch(fresh('never'))).toBeUndefined();
    });
  });
}
