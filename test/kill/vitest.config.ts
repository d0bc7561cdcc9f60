import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration so.
export default defineConfig({
  test: {
    include: ['test/kill/long.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
  },
});
