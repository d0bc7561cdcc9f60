import type { Choose, Effect } from '../domain/conversation/effects.ts';
import { type MessageKey, sentence } from '../domain/guidance/catalogue.ts';
import type { Story } from '../domain/story/story.ts';
import type { VisitAsk, VisitChoice } from '../domain/visit/visit.ts';
import { needInWords } from './needs-speech.ts';
import { type Speaker, type Words, whenFor } from './speech.ts';

/** A visit's question: what is asked, and its choices in the order of their numbers. */
export interface ChoiceWords {
  readonly question: readonly Words[];
  readonly choices: readonly string[];
  /** The same choices as a call says them, each with its key. */
  readonly aloud: readonly string[];
}

const questions: Record<VisitAsk['is'], MessageKey> = {
  confirm: 'visit.ask.confirm',
  'cannot-come': 'visit.ask.cannot-come',
  'pick-slot': 'slot.ask',
  'keep-or-move': 'visit.ask.keep-or-move',
  moved: 'visit.ask.moved',
  missed: 'visit.ask.missed',
  'slot-offer': 'offer.ask',
  'which-need': 'visit.ask.which-need',
};

/** The words of a `choose` effect, before a channel gives them its form. `effects`: all that is said with it, so that a time is said once. */
export function choiceWords(
  speaker: Speaker,
  story: Story,
  { appointment, ask, manner }: Choose,
  effects: readonly Effect[],
): ChoiceWords {
  const visit = story.visits.find((each) => each.appointment === appointment);
  const at = (instant: string | undefined) => (instant === undefined ? '' : whenFor(speaker, story, instant));
  const say = (key: MessageKey, blanks: Record<string, string> = {}): Words => ({
    text: sentence(speaker.catalogue, story.person.language, key, blanks),
    content: `${key}@${speaker.catalogue.version}`,
  });
  const isTimeSaid = effects.some((effect) => effect.do === 'tell' && effect.when === visit?.start);
  const key = ask.is === 'confirm' && isTimeSaid ? 'visit.ask.confirm-short' : questions[ask.is];
  const label = (choice: VisitChoice): string => {
    if (choice.is === 'slot') return at(choice.slot.start);
    if (choice.is !== 'need') return say(`choice.${named(choice.is, ask)}`).text;
    const need = visit?.requirements.find(({ id }) => id === choice.requirement);
    return need === undefined ? choice.requirement : needInWords(speaker, story, need);
  };
  const aloud = (choice: VisitChoice, index: number): string => {
    const blanks = { number: String(index + 1), label: label(choice) };
    if (choice.is === 'slot') return say('voice.press', blanks).text;
    return say(`voice.choice.${choice.is === 'need' ? choice.is : named(choice.is, ask)}`, blanks).text;
  };
  return {
    // How to say when it suits says enough of what is asked.
    question:
      manner === 'with-example' && ask.is === 'pick-slot'
        ? [say('slot.hint')]
        : [
            say(key, { when: at(visit?.start), slot: at(ask.slot?.start) }),
            ...(ask.until === undefined ? [] : [say('offer.until', { until: at(ask.until) })]),
            ...(manner === 'plain' ? [] : [say('hint.choice')]),
          ],
    choices: ask.choices.map(label),
    aloud: ask.choices.map(aloud),
  };
}

type Plain = Exclude<VisitChoice['is'], 'slot' | 'need'>;

/** Of a visit that the clinic moved, "my time" could be the old one as well as the new one. */
function named(is: Plain, ask: VisitAsk): Plain | 'new-time-fine' {
  return is === 'keep' && ask.is === 'moved' ? 'new-time-fine' : is;
}
