import { dateSign } from '../../intake/reading/date-words.ts';
import { isFiller } from '../../intake/reading/filler.ts';
import { numberWords } from '../../intake/reading/number-words.ts';

/**
 * What people say about a visit, word by word, in all three languages at once, each as one sign of the small language whose sentences
 * `read-visit-words` knows. What carries no meaning of its own is dropped; a word that is not here is `?`, and no sentence holds that.
 */

/** Said in several words; made one sign before single words are looked up. In this order. */
const phrases: Readonly<Record<string, string>> = {
  THANKS:
    'thank you(?: so much| very much)?|thanks (?:a lot|so much)|a lot|por (?:todo|avisar|el aviso)|many thanks|much appreciated|sounds good|got it|will do|thats great|de acuerdo|muy amable|w porzadku|esta bien|muchas gracias|mil gracias',
  SEE: '(?:see|c) (?:you|u|ya|yall)|nos vemos|do zobaczenia|widzimy sie|count me in|cuente conmigo|cuenten conmigo|looking forward to it',
  AFTERALL: 'after all|a pesar de todo',
  KEEP: 'leave it (?:as|how|the way) it is|leave it|stay with|stick with|me quedo con|la dejo(?: asi| como esta)|dejel?[ao](?: asi| como esta)|(?:niech )?zosta(?:nie|je) jak jest|bez zmian|never ?mind|forget it',
  HOWLONG:
    '(?:how (?:long|much longer|late|behind|far behind|much more time)|cuanto (?:falta|tiempo|mas)|ile (?:jeszcze|sie|trzeba|czasu)|jak dlugo(?: jeszcze)?|(?:jest|jakie jest|macie|sa|lekarz ma) (?:jakies )?opoznieni[ea])',
  'HOWLONG WAIT': 'hay (?:mucho |mucha )?(?:retraso|demora|espera)|any delays?',
  NEED: '(?:hay|tengo|tenemos|debo) (?:que|de)|have to|got to|going to have to',
  SEEN: 'be seen|my turn|(?:see|call) me|me (?:toca|atienden|van a atender)|moja kolej|wejde',
  ONTIME: 'on (?:time|schedule)|a tiempo|(?:na|o) czas(?:ie)?|punktualnie',
  WAIT: 'line|queue',
  ASKWHEN:
    '(?:at )?what (?:time|day|date)|when|(?:a )?que (?:hora|dia)|cuando|o ktorej(?: godzinie)?|na ktora|kiedy|ktorego dnia',
  CHECKIN: 'check(?:ing|ed)?[ -]?(?:me |us )?in|registrar(?:me)?|zameldowac sie|melduje sie',
  PLACE:
    '(?:(?:in|at|inside|outside|by) )?(?:the|your) (?:waiting (?:room|area)|lobby|front desk|reception|clinic|hospital|entrance|parking (?:lot|garage)|front door|building|door)|en (?:la|el) (?:sala(?: de espera)?|clinica|recepcion|entrada|puerta|hospital|estacionamiento|consultorio)|(?:w|na|pod|przed) (?:poczekalni|przychodni|klinice|recepcji|rejestracji|budynku|szpitalu|parkingu|gabinetem|drzwiami|klinika|wejsciem|miejscu)',
  TRAFFIC:
    '(?:stuck|sitting|caught)? ?in (?:\\w+ )?traffic|traffic is \\w+|(?:heavy|bad) traffic|en el (?:trafico|atasco)|hay (?:mucho )?trafico|(?:stoje |stoimy |utknelam |utknalem )?w kork(?:u|ach)|missed (?:my|the) (?:bus|train)',
  WAY: 'on (?:my|our|the) way|(?:en|de) camino|para alla|w drodze|heading (?:over|out|there|in|to)|(?:just |am |already )left|ya (?:voy|vamos|salgo|sali)|almost there|nearly there|(?:ya )?casi llego|estoy llegando|leaving (?:now|home|the house)',
  SOON: 'in a (?:bit|minute|moment|few)|any minute|za (?:chwile|moment)|right there',
  LATE: 'running (?:a )?(?:little |bit |few )?(?:late|behind)|se me hizo tarde|con (?:retraso|demora)|me (?:retraso|retrasare|atraso|demoro)|(?:moge|chyba) sie spoznic',
  CANT:
    'can not|will not be able|wont be able|(?:am |im |are )?(?:not able|unable|not going|not gonna|not)(?: to)? (?=come|make|be|attend|get|go|coming|there)|(?:dont|do not) think (?:i|we|ill)(?: can| will)?|(?:might|may|probably) not|will not|' +
    '(?:ya )?no (?:puedo|podre|podemos|podremos|voy a poder|vamos a poder|podria|alcanzo|voy a|me es posible)|me es imposible|' +
    'nie (?:moge|mozemy|dam rady|damy rady|dam|bede mogl|bede mogla|jestem w stanie|zdaze)|nie bedzie (?:mnie|nas)|nie udalo mi sie',
  COMEUP:
    'something came up|me (?:surgio|salio) (?:algo|un imprevisto)|tengo un imprevisto|cos mi wypadlo|wypadlo mi cos',
  OTHERS: '(?:to )?(?:someone|somebody) else|a otra persona|komus innemu',
  NOMORE: 'no longer|any ?more|ya no|juz nie',
  INDEED: 'i (?:can|will)|we (?:can|will)|ill|well|i plan|i intend|si puedo|moge|dam rade',
  FIT: 'viene bien|queda bien|va bien|parece bien',
  DONE: 'took care of|taken care of|ya esta|lo hice|all set',
};

const words: Readonly<Record<string, string>> = {
  NOT: 'not no nie never dont doesnt didnt isnt arent wasnt',
  CANT: 'cant cannot wont couldnt wouldnt unable',
  COME: 'come make attend get go show arrive ir asistir llegar venir acudir estar przyjsc przyjechac dojechac dotrzec stawic zdazyc pojawic',
  ICOME:
    'coming attending asistire ire iremos voy vamos estare estaremos acudire llego llegamos llegare llegaremos vengo bede bedziemy przyjde przyjdziemy przyjade stawie pojawie dojade dotre zjawie',
  THERE: 'there ahi alli alla',
  CANCEL:
    'cancel canceling cancelling cancelled canceled cancellation drop release ' +
    'cancelar anular cancele cancelen cancela cancelo cancelarla anularla anule anulen anulo cancelacion ' +
    'odwolac odwoluje odwolajcie odwolanie odwolujcie odwoluj anulowac anuluje anuluj anulujcie zrezygnowac rezygnuje rezygnacja skasowac zwolnic',
  GIVE: 'give giving free oddac oddaje',
  MISS: 'miss skip',
  VISIT:
    'appointment appointments appt appts apt visit visits booking slot spot place session reservation checkup ' +
    'cita citas visita consulta turno reserva wizyta wizyte wizyty wizycie termin terminu terminie terminy badanie badania rezerwacja rezerwacje',
  TIME: 'time times day days date dates hour week hora horas dia dias fecha horario horarios dzien dnia dniu godzina godzine godziny data daty czas czasu razem momento',
  RESCHED:
    'reschedule rescheduling rescheduled rebook rearrange postpone reprogramar reagendar posponer aplazar przelozyc przelozenie przebukowac przelozcie przeniesc przesunac przelozmy',
  MOVE: 'move moving change changing switch push shift swap cambiar cambiarla moverla cambio mover modificar adelantar atrasar zmienic zmiana zmiane',
  OTHER: 'another other different new otro otra otros otras inny inna inne innego innym innej innych',
  ELSE: 'else mas innego',
  EARLIER: 'earlier sooner wczesniej wczesniejszy wczesniejszego temprano',
  LATER: 'later pozniej pozniejszy',
  BEFORE: 'before beforehand antes przed',
  ANY: 'anything something any algo alguna algun cos jakis jakies',
  KEEP: 'keep keeping nevermind nvm mantener conservar dejar zostawic zostawcie zostaje zostawiam zachowac',
  AFTERALL: 'jednak',
  FIT: 'work works suit suits fit fits sirve conviene pasuje odpowiada',
  GOOD: 'good fine perfect bien perfecto ok okay',
  LATE: 'late behind delayed delay tarde retraso retrasado retrasada retrasados atrasado atrasada demora spoznie spozniam spozniony spozniona spoznimy opoznienie spoznienie spoznia',
  TRAFFIC: 'traffic trafico korek korki atasco atascada atascado utknelam utknalem',
  BUS: 'bus train ride uber taxi cab subway autobus camion tren pociag tramwaj taksowka',
  WAY: 'omw way heading leaving saliendo jade jedziemy wychodze wyjezdzam wyruszam dojezdzam wyjechalem wyjechalam',
  SOON: 'soon shortly zaraz niedlugo pronto almost',
  AWAY: 'away out',
  HERE: 'here arrived arriving parked outside aqui aca llegue llegamos tu tutaj jestesmy dotarlem dotarlam przyjechalem przyjechalam przyszedlem przyszlam dojechalem dojechalam',
  BE: 'jestem estoy estamos',
  JUST: 'just finally acabo acabamos',
  WAIT: 'wait waiting czeka espera esperar demora czekac czekam czekania poczekalni',
  YOU: 'you they doctor dr lekarz doktor medico clinic van va llevan he she macie guys',
  WHAT: 'what whats que co czego',
  NEED: 'need needed needs must should necesito tengo debo mam musze trzeba powinienem powinnam potrzebuje potrzebne potrzebujecie wam',
  BRING: 'bring take llevar traer przyniesc zabrac wziac dostarczyc',
  LEFT: 'left missing remaining open brakuje zostalo falta',
  FAST: 'fast fasting ayunas ayunar czczo',
  EAT: 'eat drink breakfast comer beber desayunar jesc pic zjesc sniadanie',
  HOW: 'how como jak',
  PREPARE: 'prepare ready preparo preparar prepararme przygotowac',
  ACT: 'do hacer zrobic',
  CONFIRM:
    'confirm confirmed confirming confirmation c confirmo confirmado confirmada confirmar confirmamos potwierdzam potwierdzone potwierdzenie potwierdzic',
  DONE: 'done did finished finish completed complete hecho hecha hice termine zrobione zrobilem zrobilam gotowe zalatwione zalatwilem zalatwilam',
  ALL: 'all todo todos wszystko both everything',
  NUMBER: 'number no nr numero numer item option',
  MINUTE: 'minute minutes min mins minuto minutos minut minuty minute',
  THANKS:
    'thanks thx ty k kk great cool awesome wonderful alright noted understood roger appreciated gracias vale claro entendido genial dziekuje dziekujemy dzieki dobrze dobra super swietnie rozumiem jasne 👍 👌 ✅ ✔',
  MUCH: 'much so very many muchas muy bardzo',
  BETTER: 'better rather mejor lepiej prefer prefiero wole wolalbym wolalabym',
  INSTEAD: 'instead zamiast',
};

/** Beside what is filler anywhere, and the words of dates. */
const dropped = new Set(
  (
    'we were weve me our us your these one for with from by are been will ll could can might have has had want wants ' +
    'wanted wish sorry afraid unfortunately hey good morning afternoon evening dear yes yeah yep sure still already then ' +
    'again too definitely really hope try trying going gonna wanna gotta let possible possibly and but also as able plan ' +
    'up till him her his their s m d running run little bit few got hay some moms dads sons daughters husbands wifes ' +
    'mothers fathers first scheduled ahead currently guys set yo mis mio lo una en del al para con y ser estaba si ya ' +
    'manana buenos buenas disculpe perdon siento lamentablemente quiero quisiera puedo puede pueden podria podriamos ' +
    'gustaria deseo esa ese eso su sus le les se sera tienen tiene poco ja mnie nam sie z od czy mozna moglbym moglabym ' +
    'chce chcialbym chcialabym chcemy niestety przepraszam czesc witam tak juz bym bylo mojej mojego swoja jutrzejsza ' +
    'jutrzejszej dzisiejsza bedzie jeszcze oczywiscie pewno soba mogla mogl tej u chwile'
  ).split(' '),
);

/** Words that are known here, whether they mean something or not. */
export function isSaidAroundVisits(word: string): boolean {
  return singles.has(word) || dropped.has(word) || (isFiller(word) && word !== 'answer');
}

const singles = new Map<string, string>();
for (const [sign, list] of Object.entries(words))
  for (const word of list.split(' ')) if (!singles.has(word)) singles.set(word, sign);

let several: readonly (readonly [RegExp, string])[] | undefined;

export interface Signs {
  /** With one space between them. */
  readonly shape: string;
  /** The first number in it that is no time of day. */
  readonly number?: number;
}

/** The signs of a clause, given as folded words with one space between them. */
export function visitSigns(clause: string): Signs {
  several ??= Object.entries(phrases).map(([sign, list]) => [new RegExp(`(?<![a-z])(?:${list})(?![a-z])`, 'g'), sign]);
  let text = clause
    .replace(/\b(?:half an hour|media hora|pol godziny)\b/g, '30 min')
    .replace(/\b(?:(?:a )?quarter of an hour|(?:un )?cuarto de hora|kwadrans)\b/g, '15 min')
    .replace(/\ban hour\b/g, '60 min')
    .replace(/\bten (?=min)/g, '10 ')
    // "O 10 minut" is no time of day.
    .replace(/\b(?:more like|o) (?=\d{1,3} min)/g, '')
    // "10 to 15 minutes": whoever waits must count with the most.
    .replace(/\b\d{1,3}(?: (?:to|or|a|o|do|lub))? (?=\d{1,3} min)/g, '')
    .replace(/^(?:(?:is|would) it (?:be )?(?:ok|okay|alright|a problem|fine) if) /, '')
    // A time of day, and a day of the month.
    .replace(
      /\b(?:at |a las? |o |about )?\d{1,2}(?: \d\d)? ?(?:am|pm|a m|p m)\b|\b(?:at|a las?|o) \d{1,2}(?: \d\d)?\b|\b\d{1,2} \d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b/g,
      ' ',
    );
  for (const [pattern, sign] of several) text = text.replace(pattern, ` ${sign} `);
  const shape: string[] = [];
  let number: number | undefined;
  let before = '';
  for (const token of text.split(' ')) {
    if (token === '') continue;
    const digits = /^\d{1,3}$/.test(token) ? Number(token) : spelt(token);
    const isDay = /^[MW]\d/.test(dateSign(before) ?? '');
    before = token;
    if (digits !== undefined) {
      if (isDay) continue;
      number ??= digits;
      shape.push('N');
    } else if (/^[A-Z]+$/.test(token)) shape.push(token);
    else {
      const sign = singles.get(token);
      if (sign !== undefined) shape.push(sign);
      else if (!isSaidAroundVisits(token) && dateSign(token) === undefined) shape.push('?');
    }
  }
  return { shape: shape.join(' ').replace(/(?:N )?MINUTE/g, 'MIN'), ...(number === undefined ? {} : { number }) };
}

/** From two on: "one" and its kin mostly count nothing, and "ten" is also "this" in Polish. */
function spelt(word: string): number | undefined {
  const number = numberWords('en').cardinals.get(word);
  const counts = number?.kind === 'unit' || number?.kind === 'teen' || number?.kind === 'ten';
  return counts && number.value > 1 && word !== 'ten' ? number.value : undefined;
}
