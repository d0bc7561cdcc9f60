import type { Turn } from '../conversation/turn.ts';
import { wordsIn } from '../guidance/language.ts';
import { fold, wordsOf } from '../intake/reading/fold.ts';
import type { Requirement } from '../requirements/requirement.ts';
import { askWhichNeed, doable, markDone } from './needs.ts';
import { visitsAhead } from './story-visits.ts';

/** More than this is a letter, for a person to read. */
const mostWords = 9;

const done =
  /\b(?:done|ready|finished|completed|have|got|tengo|list[oa]s?|hech[oa]s?|terminad[oa]s?|termine|mam|gotow[aey]|zrobion[aey]|zrobil[ae]m|zalatwion[aey]|zalatwil[ae]m|skonczyl[ae]m)\b/;
/** Said of nothing but something that was to be done, whatever it is. */
const doneWith = /\b(?:done|finished) with\b|\b(?:list[oa]|termine) con\b|\bskonczyl[ae]m z\b/;
const notDone =
  /\?|\b(?:not|no|nie|nunca|never|when|cuando|kiedy|yet|still|todavia|jeszcze|question|pregunta|pytanie|\w+nt)\b/;

/**
 * "Done with the papers", "I have the papers ready": the one thing that is open and named so is done; of several the patient says which.
 * False where nothing of theirs is meant.
 */
export function hearDoneWith(turn: Turn, words: string): boolean {
  const folded = fold(words);
  const said = wordsOf(folded);
  if (said.length > mostWords || notDone.test(folded) || notDone.test(said.join(' '))) return false;
  if (!done.test(said.join(' '))) return false;
  const { now } = turn.circumstances;
  const visit = visitsAhead(turn.story, now).find((each) => doable(each, now).length > 0);
  if (visit === undefined) return false;
  const open = doable(visit, now);
  const named = open.filter((need) => isNamed(turn, need, said));
  const [only] = named;
  if (only !== undefined && named.length === 1) markDone(turn, only.id);
  else if (named.length > 0 || doneWith.test(said.join(' ')))
    askWhichNeed(turn, visit, named.length > 0 ? named : open);
  else return false;
  return true;
}

/** What every sentence about a visit may hold, in any of the languages; it names nothing. */
const namesNothing = new Set(
  'please bring have with your visit that this before after from home what when need needs them they here time come done ready favor traiga tenga para casa cita visita este esta antes desde necesita prosze przynies przyniesc wizyta wizyte przed domu masz swoj'.split(
    ' ',
  ),
);
const shortest = 4;

function isNamed({ story }: Turn, { says }: Requirement, said: readonly string[]): boolean {
  const own = [...new Set([wordsIn(says, story.person.language), says.default])].flatMap((text) => wordsOf(fold(text)));
  const names = own.filter((word) => word.length >= shortest && !namesNothing.has(word));
  return said.some(
    (word) =>
      word.length >= shortest &&
      !namesNothing.has(word) &&
      names.some((name) => name.startsWith(word) || word.startsWith(name)),
  );
}
