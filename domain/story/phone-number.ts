import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A number as a chart holds it (`555-866-2259`, `(312) 555 0100 ext. 4`) in E.164, in the clinic's country where none is given; undefined when it is none. */
export function toE164(raw: string, country: CountryCode): string | undefined {
  const parsed = parsePhoneNumberFromString(raw, country);
  return parsed?.isPossible() === true ? parsed.number : undefined;
}
