/** A message as words, each with what it may be a misspelling of, and the clause it stands in. */
export interface Heard {
  readonly words: readonly string[];
  readonly meant: readonly (readonly string[])[];
  /** For each word the index of the sentence part it is in: parts end at punctuation and at "but". */
  readonly part: readonly number[];
  /** Parts that end as a question. */
  readonly asked: ReadonlySet<number>;
}

/**
 * What plainly takes a phrase back. Everything here makes the reader quieter, so each rule is narrow: a denial must stand directly before
 * what it denies, with nothing but the words below between ("I don't have any chest pain"). "I don't know why my chest hurts",
 * "never had chest pain like this" and "I can't stand the chest pain" still raise.
 */
const negators = new Set(
  (
    'no not dont doesnt didnt isnt arent wasnt havent hasnt hadnt without never nor denies deny denied denying none nothing neither aint wouldnt ' +
    'nunca jamas sin ni tampoco niego ' +
    'nie bez nigdy ani zaden zadnego zadnej zadne zadnych brak'
  ).split(' '),
);

/** Denials that phrases of the list are made of. */
const denials = new Set(['no', 'nie', 'not', 'cant', 'cannot', 'couldnt', 'wont', 'dont', 'isnt', 'doesnt']);

const between = new Set(
  (
    'have having has had any a an the my of or get getting got feel feeling feels really currently now been being experience experiencing experienced ' +
    'actually ever at all thoughts thought thinking about signs sign symptoms symptom kind sort i want wanting to going plan planning is it do ' +
    'am suffer suffering from trouble problems problem with in ' +
    'tengo tiene tener tenido he ha me se le mi un una ningun ninguna el la los las de o siento sentido estoy esta pensamientos quiero para ganas pienso pensado en ' +
    'mam mial miala ma mamy mi mnie sie mojej moim w lub albo czuje zadnego zadnej zadnych zadne zaden mysli o chce chcialbym chcialabym jest dziecko teraz jestem mysle juz'
  ).split(' '),
);
const orWords = new Set(['or', 'nor', 'ni', 'o', 'ani', 'lub', 'albo']);
const reach = 6;

/** After a denial these mean "not until now": the worst of all, not its absence. */
const untilNow = new Set(
  'like until till before such this so untill since asi tan hasta antes como takiego takiej takich jak az dopiero wczesniej'.split(
    ' ',
  ),
);

/** True when one of the words found is plainly denied. */
export function isDenied(heard: Heard, places: readonly number[]): boolean {
  const last = Math.max(...places);
  if (heard.asked.has(heard.part[last] ?? -1) && !saysNoAfter(heard, last)) return false;
  if (saysNoAfter(heard, last)) return true;
  return places.some((place) => isDeniedBefore(heard, places, place, last));
}

/** "Chest pain: no", "chest pain? no." */
function saysNoAfter(heard: Heard, last: number): boolean {
  const { words, part } = heard;
  const own = part[last];
  const next = part[last + 1];
  if (own === undefined || next !== own + 1 || part[last + 2] === next) return false;
  return (
    /^(?:no|none|nope|nie|never|nunca|ninguno|nigdy|brak)$/.test(words[last + 1] ?? '') &&
    (heard.asked.has(own) || part[last + 2] === undefined)
  );
}

function isDeniedBefore(heard: Heard, places: readonly number[], place: number, last: number): boolean {
  const { words, part } = heard;
  let chain = true;
  let sawOr = false;
  for (let at = place - 1; at >= 0 && place - at <= reach; at -= 1) {
    if (part[at] !== part[place]) return false;
    if (places.includes(at)) continue;
    const word = words[at] ?? '';
    // "no puedo ni respirar": where the phrase is itself a denial, one inside it only makes it stronger.
    if (at > Math.min(...places) && places.some((own) => denials.has(words[own] ?? ''))) continue;
    if (negators.has(word)) return (chain || sawOr) && !isTakenBack(heard, at, last);
    if (place - at <= 2 && orWords.has(word)) sawOr = true;
    if (!between.has(word)) chain = false;
    // "and" begins something new: "no fever and chest pain".
    if (
      word === 'and' ||
      word === 'y' ||
      word === 'i' ||
      word === 'because' ||
      word === 'why' ||
      word === 'porque' ||
      word === 'bo'
    )
      return false;
  }
  return false;
}

/** "not without chest pain", "never had chest pain like this": the denial is no denial. */
function isTakenBack(heard: Heard, negator: number, last: number): boolean {
  const { words, part } = heard;
  const before = words[negator - 1] ?? '';
  if (before !== words[negator] && part[negator - 1] === part[negator] && /^(?:not|isnt|cant|cannot)$/.test(before))
    return true;
  for (let at = last + 1; at <= last + 4 && at < words.length; at += 1) if (untilNow.has(words[at] ?? '')) return true;
  return false;
}

const longAgo = new RegExp(
  [
    '\\b(?:\\d+|[a-z]+) (?:years?|yrs?|decades?) ago\\b',
    '\\b(?:in|back in|en|w|of) (?:19|20)\\d\\d\\b',
    '\\bas a (?:child|kid|teenager)\\b|\\bfamily history\\b|\\bhistory of\\b|\\bin the past\\b|\\bwhen i was (?:a |young|little|\\d)',
    '\\bhace (?:\\d+|[a-z]+) anos\\b|\\bantecedentes\\b|\\bde nin[oa]\\b',
    '\\b(?:\\d+|[a-z]+) lata? temu\\b|\\brok temu\\b|\\bw dziecinstwie\\b|\\bw wywiadzie\\b',
  ].join('|'),
);
const today =
  /\b(?:now|again|still|today|tonight|since|just|this|feels?|feeling|same|is|am|are|hurts?|having|keeps?|getting|worse|started|ahora|hoy|otra|desde|siento|sigue|duele|peor|estoy|teraz|dzis|dzisiaj|znow|znowu|od|boli|czuje|nadal|wciaz|jest|gorzej|mam)\b/;

/** An event told as years past, with nothing of today in the whole message ("stroke in 2010"). Months are not long enough. */
export function isLongAgo(heard: Heard, at: number): boolean {
  const text = heard.words.join(' ');
  if (!longAgo.test(text) || today.test(text)) return false;
  const own = heard.words.filter((_, other) => heard.part[other] === heard.part[at]).join(' ');
  return longAgo.test(own);
}
