import { isFiller } from '../../intake/reading/filler.ts';
import { fold, wordsOf } from '../../intake/reading/fold.ts';
import { numberWords } from '../../intake/reading/number-words.ts';
import { readPolarity } from '../../intake/reading/read-boolean.ts';
import type { SlotOffer, TimeWish } from '../../scheduling/slot.ts';
import { grants, localTime } from '../../scheduling/wish.ts';
import type { VisitAsk, VisitChoice } from '../visit.ts';
import { isOwnTime, readTimeWish, type SaidWish, type WishContext } from './read-time-wish.ts';
import { readVisitWords, type VisitMeaning, type VisitWords } from './read-visit-words.ts';

/** What words mean as an answer to a visit's question. */
export type VisitAnswer =
  | { readonly is: 'choice'; readonly choice: VisitChoice; readonly wish?: TimeWish }
  /** Several of the offered times fit: which of these? */
  | { readonly is: 'some'; readonly slots: readonly SlotOffer[] }
  /** Something else about the visit, said instead of an answer. */
  | { readonly is: 'words'; readonly words: VisitWords };

export interface AnswerContext extends WishContext {
  readonly via: 'text' | 'keypad' | 'speech';
  /** Bare numbers, yes and no are meant for this question. */
  readonly isFront: boolean;
}

/** By number, yes or no, by a time, or in words. Undefined where they say none of these. Never throws, whatever the words. */
export function readVisitAnswer(words: string, ask: VisitAsk, context: AnswerContext): VisitAnswer | undefined {
  const folded = fold(words);
  const said = wordsOf(folded);
  if (context.isFront) {
    const number = numberIn(said, ask.choices, context);
    const chosen = number === undefined ? undefined : ask.choices[number - 1];
    if (chosen !== undefined) return { is: 'choice', choice: chosen };
    if (context.via === 'keypad') return undefined;
  }
  const told = readVisitWords(words, context);
  if (ask.is === 'pick-slot') return pick(words, said, ask, told, context);
  const meant = meaningOf(said, ask, told, context);
  if (meant === 'no') return { is: 'words', words: { is: 'cannot-come', clear: true } };
  if (meant !== undefined) return choiceOf(ask, meant, told?.wish);
  const wish = takesWish[ask.is] && told === undefined ? readTimeWish(words, context) : undefined;
  if (wish !== undefined && wish.strange === 0 && Object.keys(wish.wish).length > 0)
    return isOwnTime(wish.wish, context) && ask.is === 'confirm'
      ? choiceOf(ask, 'come', undefined)
      : choiceOf(ask, 'another-time', wish.wish);
  return told === undefined ? undefined : { is: 'words', words: told };
}

const takesWish: Record<VisitAsk['is'], boolean> = {
  confirm: true,
  'cannot-come': true,
  'pick-slot': true,
  'keep-or-move': true,
  moved: true,
  'slot-offer': false,
  'which-need': false,
  missed: true,
};

type Plain = Exclude<VisitChoice['is'], 'slot' | 'need'>;

/** What saying this means for each question; what is not here is no answer to it. */
const answers: Record<VisitAsk['is'], Partial<Record<VisitMeaning | 'yes' | 'no' | 'let-go' | 'not-that', Plain>>> = {
  confirm: { confirm: 'come', keep: 'come', yes: 'come', 'another-time': 'another-time', 'let-go': 'give-up' },
  'cannot-come': {
    'another-time': 'another-time',
    'cannot-come': 'give-up',
    'let-go': 'give-up',
    keep: 'keep',
    confirm: 'keep',
  },
  'pick-slot': {},
  'keep-or-move': { keep: 'keep', confirm: 'keep', 'another-time': 'another-time' },
  moved: {
    keep: 'keep',
    confirm: 'keep',
    yes: 'keep',
    'another-time': 'another-time',
    no: 'another-time',
    'not-that': 'another-time',
  },
  missed: { yes: 'another-time', 'another-time': 'another-time' },
  'slot-offer': {
    confirm: 'accept',
    yes: 'accept',
    no: 'decline',
    'not-that': 'decline',
    'let-go': 'decline',
    keep: 'decline',
    'cannot-come': 'decline',
    'another-time': 'decline',
  },
  'which-need': {},
};

const letGo =
  /^(?:(?:please |just |i |ill |you can |no )*(?:give|free|let|drop|release|lose)(?: it| that| this| my (?:place|spot|slot|time))?(?: (?:up|go|away|back))?|i (?:dont|do not) (?:need|want) (?:it|one|this|any)(?: any ?more)?|no need|(?:por favor )?(?:liberar|libere|liberen|dejar|deje|suelte)(?:la|lo)? ?(?:libre|la cita|mi lugar|el lugar)?|no l[ao] (?:necesito|quiero)|ya no|(?:prosze )?(?:zwolnic|zwolnijcie|oddaje|oddac|rezygnuje|zrezygnowac)(?: (?:to|termin|miejsce|wizyte|z wizyty))?|nie potrzebuje)$/;
const takesIt =
  /^(?:(?:yes|si|tak|ok|okay) )?(?:(?:ill|i will|i want to|id like to|i would like to|i) )?(?:take|want|accept|have)(?: (?:it|that|this|that one|the (?:time|slot|spot)))?$|^(?:si )?(?:la|lo|me l[ao]) (?:quiero|tomo|quedo|acepto)$|^acepto$|^(?:tak )?(?:biore|wezme|chce|przyjmuje|poprosze)(?: (?:to|ten|ten termin|go))?$/;
const notThat =
  /^(?:no (?:thanks|thank you|gracias|dziekuje|dzieki)|not (?:for me|interested|this time|now|today)|im not interested|no (?:me interesa|puedo|gracias)|nie(?: dziekuje| tym razem| jestem zainteresowan[ya]| chce| moge)?|pass|ill pass|none|neither)$/;

/** As good as a yes to a question, and a kind word where none was asked. */
const agrees =
  /\b(?:good|fine|perfect|great|will do|got it|sounds good|bien|perfecto|vale|claro|entendido|dobrze|super|jasne|swietnie)\b/;

function meaningOf(
  said: readonly string[],
  ask: VisitAsk,
  told: VisitWords | undefined,
  { isFront, via, language }: AnswerContext,
): Plain | 'no' | undefined {
  const table = answers[ask.is];
  const text = said.join(' ');
  if (letGo.test(text) && table['let-go'] !== undefined) return table['let-go'];
  if (isFront && ask.is === 'slot-offer' && takesIt.test(text)) return 'accept';
  if (isFront && notThat.test(text) && table['not-that'] !== undefined) return table['not-that'];
  const spoken = told?.is === 'thanks' ? undefined : told?.is;
  if (spoken !== undefined && table[spoken] !== undefined && (isFront || told?.clear === true)) return table[spoken];
  if (!isFront || (told !== undefined && told.is !== 'thanks')) return undefined;
  if (told?.is === 'thanks' && agrees.test(text)) return table.yes;
  // In Polish a bare "no" is as well a yes.
  const polarity = language === 'pl' && text === 'no' ? undefined : readPolarity(said, via === 'speech');
  if (polarity === false && ask.is === 'confirm') return 'no';
  return polarity === undefined ? undefined : table[polarity ? 'yes' : 'no'];
}

function choiceOf(ask: VisitAsk, is: Plain, wish: TimeWish | undefined): VisitAnswer {
  const offered = ask.choices.find((choice) => choice.is === is);
  return { is: 'choice', choice: offered ?? { is }, ...(wish === undefined ? {} : { wish }) };
}

const leads = new Set(
  'option number no nr num numero numer opcion opcja choice press answer the el la pick take ill please numbero'.split(
    ' ',
  ),
);
const trails = new Set('one uno una option opcion opcja please st nd rd th por favor prosze'.split(' '));

/** "2", "number two", "the second one", "the last one": nothing else beside it. */
function numberIn(
  said: readonly string[],
  choices: readonly VisitChoice[],
  { language, via }: AnswerContext,
): number | undefined {
  const count = choices.length;
  let [start, end] = [0, said.length];
  while (end - start > 1 && (leads.has(said[start] ?? '') || isFiller(said[start] ?? ''))) start += 1;
  while (end - start > 1 && trails.has(said[end - 1] ?? '')) end -= 1;
  const word = said[start];
  if (word === undefined || end - start !== 1) return undefined;
  if (/^\d{1,2}$/.test(word)) return within(Number(word), count);
  if (via === 'keypad') return undefined;
  if (/^(?:last|ultim[oa]|ostatni[ae]?)$/.test(word))
    return choices.findLastIndex(({ is }) => is === 'slot' || is === 'need') + 1 || count;
  const { cardinals, ordinals } = numberWords(language);
  const number = ordinals.get(word) ?? cardinals.get(word);
  return number?.kind === 'unit' ? within(number.value, count) : undefined;
}

function within(number: number, count: number): number | undefined {
  return number >= 1 && number <= count ? number : undefined;
}

const anyOfThem =
  /^(?:any|either|any of (?:them|these|those)|any one|whichever|whatever(?: works)?|you (?:choose|pick)|(?:the )?(?:first|earliest|soonest)(?: one)?(?: available)?|cualquiera|la que sea|la primera|lo antes posible|ktorykolwiek|obojetnie(?: ktory)?|pierwszy(?: z brzegu)?|najwczesniejszy)$/;
const noneOfThem =
  /^(?:none|neither|none of (?:them|these|those)(?: work(?: for me)?)?|no|nope|other times?|others|something else|more(?: times)?|any others?|ningun[oa]|ninguna me sirve|otras?(?: horas)?|otros(?: horarios)?|mas|zaden(?: z nich)?|zadna|nie|inne(?: terminy)?|wiecej)$/;

/** One of the times that were offered, by number, day or hour, or other ones. */
function pick(
  words: string,
  said: readonly string[],
  ask: VisitAsk,
  told: VisitWords | undefined,
  context: AnswerContext,
): VisitAnswer | undefined {
  const text = said.join(' ');
  const slots = ask.choices.flatMap((choice) => (choice.is === 'slot' ? [choice.slot] : []));
  const take = (slot: SlotOffer): VisitAnswer => ({ is: 'choice', choice: { is: 'slot', slot } });
  const [first] = slots;
  const isKept = told?.is === 'keep';
  if (isKept) return choiceOf(ask, 'keep', undefined);
  if (context.isFront && first !== undefined && anyOfThem.test(text)) return take(first);
  if (context.isFront && noneOfThem.test(text)) return choiceOf(ask, 'other-times', undefined);
  const wish = readTimeWish(words, context) ?? hourAlone(text, slots.length);
  const isAboutTimes =
    told === undefined || told.is === 'another-time' || told.is === 'confirm' || told.is === 'cannot-come';
  if (wish !== undefined && wish.strange <= 1 && isAboutTimes && (context.isFront || told?.clear === true)) {
    const fitting = fittingOf(slots, wish, context.timeZone);
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) return take(only);
    if (Object.keys(wish.wish).length === 0) return choiceOf(ask, 'other-times', undefined);
    if (fitting.length === 0) return choiceOf(ask, 'other-times', wish.wish);
    if (fitting.length < slots.length) return { is: 'some', slots: fitting };
  }
  if (told?.is === 'another-time') return choiceOf(ask, 'other-times', told.wish);
  if (context.isFront && first !== undefined && slots.length === 1) {
    const polarity = readPolarity(said, context.via === 'speech');
    if (polarity === true || told?.is === 'confirm' || takesIt.test(text)) return take(first);
  }
  return told === undefined || told.is === 'thanks' ? undefined : { is: 'words', words: told };
}

/** "10" with three times to choose from is an hour. */
function hourAlone(text: string, count: number): SaidWish | undefined {
  const hour = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (hour <= count || hour < 7 || hour > 19) return undefined;
  return {
    wish: { after: `${String(hour).padStart(2, '0')}:00`, before: `${String(hour).padStart(2, '0')}:60` },
    strange: 0,
  };
}

function fittingOf(slots: readonly SlotOffer[], { wish, clock }: SaidWish, timeZone: string): readonly SlotOffer[] {
  const at = slots.flatMap((slot) => {
    const local = localTime(slot.start, timeZone);
    return local === undefined ? [] : [{ slot, local }];
  });
  const { after: _after, before: _before, ...days } = wish;
  const exactly = at.filter(({ local }) => local.time === clock && grants(days, local));
  return (exactly.length > 0 ? exactly : at.filter(({ local }) => grants(wish, local))).map(({ slot }) => slot);
}
