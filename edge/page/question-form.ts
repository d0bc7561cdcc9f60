import type { Ask, Effect } from '../../domain/conversation/effects.ts';
import type { Conversation, Story } from '../../domain/story/story.ts';
import type { Notice } from '../../web/page/question-page.ts';
import type { Choice, QuestionForm, QuestionInput } from '../../web/question-form.ts';
import { choicesOf, leftIn, questionWords, type Speaker, telling, warning } from '../speech.ts';

/** The waiting question as a form of a page: the same question, the same numbers, the same words as on the phone. */
export function formFor(speaker: Speaker, story: Story, ask: Ask, conversation: Conversation): QuestionForm {
  const { language } = story.person;
  const choices = choicesOf(speaker, language, ask).map(
    (label, index): Choice => ({ value: String(index + 1), label }),
  );
  return {
    words: questionWords(speaker, language, ask).map(({ text }) => text),
    input: inputFor(ask, choices),
    choices,
    required: ask.slot.is === 'another' || ask.slot.question.required,
    canGoBack: conversation.told.length > 0,
    hidden: { question: ask.slot.key, version: String(ask.turn) },
    action: '',
  };
}

function inputFor(ask: Ask, choices: readonly Choice[]): QuestionInput {
  if (ask.slot.is === 'another' || ask.pending !== undefined) return 'radio';
  const { question } = ask.slot;
  if (question.type === 'attachment') return 'none';
  if (question.type === 'open-choice') return 'text';
  if (choices.length > 0) return question.repeats ? 'checkbox' : 'radio';
  // Numbers, dates and times are read as people write them, on every channel: a plain field takes them all.
  return question.type === 'text' ? 'textarea' : 'text';
}

/** What was told beside the question, as notices; emergency words as an alarm. */
export function noticesFrom(speaker: Speaker, story: Story, effects: readonly Effect[]): readonly Notice[] {
  const left = leftIn(effects);
  return effects.flatMap((effect): Notice[] => {
    if (effect.do === 'warn')
      return [{ kind: 'alarm', words: warning(speaker, story.person.language, effect.kind).text }];
    if (effect.do === 'tell' && !silentOnPages.has(effect.message))
      return [{ kind: 'note', words: telling(speaker, story, effect, left).text }];
    return [];
  });
}

/** The page itself says these. */
const silentOnPages = new Set(['complete', 'complete.amended', 'attachment-waits', 'intake.start', 'visit']);
