import type { Person, Story } from './story.ts';

/** The story of somebody of whom nothing is known yet but who they are; version 0 is what no store has. */
export function emptyStory(id: string, person: Person): Story {
  return {
    id,
    version: 0,
    person,
    consent: { texts: 'allowed' },
    conversations: [],
    facts: {},
    concerns: [],
    acknowledgements: [],
    visits: [],
    evidence: [],
    onFile: [],
  };
}
