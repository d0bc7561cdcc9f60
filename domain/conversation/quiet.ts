import type { Conversation } from '../story/story.ts';

/** Whether nothing was said of it yet: it waits until the patient wants to answer, and holds up nothing. */
export function isQuiet({ status, paused, asked, told }: Conversation): boolean {
  const waits = status === 'open' || status === 'queued';
  return waits && paused?.because === 'later' && asked === undefined && told.length === 0;
}
