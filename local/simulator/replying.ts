import { loadContent } from '../../content/content.ts';
import type { MessageKey } from '../../domain/guidance/catalogue.ts';
import { clinic } from '../seed/clinic.ts';
import type { Person } from './people.ts';

const { messages } = loadContent().catalogueFor(clinic.country);

/** What a person has done about their visit so far. */
export interface Doings {
  readonly confirmed: boolean;
  readonly askedToMove: boolean;
  readonly gaveUp: boolean;
}

export interface Answered {
  readonly words: string;
  readonly doings: Doings;
}

/** What somebody of this manner writes back to a text; undefined where they leave it at that. */
export function replyOf({ manner, language }: Person, text: string, doings: Doings): Answered | undefined {
  const number = (key: MessageKey) => numberOf(text, messages[language][key]);
  const come = number('choice.come');
  const move = number('choice.another-time');
  const leave = number('choice.give-up');
  const keep = number('choice.keep') ?? number('choice.new-time-fine');
  switch (manner) {
    case 'silent':
    case 'no-show':
      return undefined;
    case 'moves': {
      if (!doings.askedToMove && move !== undefined) return { words: move, doings: { ...doings, askedToMove: true } };
      const slot = firstTime(text);
      if (doings.askedToMove && !doings.confirmed && come === undefined && slot !== undefined)
        return { words: slot, doings: { ...doings, confirmed: true } };
      return undefined;
    }
    case 'gives-up':
      if (doings.gaveUp) return undefined;
      return leave === undefined ? undefined : { words: leave, doings: { ...doings, gaveUp: true } };
    case 'reliable':
    case 'late':
    case 'asks': {
      const yes = come ?? keep;
      return yes === undefined ? undefined : { words: yes, doings: { ...doings, confirmed: true } };
    }
  }
}

/** The number under which a choice is offered in a text. */
function numberOf(text: string, label: string): string | undefined {
  for (const line of text.split('\n')) {
    const choice = /^(\d)\.? (.+)$/.exec(line.trim());
    if (choice?.[2] === label) return choice[1];
  }
  return undefined;
}

/** The first offered time: a numbered line with a clock time in it. */
function firstTime(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const choice = /^(\d)\.? .*\d{1,2}:\d{2}/.exec(line.trim());
    if (choice !== null) return choice[1];
  }
  return undefined;
}
