import type { Language } from '../../guidance/language.ts';

/** What a number word adds: units and teens fill the ones, tens the tens, `scale` multiplies what came before. */
export interface NumberWord {
  readonly value: number;
  readonly kind: 'unit' | 'teen' | 'ten' | 'hundreds' | 'scale' | 'part';
}

const cardinals: Readonly<Record<Language, string>> = {
  en:
    'zero:0 nil:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 fifteen:15 ' +
    'sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40 fourty:40 fifty:50 sixty:60 seventy:70 eighty:80 ninety:90 ' +
    'hundred:x100 thousand:x1000 dozen:x12 half:p0.5 quarter:p0.25 couple:2 pair:2 once:1 twice:2 thrice:3',
  es:
    'cero:0 un:1 uno:1 una:1 dos:2 tres:3 cuatro:4 cinco:5 seis:6 siete:7 ocho:8 nueve:9 diez:10 once:11 doce:12 trece:13 catorce:14 quince:15 ' +
    'dieciseis:16 diecisiete:17 dieciocho:18 diecinueve:19 veinte:20 veintiun:+21 veintiuno:+21 veintiuna:+21 veintidos:+22 veintitres:+23 ' +
    'veinticuatro:+24 veinticinco:+25 veintiseis:+26 veintisiete:+27 veintiocho:+28 veintinueve:+29 treinta:30 cuarenta:40 cincuenta:50 ' +
    'sesenta:60 setenta:70 ochenta:80 noventa:90 cien:100 ciento:100 doscientos:200 doscientas:200 trescientos:300 cuatrocientos:400 ' +
    'quinientos:500 seiscientos:600 setecientos:700 ochocientos:800 novecientos:900 mil:x1000 docena:x12 medio:p0.5 media:p0.5 par:2',
  pl:
    'zero:0 jeden:1 jedna:1 jedno:1 jednego:1 jednej:1 raz:1 dwa:2 dwie:2 dwoch:2 dwoje:2 trzy:3 trzech:3 troje:3 cztery:4 czterech:4 piec:5 pieciu:5 ' +
    'szesc:6 szesciu:6 siedem:7 siedmiu:7 osiem:8 osmiu:8 dziewiec:9 dziewieciu:9 dziesiec:10 dziesieciu:10 jedenascie:11 dwanascie:12 ' +
    'trzynascie:13 czternascie:14 pietnascie:15 szesnascie:16 siedemnascie:17 osiemnascie:18 dziewietnascie:19 dwadziescia:20 trzydziesci:30 ' +
    'czterdziesci:40 piecdziesiat:50 szescdziesiat:60 siedemdziesiat:70 osiemdziesiat:80 dziewiecdziesiat:90 sto:100 stu:100 dwiescie:200 ' +
    'trzysta:300 czterysta:400 piecset:500 szescset:600 siedemset:700 osiemset:800 dziewiecset:900 tysiac:x1000 tysiace:x1000 tysiecy:x1000 ' +
    'tys:x1000 tuzin:x12 pol:p0.5 poltora:p1.5 poltorej:p1.5 cwierc:p0.25',
};

const ordinalWords: Readonly<Record<Language, string>> = {
  en:
    'first:1 second:2 third:3 fourth:4 fifth:5 sixth:6 seventh:7 eighth:8 ninth:9 tenth:10 eleventh:11 twelfth:12 thirteenth:13 fourteenth:14 ' +
    'fifteenth:15 sixteenth:16 seventeenth:17 eighteenth:18 nineteenth:19 twentieth:20 thirtieth:30',
  es: 'primer:1 primero:1 primera:1 segundo:2 segunda:2 tercer:3 tercero:3 tercera:3 cuarto:4 cuarta:4 quinto:5 quinta:5 sexto:6 sexta:6 septimo:7 septima:7 octavo:8 octava:8 noveno:9 novena:9 decimo:10 decima:10',
  pl: '',
};

const polishStems =
  'pierwsz:1 drug:2 trzec:3 czwart:4 piat:5 szost:6 siodm:7 osm:8 dziewiat:9 dziesiat:10 jedenast:11 dwunast:12 trzynast:13 czternast:14 ' +
  'pietnast:15 szesnast:16 siedemnast:17 osiemnast:18 dziewietnast:19 dwudziest:20 trzydziest:30 czterdziest:40 piecdziesiat:50 ' +
  'szescdziesiat:60 siedemdziesiat:70 osiemdziesiat:80 dziewiecdziesiat:90';
const polishEndings = ['y', 'a', 'e', 'ego', 'ej', 'ym', 'i', 'ia', 'ie', 'iego', 'iej', 'im'];

/** Number words of one language that mean something else in another: read only where that language is spoken. */
const onlyWhenSpoken: Readonly<Record<string, Language>> = { once: 'es', ten: 'en', par: 'es' };
const english = { once: 1 };

function entry(code: string): NumberWord {
  if (code.startsWith('x')) return { value: Number(code.slice(1)), kind: 'scale' };
  if (code.startsWith('p')) return { value: Number(code.slice(1)), kind: 'part' };
  if (code.startsWith('+')) return { value: Number(code.slice(1)), kind: 'teen' };
  const value = Number(code);
  if (value < 10) return { value, kind: 'unit' };
  if (value < 20) return { value, kind: 'teen' };
  return { value, kind: value < 100 ? 'ten' : 'hundreds' };
}

function fill(table: Map<string, NumberWord>, list: string): void {
  for (const pair of list.split(' ')) {
    const [word, code] = pair.split(':');
    if (word && code && !table.has(word)) table.set(word, entry(code));
  }
}

function build(language: Language): { cardinals: Map<string, NumberWord>; ordinals: Map<string, NumberWord> } {
  const words = new Map<string, NumberWord>();
  const ordinals = new Map<string, NumberWord>();
  // The person's own language first: it wins where two languages spell a word alike.
  const order: readonly Language[] = [language, 'en', 'es', 'pl'];
  for (const next of order) {
    fill(words, cardinals[next]);
    fill(ordinals, ordinalWords[next]);
  }
  for (const pair of polishStems.split(' ')) {
    const [stem, code] = pair.split(':');
    if (stem && code) fill(ordinals, polishEndings.map((ending) => `${stem}${ending}:${code}`).join(' '));
  }
  for (const [word, spoken] of Object.entries(onlyWhenSpoken))
    if (spoken !== language && language === 'pl') words.delete(word);
  if (language === 'en') words.set('once', entry(String(english.once)));
  return { cardinals: words, ordinals };
}

const built = new Map<Language, ReturnType<typeof build>>();

/** Number words as one language's speakers mean them, those of the others beside them. */
export function numberWords(language: Language): ReturnType<typeof build> {
  let tables = built.get(language);
  if (!tables) {
    tables = build(language);
    built.set(language, tables);
  }
  return tables;
}
