import type { StoryView } from '../../domain/story/story.ts';

type Intake = StoryView['intakes'][string];

/** More than a clinic asks at a time. */
const most = 64;
const texts = new WeakMap<Intake, string>();
const byText = new Map<string, Intake>();

/**
 * A questionnaire of a few hundred lines lies beside each story that runs it, and is mostly the same one: it is written and read as JSON once,
 * not once for each patient. What is given out is frozen by the cache of stories, so that it can be shared.
 */
export const sameIntakes = {
  text(intake: Intake): string {
    const known = texts.get(intake);
    if (known !== undefined) return known;
    const text = JSON.stringify(intake);
    // One that could still change is written anew each time.
    if (Object.isFrozen(intake)) texts.set(intake, text);
    return text;
  },

  parsed(text: string): Intake {
    const known = byText.get(text);
    if (known !== undefined) return known;
    if (byText.size >= most) byText.clear();
    const intake = JSON.parse(text) as Intake;
    byText.set(text, intake);
    return intake;
  },
};
