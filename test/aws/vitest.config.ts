import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The transcripts first: what another file leaves under way in the stack would be about patients of an EHR that is gone. */
class TranscriptsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.endsWith('transcripts.test.ts') ? 0 : 1);
    return files.toSorted((one, other) => rank(one) - rank(other) || one.moduleId.localeCompare(other.moduleId));
  }
}

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration so.
export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts'],
    // One deployed stack, one clock: the files take turns.
    fileParallelism: false,
    sequence: { sequencer: TranscriptsFirst },
    isolate: false,
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
