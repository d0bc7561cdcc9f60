/** Words that carry politeness or hesitation and no answer, in all languages. */
const fillerWords = new Set(
  (
    'um uh er erm eh hmm hm mm ah oh well so like please pls plz thanks thx thank kindly just actually honestly basically guess think ' +
    'probably maybe about around approx approximately roughly nearly almost say lets its it is was im i am my the a an of at on in id ive ' +
    'that thats this be would answer hi hello ok okay there doctor sir maam lol ' +
    'pues bueno este esta creo que por favor gracias como unos unas mas menos aproximadamente alrededor de tengo son es soy el la los las mi ' +
    'un hola diria quiza quizas tal vez casi ' +
    'yyy yy eee no to jest sa prosze dziekuje dzieki chyba mysle ze okolo mniej wiecej jakies jakis mam moje moj moja ten ta w na byc moze jakos poprosze ' +
    'dzien dobry prawie'
  ).split(' '),
);

/** True for a word that can be left out without changing what is answered. */
export function isFiller(word: string): boolean {
  return fillerWords.has(word);
}

const politeWords = new Set(
  (
    'please pls plz thanks thx thank you kindly um uh hi hello hey ok okay sorry just now ' +
    'por favor porfavor gracias hola eh perdon ahora ' +
    'prosze poprosze dziekuje dzieki przepraszam teraz dzien dobry'
  ).split(' '),
);

/** A message without politeness around it: what set phrases are compared by. Never empties a message that was only polite. */
export function withoutPoliteness(words: readonly string[]): string[] {
  let start = 0;
  let end = words.length;
  while (start < end && politeWords.has(words[start] ?? '')) start += 1;
  while (end > start && politeWords.has(words[end - 1] ?? '')) end -= 1;
  return start === end ? [...words] : words.slice(start, end);
}
