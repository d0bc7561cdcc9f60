/**
 * The words of dates in all three languages, each as one sign of the small language that `read-date` reads: `M3` a month, `W2` a weekday
 * (Sunday is 0), `U` units of the calendar, the rest as named. Numbers are read before, so they are not here.
 */
const signs: Readonly<Record<string, string>> = {
  M1: 'january jan enero ene stycznia styczen styczniu sty',
  M2: 'february feb febuary februrary febrero luty lutego lutym',
  M3: 'march marzo marca marzec marcu',
  M4: 'april apr abril abr kwietnia kwiecien kwietniu kwi',
  M5: 'may mayo maj maja maju',
  M6: 'june jun junio czerwca czerwiec czerwcu cze',
  M7: 'july jul julio lipca lipiec lipcu lip',
  M8: 'august aug agosto sierpnia sierpien sierpniu',
  M9: 'september sept sep septiembre setiembre wrzesnia wrzesien wrzesniu wrz',
  M10: 'october oct octubre pazdziernika pazdziernik pazdzierniku paz',
  M11: 'november nov noviembre listopada listopad listopadzie lis',
  M12: 'december dec diciembre dic grudnia grudzien grudniu gru',
  W0: 'sunday sun sundays domingo niedziela niedziele niedzieli',
  W1: 'monday mon mondays lunes poniedzialek poniedzialku pon',
  W2: 'tuesday tue tues martes wtorek wtorku wt',
  W3: 'wednesday wed weds wensday wednsday miercoles sroda srode srody sr',
  W4: 'thursday thu thur thurs jueves czwartek czwartku czw',
  W5: 'friday fri viernes piatek piatku pt',
  W6: 'saturday sat sabado sobota sobote soboty sob',
  TODAY: 'today hoy dzis dzisiaj tonight',
  YESTERDAY: 'yesterday yday ayer wczoraj yesterdays',
  TOMORROW: 'tomorrow tmrw tomorow tommorow jutro',
  BEFOREYESTERDAY: 'anteayer antier przedwczoraj',
  AFTERTOMORROW: 'pojutrze',
  NOW: 'now ahora teraz',
  UDAY: 'day days dia dias dzien dni',
  UWEEK: 'week weeks semana semanas tydzien tygodnie tygodni tygodniu wk wks',
  UMONTH: 'month months mes meses miesiac miesiace miesiecy miesiacu',
  UYEAR: 'year years ano anos rok roku lata lat yr yrs',
  UHOUR: 'hour hours hora horas godzina godzine godziny godzin hr hrs',
  UMINUTE: 'minute minutes minuto minutos minuta minuty minut min mins',
  AGO: 'ago back hace temu earlier',
  IN: 'in dentro za within',
  LAST:
    'last past pasado pasada ultimo ultima previous zeszly zeszla zeszle zeszlego zeszlej zeszlym ubiegly ubiegla ubieglego ubieglej ubieglym ' +
    'ostatni ostatnia ostatnie ostatnim ostatniej ostatniego minionym',
  NEXT:
    'next proximo proxima siguiente coming przyszly przyszla przyszle przyszlym przyszlej przyszlego nastepny nastepna nastepnym nastepnej ' +
    'najblizszy najblizsza najblizszym upcoming',
  THIS: 'this este esta esto tym ten te biezacym obecnym current',
  OR: 'or o lub albo either',
  NOT: 'not before after until between except nunca antes despues hasta entre przed po do miedzy never nie',
};

const table = new Map<string, string>();
for (const [sign, words] of Object.entries(signs)) for (const word of words.split(' ')) table.set(word, sign);
// "mar" is March in English, and in Spanish also Tuesday; a month is the likelier thing to shorten.
table.set('mar', 'M3');

/** The sign of a word, or undefined when dates have no use for it. */
export function dateSign(word: string): string | undefined {
  return table.get(word);
}

/** Set phrases of several words, made one before anything else is read. */
export const datePhrases: readonly (readonly [RegExp, string])[] = [
  [/\b(?:the )?day before yesterday\b/g, 'anteayer'],
  [/\b(?:the )?day after tomorrow\b/g, 'pojutrze'],
  [/\bpasado manana\b/g, 'pojutrze'],
  [/\bantes de ayer\b/g, 'anteayer'],
  [/\b(?:last night|anoche|wczoraj wieczorem|wczoraj w nocy|ayer por la noche)\b/g, 'yesterday'],
  [
    /\b(?:this (?:morning|afternoon|evening)|esta (?:manana|tarde|noche)|dzis(?:iaj)? (?:rano|wieczorem|po poludniu))\b/g,
    'today',
  ],
  [/\b(?:right now|just now|en este momento|ahora mismo|w tej chwili)\b/g, 'now'],
  [/\bod (?:okolo )?dwoch tygodni\b/g, '2 weeks ago'],
  [/\bod (?:okolo )?trzech tygodni\b/g, '3 weeks ago'],
  [/\bod tygodnia\b/g, '1 week ago'],
  [/\bque viene\b/g, 'proximo'],
  [/\b(?:a |the )?fortnight ago\b/g, '2 weeks ago'],
  [/\bfortnight\b/g, '2 weeks'],
  [/\b(?:por la|de la|en la) (?:manana|tarde|noche)\b/g, ' '],
  [/\bmanana\b/g, 'tomorrow'],
  [/\b(\d{1,4})(?:st|nd|rd|th)\b/g, '$1'],
  [/\b(\d{1,2})[°]/g, '$1'],
];
