import type { Turn } from '../conversation/turn.ts';
import type { Language } from '../guidance/language.ts';
import type { Channel } from '../intake/answer.ts';
import type { Command } from '../intake/reading/commands.ts';
import { type AskedVisit, askAgain, questionWaits } from './asking-visit.ts';
import { lookForTimes, viaOf } from './moving.ts';

/** The words that work anywhere, where a visit's question was put last. False: it works there as anywhere else. */
export function obeyAtVisit(turn: Turn, asked: AskedVisit, command: Command, channel: Channel): boolean {
  switch (command) {
    case 'repeat':
      askAgain(turn, asked);
      return true;
    case 'help':
      turn.do({ do: 'tell', message: 'help' });
      askAgain(turn, asked, 'with-example');
      return true;
    case 'later':
    case 'skip':
      if (questionWaits(turn)) return false;
      turn.do({ do: 'tell', message: 'visit.no-hurry' }, { do: 'hang-up' });
      return true;
    case 'continue':
      if (turn.current?.status === 'open') return false;
      askAgain(turn, asked);
      return true;
    case 'more':
      if (turn.story.more !== undefined) return false;
      if (asked.ask.is === 'pick-slot') lookForTimes(turn, asked.visit, undefined, viaOf(channel));
      else askAgain(turn, asked);
      return true;
    case 'speak-en':
      return speak(turn, 'en', asked);
    case 'speak-es':
      return speak(turn, 'es', asked);
    case 'speak-pl':
      return speak(turn, 'pl', asked);
    case 'back':
    case 'person':
    case 'link':
      return false;
  }
}

function speak(turn: Turn, language: Language, asked: AskedVisit): true {
  turn.changeStory({ person: { ...turn.story.person, language } });
  turn.do({ do: 'tell', message: 'language' });
  askAgain(turn, asked);
  return true;
}
