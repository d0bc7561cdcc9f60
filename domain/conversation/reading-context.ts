import type { ReadingContext } from '../intake/reading/reading.ts';
import type { Turn } from './turn.ts';

/** What reading an answer needs to know of this turn. */
export function readingContext(turn: Turn, via: ReadingContext['via']): ReadingContext {
  const { clinic, now } = turn.circumstances;
  return { language: turn.story.person.language, now, timeZone: clinic.timeZone, dateOrder: clinic.dateOrder, via };
}
