import type { Answer } from '../intake/answer.ts';
import { factsFrom } from '../intake/facts.ts';
import type { Slot } from '../intake/slots.ts';
import { valuesInWords } from '../intake/words.ts';
import type { RaisedFlag } from '../safety/red-flags.ts';
import { bounds, type Turn } from './turn.ts';

/**
 * Puts an answer on file. What it replaces stays in the history; what it says becomes facts. Returns the flags that the answer itself
 * raises (a positive answer to a self-harm item).
 */
export function record(turn: Turn, id: string, slot: Slot, answer: Answer): readonly RaisedFlag[] {
  const conversation = turn.conversation(id);
  if (slot.is === 'another') {
    recordAnother(turn, id, slot, answer);
    return [];
  }
  const before = conversation.answers[slot.key];
  const corrected: Answer =
    before === undefined
      ? answer
      : { ...answer, provenance: { ...answer.provenance, corrects: valuesInWords(slot.question, before) } };
  turn.change(id, {
    answers: { ...conversation.answers, [slot.key]: corrected },
    history:
      before === undefined
        ? conversation.history
        : [...conversation.history, { slot: slot.key, answer: before, replacedAt: turn.now }].slice(-bounds.history),
    told: [...conversation.told.filter((key) => key !== slot.key), slot.key],
    skipped: conversation.skipped.filter((key) => key !== slot.key),
    asked: undefined,
    turn: conversation.turn + 1,
    amended: conversation.completedAt !== undefined,
  });
  if (slot.rounds.length === 0) remember(turn, id, slot, corrected);
  turn.do({
    do: 'record',
    conversation: id,
    slot: slot.key,
    answer: corrected,
    ...(before === undefined ? {} : { replaced: before }),
  });
  return slot.question.selfHarm && isPositive(slot, corrected) ? [selfHarm] : [];
}

const selfHarm: RaisedFlag = {
  code: 'self-harm',
  kind: 'crisis',
  label: 'Thoughts of self-harm (answer to a questionnaire)',
};

/** Another round of a repeating group, or the end of it. The end can be taken back like any answer; a round just begun is filled in. */
function recordAnother(turn: Turn, id: string, slot: Extract<Slot, { is: 'another' }>, answer: Answer): void {
  const conversation = turn.conversation(id);
  const yes = answer.values.some((value) => value.kind === 'boolean' && value.value);
  const { [slot.key]: _, ...others } = conversation.answers;
  const told = conversation.told.filter((key) => key !== slot.key);
  turn.change(id, {
    rounds: { ...conversation.rounds, [slot.groupKey]: yes ? slot.round + 1 : slot.round },
    answers: yes ? others : { ...others, [slot.key]: answer },
    told: yes ? told : [...told, slot.key],
    asked: undefined,
    turn: conversation.turn + 1,
  });
}

function remember(turn: Turn, id: string, slot: Extract<Slot, { is: 'question' }>, answer: Answer): void {
  const { clinic, now } = turn.circumstances;
  const facts = { ...turn.story.facts };
  for (const fact of factsFrom(turn.intakeOf(turn.conversation(id)), slot.question, answer, now, clinic.facts)) {
    delete facts[fact.key];
    facts[fact.key] = fact;
  }
  const keys = Object.keys(facts);
  for (const oldest of keys.slice(0, Math.max(0, keys.length - bounds.facts))) delete facts[oldest];
  turn.changeStory({ facts });
}

/** Anything above the lowest option, a yes, a number above zero, or words. */
function isPositive(slot: Extract<Slot, { is: 'question' }>, answer: Answer): boolean {
  return answer.values.some((value) => {
    switch (value.kind) {
      case 'boolean':
        return value.value;
      case 'integer':
      case 'decimal':
      case 'quantity':
        return value.value > 0;
      case 'coding': {
        const index = slot.question.options.findIndex(
          (option) =>
            option.value.kind === 'coding' && option.value.code === value.code && option.value.system === value.system,
        );
        const score = slot.question.options[index]?.score;
        return score === undefined ? index !== 0 : score > 0;
      }
      default:
        return true;
    }
  });
}
