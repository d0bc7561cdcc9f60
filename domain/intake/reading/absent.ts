import type { AbsentReason } from '../answer.ts';
import { withoutPoliteness } from './filler.ts';

const unknown = [
  'i dont know|dont know|do not know|i do not know|dunno|i dunno|idk|no idea|i have no idea|no clue|i have no clue|not sure|im not sure',
  'i am not sure|unsure|im unsure|i am unsure|unknown|cant remember|i cant remember|i dont remember|dont remember|i do not remember',
  'i forgot|i forget|i cant recall|dont recall|who knows|hard to say|i cannot say|i really dont know|i honestly dont know|i cannot remember',
  'i really have no idea|have no idea|beats me|not certain|im not certain|i couldnt tell you|i wouldnt know|i have no way of knowing|no i dont know',
  'no se|no lo se|ni idea|no tengo idea|no tengo ni idea|no estoy seguro|no estoy segura|no recuerdo|no me acuerdo|lo desconozco|desconozco',
  'no sabria decir|no sabria decirle|quien sabe|no sabe|no lo recuerdo|la verdad no se|no se la verdad|no se decirle',
  'nie wiem|nie mam pojecia|nie pamietam|nie jestem pewien|nie jestem pewna|nie mam pewnosci|trudno powiedziec|nie znam|nie wiadomo',
  'bez pojecia|pojecia nie mam|ja nie wiem|naprawde nie wiem|nie wiem tego|zapomnialem|zapomnialam|nie przypominam sobie',
];

const declined = [
  'id rather not say|i would rather not say|rather not say|rather not|id rather not|i would rather not|prefer not to say|i prefer not to say',
  'prefer not to|i prefer not to|prefer not to answer|i prefer not to answer|i dont want to answer|dont want to answer|i dont want to say',
  'dont want to say|i wont answer|i wont say|i wont tell you|no comment|none of your business|thats private|its private|private|its personal',
  'thats personal|personal|i do not want to answer|i do not want to say|i refuse|i refuse to answer|decline|i decline|decline to answer',
  'i decline to answer|decline to say|skip it i dont want to answer|skip i dont want to answer|not comfortable answering|pass|i pass',
  'ill pass|i will pass|i dont wish to say|i dont wish to answer|id prefer not to|id prefer not to say|i would prefer not to say|i would prefer not to',
  'im not comfortable answering|im not comfortable answering that|i dont feel comfortable answering|i dont want to talk about it|i dont want to tell you',
  'i dont want to answer that|i dont want to answer this|i dont want to answer this question|i dont want to share|i dont want to share that|i dont want to discuss it',
  'prefiero no decir|prefiero no decirlo|prefiero no contestar|prefiero no responder|prefiero no|no quiero decir|no quiero decirlo',
  'no quiero contestar|no quiero responder|no deseo contestar|no deseo responder|es privado|es personal|eso es privado|paso|me lo reservo|no quiero hablar de eso',
  'wole nie mowic|wole nie odpowiadac|wole nie|wolalbym nie mowic|wolalabym nie mowic|nie chce mowic|nie chce odpowiadac|nie chce odpowiedziec',
  'nie chce powiedziec|nie powiem|odmawiam|odmawiam odpowiedzi|to prywatne|to prywatna sprawa|to moja sprawa|pas|bez komentarza|nie chce o tym mowic',
  'wolalbym nie odpowiadac|wolalabym nie odpowiadac|nie bede odpowiadac|nie odpowiem',
];

const reasons = new Map<string, AbsentReason>();
for (const phrase of unknown.flatMap((line) => line.split('|'))) {
  reasons.set(phrase, 'asked-unknown');
}
for (const phrase of declined.flatMap((line) => line.split('|'))) reasons.set(phrase, 'asked-declined');
const longest = Math.max(...[...reasons.keys()].map((phrase) => phrase.split(' ').length));

/** Why there is no value, when the whole message says so and nothing else ("I don't know if it's the pills" does not). */
export function readAbsent(words: readonly string[]): AbsentReason | undefined {
  if (words.length === 0 || words.length > longest + 6) return undefined;
  const core = withoutPoliteness(words);
  return reasons.get(core.join(' ')) ?? reasons.get(core.filter((word) => !hesitation.has(word)).join(' '));
}

const hesitation = new Set(
  'well um uh hmm oh sorry honestly really actually i pues la verdad szczerze no eh eee yyy'.split(' '),
);

/** Why there is no value, when the message begins by saying so ("I don't know, ask my wife"). For questions that cannot hold prose. */
export function readAbsentAtStart(words: readonly string[]): AbsentReason | undefined {
  const core = withoutPoliteness(words);
  for (let length = Math.min(longest, core.length); length >= 2; length -= 1) {
    const reason = reasons.get(core.slice(0, length).join(' '));
    if (reason !== undefined) return reason;
  }
  return undefined;
}
