import { fold, wordsOf } from './fold.ts';

/**
 * What a message says about being texted at all. The carrier's own keywords are told apart from other wordings, because the carrier has
 * already acted on them; `carrier-yes` undoes a block only on a blocked number, which the caller knows.
 */
export type ConsentWords =
  | 'carrier-stop'
  | 'carrier-start'
  | 'carrier-yes'
  | 'carrier-help'
  | 'opt-out-in-words'
  | 'maybe-opt-out';

/** @see https://help.twilio.com/articles/223134027 */
const keywords = new Map<string, ConsentWords>(
  Object.entries({
    stop: 'carrier-stop',
    stopall: 'carrier-stop',
    unsubscribe: 'carrier-stop',
    end: 'carrier-stop',
    quit: 'carrier-stop',
    cancel: 'carrier-stop',
    revoke: 'carrier-stop',
    optout: 'carrier-stop',
    start: 'carrier-start',
    unstop: 'carrier-start',
    yes: 'carrier-yes',
    help: 'carrier-help',
    info: 'carrier-help',
  } as const),
);

const object =
  '(?:(?:me|us|my (?:phone|number|cell)|this (?:phone|number)|to me|here|anything|the|these|this|those|any|all|your|more|any more|so many|stupid|automatic|automated|sms) ){0,4}';
const sendingVerb = '(?:text|message|contact|sms|bother|spam|harass|messag|txt|email|write|send)';
const sending = `(?:${sendingVerb}(?:ing|ting)?|texting|messaging|contacting|txting|bothering|spamming|harassing|sending|writing|calling|reaching out)`;
const things =
  '(?:texts?|messages?|msgs?|sms|txts?|notifications?|reminders?|communications?|spam|alerts?|text messages?)';

/** Each must be meant of our messages: stopping a medicine, a bleeding or a visit is something else. */
const outright: readonly RegExp[] = [
  new RegExp(`\\b(?:stop|quit|cease|no more)\\b (?:with )?(?:the )?${object}(?:${sending})\\b`),
  new RegExp(`\\b(?:stop|quit|end|cease|cancel|no more|disable|turn off) ${object}${things}\\b`),
  new RegExp(`\\b(?:stop|quit) (?:sending|getting) ${object}(?:${things}|this|these|stuff|anything)?$`),
  new RegExp(
    `\\b(?:dont|do not|never) (?:ever )?(?:you )?(?:${sendingVerb})\\b ?(?:(?:me|us|to|this|number|here|again|anymore|any|more|please|at|all|ever|messages|texts)\\b ?)*$`,
  ),
  new RegExp(
    `\\b(?:dont|do not|no longer) (?:want|wish|need)(?: to)? (?:(?:get|receive|have|be|see) )?${object}(?:${things}|texted|messaged|contacted)\\b`,
  ),
  /\bunsubscribe (?:me|us|please|now|from|this|my|all)\b|\b(?:please|pls|want to|to|can you|could you) unsubscribe\b|^unsubscribed?(?: unsubscribe)+$/,
  /\bopt(?:ing)? ?(?:me |us )?out\b|^opted out$/,
  /\b(?:take|remove|delete|get) (?:me|us|my (?:number|phone|phone number|name|cell)|this number)(?: please)? (?:off|from|out of)\b(?! (?:the )?(?:waiting|wait|cancellation|surgery|transplant))/,
  /^(?:please )?(?:remove|delete|unenroll|unregister) (?:me|my number|this number|my phone number)$/,
  /^(?:please |just |can you |would you )*leave (?:me|us) (?:alone|be|in peace)(?: please| now| already| ok)*$/,
  /^(?:(?:please|pls|plz|ok|okay|just|now|this|it|already|thanks|thank you|i said|sir|maam|guys|hey|no|everything) )*stop(?: (?:stop|all|please|pls|plz|now|already|thanks|thank you|it all|all of this|everything|immediately|ok|asap))+$/,
  /^(?:(?:please|pls|plz|i said|i want to|i want you to|i would like to|id like to|just|ok|no) )+stop$/,
  /^stop(?: stop| stopp+| stop it)+$|^stopp+$/,
  /\b(?:lose|forget|erase|delete) my number\b/,
  /\bdo not (?:contact|disturb)(?: me| us)?$|^do not (?:text|message|contact)\b/,
  /\bwithdraw (?:my )?consent\b|\brevoke (?:my )?consent\b/,
  // Spanish
  /\b(?:deja|deje|dejen|dejar|dejame|paren?|para|basta|cese|cesen) (?:ya )?(?:de )?(?:[a-z]+ ){0,2}?(?:escribirme|escribir|mandarme|mandar|enviarme|enviar|textearme|mensajearme|contactarme|contactar|molestarme|molestar|mandando|enviando|escribiendo|molestando|llamarme)\b/,
  /\bno (?:me |nos )?(?:(?:vuelva|vuelvan|vuelvas) a )?(?:(?:escriba|escriban|escribas|escribais|mande|manden|mandes|envie|envien|envies|textee|texteen|textees|moleste|molesten|molestes|contacte|contacten|contactes)(?:me|nos)?|(?:escribir|mandar|enviar|contactar|molestar)(?:me|nos))\b/,
  /\bno quiero (?:(?:recibir|mas|que me|sus|tus|estos|los|ningun|ya) ){1,3}(?:mensajes?|textos?|sms|escriban|manden|envien|contacten|molesten|recordatorios|notificaciones)/,
  /^(?:por favor |ya )*(?:no mas|basta de|ya no mas|alto a los) (?:mensajes|textos|sms|notificaciones)\b/,
  /\b(?:darme|deme|dame|denme|quiero darme|dar) de baja\b|\bde baja de (?:la|esta|su) lista\b/,
  /\b(?:quiteme|quitame|quitenme|saqueme|sacame|saquenme|borreme|borrame|borrenme|eliminenme|elimineme|eliminame)(?: por favor)? (?:de|del)\b|^(?:borre|quite|elimine|borren|quiten) mi numero/,
  /^(?:por favor )?(?:dejeme|dejenme|dejame) (?:en paz|tranquil[oa]|sol[oa])/,
  /\bcancel(?:ar|e|en) (?:la |mi )?(?:suscripcion|los mensajes|mensajes|estos mensajes)\b/,
  // Polish
  /\b(?:przestan|przestancie|przestac|niech pan przestanie|niech pani przestanie|prosze przestac|skoncz|skonczcie)\b (?:juz )?(?:[a-z]+ ){0,2}?(?:pisac|wysylac|przysylac|smsowac|kontaktowac|nekac|meczyc|zawracac|dzwonic)/,
  /\b(?:prosze |juz |wiecej )*nie (?:pisac|wysylac|przysylac|smsowac|kontaktowac sie|piszcie|wysylajcie|przysylajcie|kontaktujcie sie|pisz|wysylaj|przysylaj|dzwoncie|meczcie|nekajcie|przeszkadzac|przeszkadzajcie)(?: (?:do|mi|mnie|wiecej|juz|ze|mna|prosze|zadnych|na|ten|numer|sms|smsow|wiadomosci|tych)\b)*$/,
  /\bnie chce (?:(?:juz|wiecej|dostawac|otrzymywac|zadnych|waszych|tych|od|was) ){0,5}(?:wiadomosci|smsow|sms|powiadomien|zebyscie (?:pisali|do mnie))/,
  /\b(?:wypisz|wypiszcie|wypisac|usun|usuncie|usunac|skresl|skreslcie|wykreslcie|wykresl|wykreslic)\b (?:prosze )?(?:mnie|moj numer|ten numer)/,
  /\bprosze (?:mnie )?(?:wypisac|usunac|skreslic|wykreslic)(?: (?:mnie|moj numer|z))?/,
  /^(?:prosze )?(?:dajcie|daj|zostawcie|zostaw) mi(?:e|nie)? (?:swiety )?spokoj/,
  /^(?:prosze )?(?:dajcie|daj|zostawcie|zostaw) (?:mi|mnie)(?: (?:swiety|juz|wreszcie))? (?:spokoj|w spokoju)/,
  /^(?:koniec|dosc|stop) (?:z |tych |tymi )*(?:wiadomosci|wiadomosciami|smsow|smsami|sms)\b|\bzadnych wiecej (?:wiadomosci|smsow)/,
  /\b(?:rezygnuje|wycofuje zgode|cofam zgode|rezygnacja)\b(?: z)? ?(?:wiadomosci|smsow|sms|powiadomien|na kontakt|na sms|na wiadomosci)?$/,
];

/** Things a person stops, cancels or wants left alone that are not our messages. */
const notOurs =
  /\b(?:aspirin|medication|medications|medicine|medicines|meds|pills?|drugs?|tablets?|insulin|smoking|drinking|eating|bleeding|breathing|taking|vomiting|coughing|crying|appointment|visit|cita|visita|wizyte|wizyty|wizyta|surgery|sangrar|fumar|tomar|palic|brac|krwawic|prescription|scripts?|refills?|bills?|blood thinners?)\b/;

/** Wishes that may be meant of the texts, the question or the day: asked about once. */
const perhaps =
  /^(?:stop (?:it|this|that|asking|asking me(?: [a-z]+){0,3}|with the questions|bugging me|the questions)|(?:please |just )?go away|i (?:dont|do not) want (?:this|these|it|to do this|any of this)(?: anymore| any more)?|enough(?: already)?|thats enough|im done with this|not interested|im not interested|no thank you stop|wrong number|wrong person|you have the wrong (?:number|person)|shut up|f(?:uck)? off|who gave you my number|dont bother(?: me)?|leave me|basta(?: ya)?|ya basta|alto|ya no quiero(?: esto)?|no me interesa|numero equivocado|se equivoco de numero|para ya|dejame|no molestar|dosc|mam dosc|wystarczy|przestan|przestancie|nie jestem zainteresowan[ya]|zly numer|pomylka numeru|to pomylka|odczep(?:cie)? sie|nie przeszkadza[cj])$/;

/** What a message says about being texted; undefined for everything else. */
export function readConsentWords(words: string): ConsentWords | undefined {
  // The carrier folds case and the space around a keyword, nothing more: "Stop!" reaches us without having been acted on.
  const keyword = keywords.get(words.trim().toLowerCase());
  if (keyword !== undefined) return keyword;
  if (words.length > 320) return undefined;
  const said = wordsOf(fold(words));
  if (said.length === 0) return undefined;
  const text = said.join(' ');
  // Our keyword with punctuation, or twice: the carrier let it pass, the person meant it.
  if (said.length === 1) {
    const bare = keywords.get(text);
    if (bare === 'carrier-stop' && text !== 'end' && text !== 'quit' && text !== 'cancel') return 'opt-out-in-words';
    return perhaps.test(text) || bare === 'carrier-stop'
      ? perhaps.test(text) || !isQuestion(words)
        ? 'maybe-opt-out'
        : undefined
      : outrightly(text);
  }
  if (perhaps.test(text)) return 'maybe-opt-out';
  return outrightly(text);
}

function isQuestion(words: string): boolean {
  return words.trim().endsWith('?');
}

function outrightly(text: string): ConsentWords | undefined {
  if (!trigger.test(text)) return undefined;
  const clause = outright.some((pattern) => pattern.test(text));
  if (!clause) return undefined;
  return notOurs.test(text) &&
    !/\b(?:text|texts|texting|messag\w*|sms\w*|mensajes?|escribir\w*|pisac|wiadomosci)\b/.test(text)
    ? undefined
    : 'opt-out-in-words';
}

/** One cheap look before thirty careful ones: most messages hold none of these. */
const trigger =
  /stop|quit|cease|no more|dont|do not|never|no longer|unsub|opt|remove|delete|take|get (?:me|us|my)|leave|lose|forget|erase|withdraw|revoke|unenroll|unreg|cancel|disable|turn off|end |dej|par|basta|ces|no (?:me|nos|quiero|escrib|mand|envi|molest|contact|vuelv|text|mas)|baja|quit|saq|sac|borr|elimin|alto|prze|skonc|nie |wypis|usun|skres|wykr|daj|zosta|koniec|dosc|zadnych|rezyg|wycof|cofam/;
