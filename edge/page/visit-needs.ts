import { type MessageKey, sentence } from '../../domain/guidance/catalogue.ts';
import { wordsIn } from '../../domain/guidance/language.ts';
import { isSettled, type Requirement } from '../../domain/requirements/requirement.ts';
import type { Story } from '../../domain/story/story.ts';
import { visitsAhead } from '../../domain/visit/story-visits.ts';
import { unsettled } from '../../domain/visit/telling-needs.ts';
import type { VisitNeeds } from '../../web/page/visit-needs.ts';
import { needInWords, withTimes } from '../needs-speech.ts';
import { type Speaker, whenFor } from '../speech.ts';

/**
 * The next visit that needs something, with where each thing stands and who sees to it: what is open first, in the order in
 * which texts say it, then what is done. Nothing beyond what texts say. Undefined where no visit ahead needs anything.
 */
export function visitNeedsFor(speaker: Speaker, story: Story, now: Date): VisitNeeds | undefined {
  const visit = visitsAhead(story, now).find(({ requirements }) => requirements.length > 0);
  if (visit === undefined) return undefined;
  const say = (key: MessageKey, blanks: Record<string, string> = {}) =>
    sentence(speaker.catalogue, story.person.language, key, blanks);
  const settled = (need: Requirement) => isSettled[need.state];
  const { requirements } = visit;
  return {
    heading: say('page.visit', { when: whenFor(speaker, story, visit.start) }),
    needs: [...unsettled(visit), ...requirements.filter(settled)].map((need) => ({
      words: needInWords(speaker, story, need),
      ...(need.details === undefined
        ? {}
        : {
            details: withTimes(speaker, story, wordsIn(need.details, story.person.language), {
              due: need.due,
              from: need.from,
              length: 'long',
            }),
          }),
      state: say(`page.need.${need.state}`),
      owner: say(`page.owner.${need.owner}`),
    })),
    ...(requirements.every(settled) ? { note: say('need.nothing-left') } : {}),
  };
}
