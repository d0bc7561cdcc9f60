import { fold, wordsOf } from '../../intake/reading/fold.ts';
import type { TimeWish } from '../../scheduling/slot.ts';
import { isOwnTime, readTimeWish, type WishContext } from './read-time-wish.ts';
import { visitSigns } from './visit-signs.ts';

/** What a patient can say about a visit without being asked. */
export type VisitMeaning =
  | 'confirm'
  /** It is to stay as it is. */
  | 'keep'
  | 'cannot-come'
  | 'another-time'
  | 'running-late'
  | 'on-my-way'
  | 'here'
  | 'how-long'
  | 'when'
  | 'what-needed'
  | 'done'
  | 'thanks';

export interface VisitWords {
  readonly is: VisitMeaning;
  /** It can mean nothing else. What is not clear gives way to another question that waits. */
  readonly clear: boolean;
  /** When it would suit instead. */
  readonly wish?: TimeWish;
  /** Of `running-late`: minutes; of `done`: the number in the list. */
  readonly number?: number;
  /** Something else was asked in the same breath: that is for a person. */
  readonly asks?: true;
}

type Rule = readonly [meaning: VisitMeaning, clear: boolean, sentence: RegExp];

const sentences: readonly (readonly [VisitMeaning, clear: string, unclear: string])[] = [
  [
    'keep',
    'NOT (?:CANCEL|RESCHED|MOVE|GIVE)(?: AWAY| VISIT| TIME)+|(?:NOT )?KEEP(?: VISIT| TIME)+|(?:INDEED )?(?:AFTERALL (?:COME|ICOME)|(?:COME|ICOME) AFTERALL)(?: COME)?',
    '(?:FIT |BETTER )*KEEP',
  ],
  [
    'how-long',
    '(?:YOU )?HOWLONG(?: (?:YOU|HOWLONG|WAIT|LATE|SEEN|NEED|COME|BEFORE|THERE|AWAY|ACT|LEFT))+|(?:ANY|THERE)(?: ANY)? (?:WAIT|LATE)|YOU(?: YOU)* (?:LATE|ONTIME|YOU LATE)|WHAT WAIT(?: TIME)?|WAIT TIME|ASKWHEN(?: YOU)? SEEN(?: YOU)?|LATE YOU',
    'HOWLONG',
  ],
  ['when', 'ASKWHEN(?: NEED| ACT)*(?: (?:VISIT|COME|THERE|ICOME|BE))+(?: TIME)?', ''],
  [
    'what-needed',
    '(?:WHAT|ASKWHAT)(?: (?:ELSE|ACT|YOU|NEED|TIME))*(?: (?:NEED|BRING|LEFT|PREPARE))(?: (?:ELSE|ACT|YOU|NEED|BRING|LEFT|BEFORE|VISIT|COME|PREPARE|HERE))*|NEED(?: (?:ACT|NOT|BE|COME))*(?: (?:FAST|BRING|ANY|PREPARE|EAT))+(?: (?:BEFORE|VISIT|ELSE))*|EAT(?: EAT| ANY)*(?: (?:BEFORE|VISIT|TIME))+|HOW(?: NEED| ACT)* PREPARE(?: (?:VISIT|ACT))*|(?:HERE |THERE )?ANY ELSE(?: (?:NEED|ACT|BRING|LEFT))+|ANY(?: NEED)+(?: (?:ACT|BRING|PREPARE))*',
    'WHAT(?: (?:ELSE|LEFT))+(?: ACT)*|ANY ELSE',
  ],
  [
    'another-time',
    '(?:NEED |HOW )*RESCHED(?: (?:VISIT|TIME|OTHER|ANY))*|(?:NEED |HOW )*MOVE(?: (?:VISIT|TIME|OTHER|ANY))+|(?:NEED |YOU |ANY |THERE )*(?:COME )?(?:ANY )?(?:OTHER|EARLIER|LATER)(?: (?:VISIT|TIME|EARLIER|LATER))+(?: FIT| BETTER| GOOD)*|(?:NEED |YOU |THERE )*(?:ANY|VISIT) (?:ELSE|EARLIER|LATER|BEFORE|OTHER)(?: TIME)?|COME (?:EARLIER|LATER|OTHER(?: TIME)?)|(?:TIME|VISIT) NOT(?: FIT| GOOD)+|COME OTHER TIME',
    'EARLIER|OTHER|(?:YOU )?MOVE|NOT(?: FIT)+|(?:KEEP )?MOVE OTHER',
  ],
  [
    'cannot-come',
    '(?:INDEED )*(?:CANT|NOT)(?: (?:COME|ICOME|THERE|BE THERE))+(?: (?:VISIT|PLACE|THERE|TIME|HERE))*|(?:INDEED )*CANT(?: (?:KEEP|MOVE))?(?: VISIT)+|(?:NEED |YOU |HOW |ACT )*(?:CANCEL|MISS|GIVE)(?: (?:VISIT|NOMORE|YOU))*(?: VISIT)(?: YOU| TIME| ELSE)*|VISIT CANCEL|(?:YOU |INDEED )*GIVE(?: AWAY)? VISIT(?: OTHERS| AWAY)?|NOMORE (?:NEED |COME )*VISIT|NOT (?:NEED )?VISIT(?: NOMORE)?|NOT NEED VISIT|NOMORE NEED COME',
    '(?:NEED |HOW |ACT )*CANCEL|CANT|COMEUP|CANT NEED|NOT ICOME THERE',
  ],
  [
    'running-late',
    '(?:(?:ICOME|COME|NEED|INDEED|NOT FIT|FIT|BE) )*(?:MIN )?LATE(?: (?:MIN|VISIT|LATE|COME))*|(?:BE )?TRAFFIC(?: TRAFFIC| LATE| MIN)*|BUS(?: YOU)? LATE|(?:ICOME )?MIN LATER|ICOME (?:LATER|MIN LATE|LATE MIN)|LATE N MIN|LATE N',
    '',
  ],
  [
    'on-my-way',
    'WAY(?: (?:WAY|THERE|HERE|SOON|MIN|VISIT|PLACE|BE|AWAY))*|(?:BE |ICOME |JUST )+WAY|(?:INDEED )?(?:THERE|ICOME|HERE) (?:THERE )?(?:SOON|MIN|N)|SOON (?:ICOME|BE|THERE)(?: THERE| PLACE)?|MIN AWAY|BE MIN|SOON THERE',
    '',
  ],
  [
    'here',
    '(?:(?:JUST|BE|COME|INDEED|NEED) )*(?:HERE|CHECKIN|PLACE)(?: (?:CHECKIN|PLACE|HERE|VISIT|WAIT|BE|THERE|SEE|YOU|NEED))*|WAIT(?:ING)? PLACE|JUST COME(?: PLACE| VISIT)?|BE(?: BE)? (?:HERE|PLACE)|ALREADY BE',
    'BE',
  ],
  [
    'confirm',
    'CONFIRM(?: (?:VISIT|ICOME|THERE|COME|INDEED|TIME))+|(?:INDEED|CONFIRM)(?: (?:COME|THERE|BE|VISIT|INDEED))*(?: (?:COME|THERE))(?: (?:VISIT|THERE|PLACE|ONTIME|COME))*|ICOME (?:COME|THERE|VISIT|PLACE|ONTIME)(?: VISIT| THERE)*|THERE ICOME|THERE SEE|INDEED(?: BE)? (?:VISIT|PLACE)|SEE(?: (?:THERE|SOON|THANKS|ALL|LATER|YOU))*|VISIT CONFIRM',
    '(?:NUMBER )?CONFIRM|ICOME(?: ICOME)*|THERE|(?:TIME )?(?:FIT|GOOD FIT|TIME GOOD|VISIT GOOD)(?: GOOD| FIT)*',
  ],
  ['done', '', '(?:NUMBER |N |ALL )*DONE(?: (?:DONE|NUMBER|N|ALL|ACT))*|N NUMBER DONE'],
  ['thanks', '', '(?:(?:THANKS|MUCH|GOOD) ?)+'],
];

const rules: readonly Rule[] = sentences.flatMap(([means, clear, unclear]) =>
  [[true, clear] as const, [false, unclear] as const].flatMap(([isClear, source]): Rule[] =>
    source === '' ? [] : [[means, isClear, new RegExp(`^(?:${source})$`)]],
  ),
);

/** What is meant first where several things are said at once. */
const order: readonly VisitMeaning[] = [
  'another-time',
  'cannot-come',
  'running-late',
  'keep',
  'here',
  'on-my-way',
  'how-long',
  'what-needed',
  'when',
  'confirm',
  'done',
  'thanks',
];

/** More than this is a letter, for a person to read. */
const longest = 300;
/** The carrier's own words: by text it has acted on them already. Spoken, they are about the visit. */
const carriers = /^(?:stop|stopall|unsubscribe|end|quit|cancel|revoke|optout|start|unstop|yes|help|info)$/;
/** As much a break from the questions as another time for the visit. */
const orLater =
  /^(?:another|some other) time$|^(?:en )?otro momento$|^innym razem$|^(?:not today|hoy no|nie dzis|nie dzisiaj)$/;

/**
 * What a whole message says about a visit, in any of the three languages; undefined for anything else, questions of its own among them.
 * Never throws, whatever the words.
 */
export function readVisitWords(
  words: string,
  context: WishContext & { readonly via: 'text' | 'keypad' | 'speech' },
): VisitWords | undefined {
  if (context.via === 'keypad' || words.length > longest) return undefined;
  const folded = fold(words);
  if (context.via === 'text' && carriers.test(folded.replace(/[.!?]+$/, ''))) return undefined;
  const clauses = clausesOf(folded).map(readClause);
  const wish = wishIn(words, folded, clauses, context);
  const found = clauses.flatMap((clause) => (clause.means === undefined ? [] : [{ ...clause, is: clause.means }]));
  if (wish !== undefined) {
    // "Tuesday works for me", of a visit that is on Tuesday.
    const is = !wish.clear && isOwnTime(wish.wish, context) ? 'confirm' : 'another-time';
    found.push({ is, means: is, clear: wish.clear, silent: false, asks: false });
  }
  const keeps = found.some(({ is }) => is === 'keep');
  const [first] = order.flatMap(
    (means) => found.find(({ is }) => is === means && !(keeps && is === 'cannot-come')) ?? [],
  );
  if (first === undefined) return undefined;
  const others = wish?.whole === true ? [] : clauses.filter(({ means, silent }) => means === undefined && !silent);
  const clear =
    found.some(({ is, clear: each }) => is === first.is && each) && !orLater.test(wordsOf(folded).join(' '));
  if (others.length > 0 && !clear) return undefined;
  const number = numberOf(first.is, found, others);
  return {
    is: first.is,
    clear,
    ...(first.is === 'another-time' && wish !== undefined ? { wish: wish.wish } : {}),
    ...(number === undefined ? {} : { number }),
    ...(others.some(({ asks }) => asks) ? { asks: true } : {}),
  };
}

/** "Stuck in traffic, I'll be 10 minutes late", "running late, 10 minutes": what gives the number need not be what came first. */
function numberOf(
  is: VisitMeaning,
  found: readonly (Clause & { readonly is: VisitMeaning })[],
  others: readonly Clause[],
) {
  if (is === 'done') return found.find((each) => each.is === is)?.number;
  if (is !== 'running-late') return undefined;
  const numbers = new Set([...found, ...others].flatMap(({ number }) => number ?? []));
  // Of "an hour and 20 minutes", or of what was corrected in the same breath, nobody must read one part.
  if (numbers.size !== 1) return undefined;
  const said = found.find((each) => each.is === is && each.number !== undefined)?.number;
  // Of "an hour and a half" only the hour is read.
  return said ?? (others.length === 1 ? others[0]?.number : undefined);
}

interface Clause {
  readonly means: VisitMeaning | undefined;
  readonly clear: boolean;
  readonly number?: number;
  /** Says nothing at all: politeness, a time, a name. */
  readonly silent: boolean;
  /** Not understood, and a question. */
  readonly asks: boolean;
}

const reason =
  / (?:because|bc|cuz|due|since i|as i|my (?:car|son|daughter|kids?|child|mom|mother|dad|father|husband|wife|boss|work|ride|bus|dog|baby|job|flight|shift) |i have |i got |i am |im (?:sick|ill|at|not feeling|stuck|working)|porque|ya que|tengo |estoy (?:enferm|trabaj)|bo |poniewaz|gdyz|mam |jestem (?:chor|w pracy)|jestem na|and cant|sorry).*$/;
const mayHaveReason = new Set<VisitMeaning>(['cannot-come', 'another-time', 'running-late', 'keep']);
const whoIsIt = /^(?:this is|my name is|its|soy|habla|me llamo|tu|mowi|nazywam sie) (?:\w+ ?){1,3}$/;

/** The parts of a message that each may say something; a question keeps its mark. */
function clausesOf(folded: string): readonly string[] {
  const parts = folded.match(/[^.!?;,\n]+[?]?/g) ?? [];
  return parts.flatMap((part) => part.split(/\s(?:but|and|pero|ale|y)\s/)).filter((part) => part.trim() !== '');
}

function readClause(clause: string): Clause {
  const said = wordsOf(clause).join(' ');
  const whole = readSentence(said);
  if (whole !== undefined) return { ...whole, silent: false, asks: false };
  const cut = said.replace(reason, '');
  const beforeReason = cut === said ? undefined : readSentence(cut);
  if (beforeReason?.means !== undefined && mayHaveReason.has(beforeReason.means))
    return { ...beforeReason, silent: false, asks: false };
  const { shape, number } = visitSigns(said);
  const silent = said === '' || whoIsIt.test(said) || shape === '';
  const minutes = shape.split(' ').includes('MIN') && number !== undefined ? { number } : {};
  return { means: undefined, clear: false, ...minutes, silent, asks: !silent && clause.includes('?') };
}

function readSentence(said: string): Pick<Clause, 'means' | 'clear' | 'number'> | undefined {
  const { shape, number } = visitSigns(said);
  if (shape === '' || shape.includes('?')) return undefined;
  // "I can", "I will" say something only of coming.
  const full = shape
    .replace(/INDEED (?!COME|THERE|BE|AFTERALL|INDEED|VISIT|PLACE)/g, '')
    .replace(/^(?:ACT )+(?=.)/, '')
    .trim();
  const bare = full
    .replace(/(?:THANKS|MUCH) ?/g, '')
    .replace(/^(?:GOOD )+(?=.)/, '')
    .trim();
  const sentence = bare === '' ? full : bare;
  // Alone it is as well the afternoon.
  if (said === 'tarde') return undefined;
  for (const [means, clear, pattern] of rules)
    if (pattern.test(sentence)) return { means, clear, ...(number === undefined ? {} : { number }) };
  return undefined;
}

/** Words that make a time a wish for it. The first sort can be said of nothing but the visit. */
const asksToCome =
  /\binstead\b|\b(?:can|could|may) (?:i|we) (?:come|do|be seen|make it|get|have)\b|\b(?:puedo|podria|podriamos|podemos) (?:ir|venir|pasar)\b|\b(?:czy )?(?:moge|mozemy|moglbym|moglabym) (?:przyjsc|przyjechac|byc)\b|\bzamiast\b|\ben vez\b/;
const prefers =
  /\b(?:better|rather|prefer|how about|what about|available|open|free|anything|something|would|could we|works?|mejor|prefiero|que tal|(?:puede|podria) ser|(?:hay|tienen?) (?:algo|cita|hora)|poprosze|prosze o termin|termin|lepiej|wole|wolal\w+|moze|pasuje|czy jest|cos|byloby)\b/;

function wishIn(
  words: string,
  folded: string,
  clauses: readonly Clause[],
  context: WishContext,
): { readonly wish: TimeWish; readonly clear: boolean; readonly whole: boolean } | undefined {
  const moves = clauses.some(({ means }) => means === 'another-time');
  const asks = asksToCome.test(folded);
  if (!moves && !asks && !prefers.test(folded)) return undefined;
  const said = readTimeWish(words, context);
  if (said === undefined || Object.keys(said.wish).length === 0) return undefined;
  if (!moves && said.strange > (clauses.some(({ means }) => means === 'cannot-come') ? 2 : 0)) return undefined;
  return { wish: said.wish, clear: moves || asks, whole: said.strange === 0 };
}
