import type { Language } from '../../guidance/language.ts';
import type { Reading } from './reading.ts';

const firmYes = new Set('yes yeah yep yup yea yess ya yeh yah si sip tak 👍 👌 ✅ ✔'.split(' '));
const firmNo = new Set('no nope nah never nop nie nigdy nunca jamas 👎 ❌ 🚫'.split(' '));

const yesWords = new Set([
  ...firmYes,
  ...'y t s ye ys yse aye sure ok okay okey correct right true absolutely definitely certainly affirmative indeed totally mhm positive exactly'.split(
    ' ',
  ),
  ...'claro correcto cierto verdad verdadero exacto exactamente seguro efectivamente afirmativo oczywiscie pewnie jasne owszem dokladnie prawda'.split(
    ' ',
  ),
]);

const noWords = new Set([
  ...firmNo,
  ...'n naw nay not none negative false incorrect wrong neither noo'.split(' '),
  ...'ninguno ninguna ningun nada negativo falso incorrecto tampoco falsz nieprawda zaden zadnych zadna zadne'.split(
    ' ',
  ),
]);

/** Idioms whose words alone would mislead ("of course not", "creo que no"), each as a whole message. */
const idioms = new Map<string, boolean>();
for (const phrase of (
  'i do|i have|i did|i am|i was|i can|i will|i think so|i guess so|i believe so|uh huh|of course|yes of course|for sure|it is|thats right|that is right|' +
  'thats correct|that is correct|that is true|thats true|you bet|i sure do|no doubt|why not|every day|all the time|right on|a lot|i think i do|' +
  'por supuesto|asi es|desde luego|creo que si|claro que si|sin duda|eso es|por que no|lo soy|lo tengo|es verdad|es cierto|es correcto|ya lo creo|' +
  'zgadza sie|no tak|tak jest|chyba tak|mysle ze tak|no pewnie|no jasne|raczej tak|jak najbardziej|no ba|bez watpienia|to prawda'
).split('|')) {
  idioms.set(phrase, true);
}
for (const phrase of (
  'i dont|i do not|i havent|i have not|i didnt|i did not|im not|i am not|i wasnt|i was not|i cant|i cannot|i wont|i dont think so|dont think so|' +
  'i do not think so|i think not|i guess not|not really|not at all|not yet|not anymore|not any more|no way|of course not|absolutely not|definitely not|' +
  'certainly not|hell no|uh uh|nuh uh|not me|not that i know of|not that i know|not that im aware of|not that i am aware of|hardly ever|i never have|i never did|i dont have any|its not|it isnt|it is not|thats wrong|that is wrong|' +
  'thats not right|that is not right|not right|not correct|not true|sure not|never ever|i havent had any|not one|i do not have any|dont have any|nothing|' +
  'para nada|en absoluto|claro que no|creo que no|por supuesto que no|de ninguna manera|que va|todavia no|aun no|ya no|no es verdad|no es cierto|' +
  'no es correcto|desde luego que no|no creo|de eso nada|nada de eso|' +
  'wcale nie|raczej nie|skad|skadze|skad ze|ani troche|absolutnie nie|oczywiscie ze nie|pewnie ze nie|chyba nie|no nie|jeszcze nie|juz nie|mysle ze nie|nie sadze|' +
  'nie mysle|to nieprawda|nie prawda|nie zgadza sie|ani razu|w ogole nie|no skad|nic'
).split('|')) {
  idioms.set(phrase, false);
}

const number = new Map<string, boolean>([
  ...'1 one uno una jeden jedynka'.split(' ').map((word) => [word, true] as const),
  ...'2 two dos dwa dwojka'.split(' ').map((word) => [word, false] as const),
]);
const heardAsNumber = new Map([
  ['won', true],
  ['to', false],
  ['too', false],
  ['tu', false],
]);
const beforeNumber = new Set(
  'option number press answer opcion numero opcja numer nr odpowiedz respuesta the la el choice'.split(' '),
);
const lead = new Set(
  (
    'um uh er erm eh hmm hm mm ah oh well so like please i think guess id say would answer is its honestly actually pues bueno este creo que diria la es mi respuesta ' +
    'yyy yy eee mysle ze to jest chyba hi hello hola the my just thanks gracias por favor prosze dziekuje dzieki thank you it maam sir then'
  ).split(' '),
);
const hesitant =
  /\b(maybe|perhaps|possibly|sometimes|sort of|kind of|kinda|depends|either|quiza|quizas|tal vez|a veces|depende|moze|czasami|czasem|zalezy)\b/;

/**
 * What a message says, yes or no; undefined when it says neither, or both ("yes and no"). A first word that says it decides, unless its
 * opposite comes later.
 */
export function readPolarity(words: readonly string[], spoken: boolean): boolean | undefined {
  if (words.length === 0) return undefined;
  const said = words.map(shortened);
  const whole = said.join(' ');
  const idiom = idioms.get(whole);
  if (idiom !== undefined) return idiom;
  const core = said.filter(
    (word, at) => !(lead.has(word) && !(spoken && heardAsNumber.has(word) && said.length === 1)) || at < 0,
  );
  const trimmed = idioms.get(core.join(' '));
  if (trimmed !== undefined) return trimmed;
  const rest = core.filter((word) => !beforeNumber.has(word));
  const digit = number.get(rest[0] ?? '') ?? (spoken ? heardAsNumber.get(rest[0] ?? '') : undefined);
  if (digit !== undefined) return readNumbered(digit, rest.slice(1));
  return readSentence(said, core, whole);
}

/** "1", "1 yes": and nothing that contradicts the number. */
function readNumbered(digit: boolean, others: readonly string[]): boolean | undefined {
  if (others.every((word) => (digit ? yesWords : noWords).has(word))) return digit;
  return undefined;
}

function readSentence(said: readonly string[], core: readonly string[], whole: string): boolean | undefined {
  const yes = said.some((word) => firmYes.has(word));
  const no = said.some((word) => firmNo.has(word));
  if (yes && no) return undefined;
  if (hesitant.test(whole)) return undefined;
  const first = core[0] ?? '';
  if (firmYes.has(first) || (yesWords.has(first) && core.length <= 3 && !core.some((word) => noWords.has(word))))
    return true;
  if (firmNo.has(first)) return false;
  if (noWords.has(first) && core.length <= 4) return core.some((word) => firmYes.has(word)) ? undefined : false;
  if (saysNotI.test(whole)) return yes ? undefined : false;
  if (saysI.test(whole) && !no) return true;
  if (core.length > 4) return undefined;
  if (yes) return true;
  return no ? false : undefined;
}

const saysNotI =
  /^(?:well |um |oh )?i (?:(?:really|honestly|certainly|definitely) )?(?:dont|do not|didnt|did not|havent|have not|never|am not|cant|wont|wasnt) ?|^im not\b|^not (?:me|that|anymore|since|for|in)\b/;
const saysI =
  /^(?:well |um |oh )?i (?:really |certainly |definitely |sure )?(?:do|did|am|have)(?: (?:too|yes|indeed|sometimes|actually))?$/;

/** "yesssss", "nooo", "taaak": drawn-out letters shortened, where that makes it a word we know. */
function shortened(word: string): string {
  if (word.length < 3 || yesWords.has(word) || noWords.has(word) || !/(.)\1/.test(word)) return word;
  const short = word.replace(/(.)\1+/g, '$1');
  return yesWords.has(short) || noWords.has(short) ? short : word;
}

/** Yes or no. In Polish a bare "no" is "well, yeah" to one person and English to the next, so it is asked back. */
export function readBoolean(words: readonly string[], language: Language, spoken: boolean): Reading {
  if (language === 'pl' && words.length === 1 && words[0] === 'no') {
    return { is: 'ambiguous', choices: [true, false].map((value) => ({ values: [{ kind: 'boolean', value }] })) };
  }
  const spokenPolish = language === 'pl' && words[0] === 'no' && words.length > 1 ? words.slice(1) : words;
  const value =
    readPolarity(spokenPolish, spoken) ?? (spokenPolish === words ? undefined : readPolarity(words, spoken));
  if (value === undefined) return { is: 'unreadable', why: 'not-understood' };
  return { is: 'values', values: [{ kind: 'boolean', value }] };
}
