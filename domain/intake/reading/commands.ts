import type { Question } from '../intake.ts';
import { withoutPoliteness } from './filler.ts';
import { fold, wordsOf } from './fold.ts';
import { isExactlyAnOption } from './read-options.ts';
import type { ReadingContext } from './reading.ts';

/** The words that work anywhere, in all languages at once (people mix them). */
export type Command =
  | 'back'
  | 'repeat'
  | 'skip'
  | 'help'
  | 'person'
  | 'later'
  | 'continue'
  | 'more'
  | 'link'
  | 'speak-en'
  | 'speak-es'
  | 'speak-pl';

const sayings: Readonly<Record<Command, string>> = {
  back:
    'back|go back|back up|previous|previous question|last question|go to previous|go back one|one back|undo|go to the previous question|back one|i want to go back|can i go back|' +
    'can we go back|let me go back|change my answer|change last answer|change my last answer|change that|wrong answer|i made a mistake|mistake|correct that|let me fix that|go back to the last question|' +
    'let me change that|i want to change my answer|can i change my answer|that was wrong|i meant something else|' +
    'atras|regresar|regresa|volver|vuelve|volver atras|ir atras|anterior|pregunta anterior|la anterior|para atras|me equivoque|cambiar mi respuesta|cambiar respuesta|quiero cambiar mi respuesta|deshacer|corregir|' +
    'wstecz|cofnij|wroc|wracaj|powrot|poprzednie|poprzednie pytanie|do tylu|cofnij sie|pomylilem sie|pomylilam sie|pomylka|zmien odpowiedz|chce zmienic odpowiedz|popraw|wroc do poprzedniego|cofnac',
  repeat:
    'repeat|repeat that|repeat it|again|say again|say that again|say it again|once more|one more time|come again|pardon|pardon me|excuse me|what|what was that|what did you say|what was the question|' +
    'can you repeat|can you repeat that|could you repeat|could you repeat that|can you say that again|could you say that again|repeat the question|i didnt hear|i didnt hear you|i didnt hear that|i didnt catch that|huh|come again|hello|are you there|' +
    'repetir|repite|repita|repitelo|repitalo|otra vez|de nuevo|una vez mas|puede repetir|puedes repetir|me lo repite|como dijo|que dijo|no escuche|no oi|repita la pregunta|mande|digalo otra vez|' +
    'powtorz|powtorzyc|powtorka|jeszcze raz|prosze powtorzyc|mozesz powtorzyc|moze pan powtorzyc|moze pani powtorzyc|co mowiles|nie slyszalem|nie slyszalam|nie doslyszalem|nie doslyszalam|slucham|powtorz pytanie|od nowa',
  skip:
    'skip|skip it|skip this|skip that|skip this one|skip question|skip this question|skip the question|next|next one|next question|id like to skip|i want to skip|can i skip|can i skip this|can we skip this|move on|' +
    'saltar|salta|omitir|omite|omitir pregunta|saltar pregunta|siguiente|siguiente pregunta|la siguiente|pasar a la siguiente|quiero saltar|quiero omitir|saltarla|saltar esta|' +
    'pomin|pominac|pomijam|omin|ominac|nastepne|nastepne pytanie|nastepny|przeskocz|chce pominac|pomin pytanie|pomin to',
  help:
    'help|help me|i need help|options|menu|what can i do|what can i say|commands|instructions|i dont understand|i do not understand|how does this work|what do i do|what do you mean|what does that mean|i dont get it|dont understand|confused|im confused|explain|can you explain|' +
    'ayuda|ayudame|necesito ayuda|opciones|no entiendo|no comprendo|como funciona|que hago|que significa|que quiere decir|no lo entiendo|explicame|' +
    'pomoc|pomocy|potrzebuje pomocy|opcje|nie rozumiem|jak to dziala|co mam zrobic|co to znaczy|wyjasnij|o co chodzi',
  person:
    'person|a person|real person|a real person|human|a human|human being|real human|agent|operator|representative|receptionist|front desk|reception|nurse|a nurse|the nurse|doctor|a doctor|someone|somebody|staff|' +
    'talk to a person|talk to a human|talk to someone|talk to somebody|talk to a nurse|talk to a doctor|talk to an agent|talk to an operator|talk to staff|talk to the front desk|talk to a real person|talk with someone|talk to a representative|talk to the nurse|talk to the doctor|' +
    'speak to a person|speak to a human|speak to someone|speak to somebody|speak to a nurse|speak to a doctor|speak to an operator|speak to an agent|speak with someone|speak with a nurse|speak with a person|speak to a real person|speak to a representative|speak with a human|speak to the nurse|speak to the doctor|speak with somebody|talk with a person|talk with a nurse|talk to your staff|' +
    'call me|please call|have someone call me|someone call me|can someone call me|get me a human|get me a person|connect me|connect me to a person|connect me to someone|transfer me|let me talk to someone|' +
    'persona|una persona|alguien|humano|un humano|operador|operadora|agente|recepcion|recepcionista|enfermera|una enfermera|enfermero|medico|doctora|hablar con alguien|hablar con una persona|hablar con un humano|hablar con una enfermera|hablar con la enfermera|hablar con un medico|hablar con un doctor|hablar con el doctor|hablar con un agente|hablar con un operador|persona real|una persona real|representante|llameme|llamame|llamenme|que me llamen|' +
    'czlowiek|osoba|z czlowiekiem|konsultant|konsultantka|recepcja|pielegniarka|lekarz|rozmowa z czlowiekiem|rozmawiac z czlowiekiem|porozmawiac z czlowiekiem|porozmawiac z kims|rozmawiac z kims|rozmowa z osoba|rozmawiac z pielegniarka|porozmawiac z pielegniarka|rozmawiac z lekarzem|porozmawiac z lekarzem|polacz z konsultantem|polacz z recepcja|zywy czlowiek|prawdziwy czlowiek|porozmawiac z osoba|rozmawiac z osoba|porozmawiac z konsultantem|rozmawiac z konsultantem|prosze zadzwonic|zadzwoncie|zadzwoncie do mnie|polacz mnie z kims|z kims',
  later:
    'later|not now|not right now|in a bit|in a while|maybe later|do it later|ill do it later|i will do it later|call back later|im busy|i am busy|busy|im busy now|remind me later|pause|wait|another time|some other time|cant talk|cant talk now|i cant right now|tomorrow maybe|later today|not today|' +
    'mas tarde|luego|despues|ahora no|ahora no puedo|no puedo ahora|estoy ocupado|estoy ocupada|en otro momento|otro momento|mas tarde por favor|pausa|espera|espere|hoy no|' +
    'pozniej|potem|nie teraz|teraz nie|teraz nie moge|nie moge teraz|jestem zajety|jestem zajeta|zajety|zajeta|innym razem|pauza|czekaj|poczekaj|zaraz|za chwile|nie dzisiaj',
  continue:
    'continue|resume|go on|carry on|keep going|proceed|lets go|lets continue|im ready|i am ready|ready|start again|go ahead|lets start|im back|i am back|' +
    'continuar|continua|continue|continuemos|seguir|sigue|siga|sigamos|adelante|estoy listo|estoy lista|listo|lista|vamos|reanudar|' +
    'kontynuuj|kontynuowac|dalej|kontynuacja|jestem gotowy|jestem gotowa|gotowy|gotowa|jedziemy|wznow|lecimy|mozemy kontynuowac|idziemy dalej',
  more: 'more|read more|tell me more|show more|see more|more please|rest|the rest|show the rest|mas|ver mas|leer mas|mas informacion|el resto|wiecej|pokaz wiecej|czytaj dalej|reszta',
  link:
    'link|the link|page|web page|the web page|send link|send the link|send me the link|send me a link|new link|a new link|send me a new link|' +
    'enlace|el enlace|pagina|la pagina|pagina web|mandeme el enlace|mandame el enlace|envieme el enlace|enviame el enlace|otro enlace|nuevo enlace|' +
    'strona|strone|strona internetowa|wyslij link|prosze o link|wyslij mi link|nowy link',
  'speak-en':
    'english|in english|speak english|english please|i speak english|ingles|en ingles|hablo ingles|angielski|po angielsku|switch to english|change to english|can we speak english|do you speak english',
  'speak-es':
    'spanish|in spanish|speak spanish|i speak spanish|espanol|en espanol|hablo espanol|habla espanol|hablan espanol|se habla espanol|castellano|hiszpanski|po hiszpansku|switch to spanish|solo espanol|no hablo ingles|no speak english|do you speak spanish|can we speak spanish|puede ser en espanol|quiero espanol',
  'speak-pl':
    'polish|in polish|speak polish|i speak polish|polski|po polsku|mowie po polsku|mowi pan po polsku|mowi pani po polsku|polaco|en polaco|switch to polish|jezyk polski|nie mowie po angielsku|nie znam angielskiego|do you speak polish|can we speak polish|czy mozna po polsku|mozna po polsku|czy mowicie po polsku|prosze po polsku',
};

const commands = new Map<string, Command>();
let longest = 0;
for (const command of Object.keys(sayings) as Command[]) {
  for (const saying of sayings[command].split('|')) {
    // Some sayings are polite throughout ("pardon me"); they are also found as they stand.
    if (!commands.has(saying)) commands.set(saying, command);
    longest = Math.max(longest, saying.split(' ').length);
  }
}

const wish =
  /^(?:(?:can|could|may) (?:i|we|you)(?: please)?(?: just)?|i(?: would|d)? (?:want|like|need|wanna|wish)(?: to)?|i have to|i need(?: to)?|let me|lets|id like(?: to)?|i would like(?: to)?|give me|get me|put me through to|is there|quiero|quisiera|necesito|puedo|podria|dejeme|deme|me gustaria|chce|chcialbym|chcialabym|czy moge|moge|potrzebuje|poprosze|wole|daj mi) /;

export interface CommandContext {
  readonly via: ReadingContext['via'];
  /** The question that waits: its own options and numbers are answers, not commands. */
  readonly question?: Question;
  /** Where 0 can be an answer, a person is `*0` on the keypad. */
  readonly zeroIsAnswer?: boolean;
}

/**
 * The command a whole message is, politeness aside; undefined when it is anything more, or exactly one of the question's options.
 * On a keypad `0` is a person (`*0` always), `*` repeats and `**` goes back.
 */
export function readCommand(words: string, context: CommandContext): Command | undefined {
  if (words.length > 120) return undefined;
  const folded = fold(words);
  if (context.via === 'keypad') return onKeypad(folded.replace(/[#\s]/g, ''), context.zeroIsAnswer === true);
  const said = wordsOf(folded);
  if (said.length === 0) return undefined;
  if (context.question && isExactlyAnOption(said, context.question)) return undefined;
  const core = withoutPoliteness(said);
  if (core.length > longest + 6) return undefined;
  const text = core.join(' ');
  const command = commands.get(said.join(' ')) ?? commands.get(text) ?? commands.get(withoutWish(text));
  if (command !== undefined && context.question && isExactlyAnOption(core, context.question)) return undefined;
  return command;
}

function withoutWish(text: string): string {
  let rest = text;
  for (let turn = 0; turn < 3 && wish.test(rest); turn += 1) rest = rest.replace(wish, '');
  return rest.replace(/ (?:please|now|por favor|prosze|here|aqui)$/, '');
}

function onKeypad(keys: string, zeroIsAnswer: boolean): Command | undefined {
  if (keys === '*0') return 'person';
  if (keys === '0') return zeroIsAnswer ? undefined : 'person';
  if (keys === '*') return 'repeat';
  return keys === '**' ? 'back' : undefined;
}
