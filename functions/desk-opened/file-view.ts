import { createHash } from 'node:crypto';
import { nameOf } from '../../domain/handoff/how.ts';
import { saySince, sayWhen } from '../../domain/handoff/when.ts';
import { fileAsShown } from '../../domain/story/on-file.ts';
import type { FileEntry, Story } from '../../domain/story/story.ts';
import type { FileView } from '../../web/desk/file-part.ts';
import type { DeskOpenedDeps } from './dependencies.ts';

/** Identity and coverage as registration and billing both read them: one source, so that they cannot differ. */
export function fileView(deps: Pick<DeskOpenedDeps, 'clinic' | 'clock'>, { onFile }: Pick<Story, 'onFile'>): FileView {
  const now = deps.clock.now();
  const { timeZone } = deps.clinic;
  return {
    entries: onFile.map(({ label, value, source, since, confirmed }) => ({
      label,
      value,
      source: sourceInWords(source),
      age: saySince(since, now, timeZone),
      ...(confirmed === undefined
        ? {}
        : { confirmed: `${sayWhen(confirmed.at, now, timeZone)} by ${confirmed.name ?? nameOf(confirmed.by)}` }),
    })),
    hidden: { file: digestOf(onFile), shown: now.toISOString() },
  };
}

/** Of what exactly a page showed: a confirmation is for that, and for nothing that came since. */
export function digestOf(onFile: readonly FileEntry[]): string {
  return createHash('sha256').update(fileAsShown(onFile)).digest('base64url').slice(0, 22);
}

function sourceInWords(source: string): string {
  if (source.startsWith('Patient/')) return 'Patient record';
  return source.startsWith('Coverage/') ? 'Insurance record' : 'Chart';
}
