import { bounds } from '../conversation/turn.ts';
import type { Acknowledgement, Story } from '../story/story.ts';

/**
 * The story after somebody confirmed having seen it. `at` of an acknowledgement is when the card was shown, not when the button was
 * pressed: what was said in between has not been seen.
 */
export function acknowledge(story: Story, acknowledgement: Acknowledgement): Story {
  const others = story.acknowledgements.filter(({ card }) => card !== acknowledgement.card);
  return { ...story, acknowledgements: [...others, acknowledgement].slice(-bounds.acknowledgements) };
}

/** What this reader confirmed last: what is new to one is not new to another. */
export function newestAcknowledgementBy(story: Story, user: string): Acknowledgement | undefined {
  return story.acknowledgements
    .filter(({ by }) => by === user)
    .reduce<Acknowledgement | undefined>(
      (newest, each) => (newest === undefined || Date.parse(each.at) > Date.parse(newest.at) ? each : newest),
      undefined,
    );
}
