/** The clinic's zone; every time on the page is told in it. */
let zone = 'UTC';
export const useZone = (name) => {
  zone = name;
};

const made = new Map();
function format(name, options) {
  const key = `${zone}|${name}`;
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options }));
  return made.get(key);
}
const timeOptions = { hour: 'numeric', minute: '2-digit' };
const dayOptions = { weekday: 'long', month: 'long', day: 'numeric' };
const shortOptions = { weekday: 'short', month: 'short', day: 'numeric', ...timeOptions };

export const timeOf = (at) => format('time', timeOptions).format(new Date(at));
export const dayOf = (at) => format('day', dayOptions).format(new Date(at));
export const whenOf = (at) => format('when', shortOptions).format(new Date(at));
/** A date without a time must not slip into the day before. */
export const dateOf = (date) =>
  /^\d{4}-\d{2}-\d{2}$/.test(date)
    ? new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'long' }).format(new Date(date))
    : date;

const partsOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** An instant as a datetime-local field wants it, in the clinic's zone. */
export function fieldOf(at) {
  const parts = Object.fromEntries(
    format('parts', partsOptions)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The instant that a datetime-local field means in the clinic's zone. */
export function instantOf(field) {
  const wanted = Date.parse(`${field}:00Z`);
  let guess = wanted;
  // The second round is for the days on which the clocks change.
  for (let round = 0; round < 2; round += 1) guess += wanted - Date.parse(`${fieldOf(new Date(guess))}:00Z`);
  return new Date(guess);
}

/** A number as a chart holds it, as phones dial it; undefined where it is none. */
export function dialled(value) {
  const digits = value.replace(/[^\d+]/g, '');
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
  if (/^\d{10}$/.test(digits)) return `+1${digits}`;
  return /^1\d{10}$/.test(digits) ? `+${digits}` : undefined;
}

export function numberInWords(e164) {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  return us ? `${us[1]}-${us[2]}-${us[3]}` : e164;
}

export function nameOf(resource) {
  const name = resource?.name?.find((one) => one.use === 'official') ?? resource?.name?.[0];
  if (name === undefined) return resource?.id ?? 'somebody';
  return name.text ?? [...(name.given ?? []), name.family].filter(Boolean).join(' ');
}

export const channels = {
  sms: { words: 'by text', icon: 'text' },
  mms: { words: 'by picture message', icon: 'text' },
  'voice-keypad': { words: 'on the phone, by keypad', icon: 'call' },
  'voice-speech': { words: 'on the phone, by voice', icon: 'call' },
  page: { words: 'on the page', icon: 'page' },
  desk: { words: 'at the desk', icon: 'desk' },
};

/** A FHIR value as people read it. */
export function valueInWords(answer) {
  const [key, value] = Object.entries(answer).find(([name]) => name.startsWith('value')) ?? [];
  if (key === undefined) {
    const absent = answer.extension?.find(({ url }) => url.endsWith('/data-absent-reason'))?.valueCode;
    if (absent === 'asked-unknown') return 'doesn’t know';
    return absent === 'asked-declined' ? 'would rather not say' : '(no value)';
  }
  if (key === 'valueBoolean') return value ? 'yes' : 'no';
  if (key === 'valueCoding') return value.display ?? value.code;
  if (key === 'valueQuantity')
    return [value.value, value.unit ?? value.code].filter((one) => one !== undefined).join(' ');
  if (key === 'valueAttachment') return `a file (${value.contentType ?? 'unknown kind'})`;
  if (key === 'valueReference') return value.display ?? value.reference;
  if (key === 'valueDateTime') return whenOf(value);
  return key === 'valueDate' ? dateOf(value) : String(value);
}
