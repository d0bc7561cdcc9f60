import { RestError } from './rest-errors.ts';

/** The parameters Twilio's OpenAPI lists for each request; only some have an effect here. */
const KNOWN = {
  'send a message':
    'To StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt ValidityPeriod ForceDelivery ContentRetention AddressRetention SmartEncoded PersistentAction TrafficType ShortenUrls ScheduleType SendAt SendAsMms ContentVariables RiskCheck From FallbackFrom MessagingServiceSid Body MediaUrl ContentSid',
  'change a message': 'Body Status',
  'make a call':
    'To From Method FallbackUrl FallbackMethod StatusCallback StatusCallbackEvent StatusCallbackMethod SendDigits Timeout Record RecordingChannels RecordingStatusCallback RecordingStatusCallbackMethod SipAuthUsername SipAuthPassword MachineDetection MachineDetectionTimeout RecordingStatusCallbackEvent Trim CallerId MachineDetectionSpeechThreshold MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod Byoc CallReason CallToken RecordingTrack TimeLimit ClientNotificationUrl Url Twiml ApplicationSid',
  'change a call': 'Url Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod Twiml TimeLimit',
  'list messages': 'To From DateSent DateSent< DateSent> PageSize Page PageToken',
  'list calls':
    'To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime< EndTime> PageSize Page PageToken',
} as const;
const NAMES = new Map(Object.entries(KNOWN).map(([what, names]) => [what, new Set(names.split(' '))]));
const REPEATABLE = new Set(['MediaUrl', 'StatusCallbackEvent', 'PersistentAction', 'RecordingStatusCallbackEvent']);

/**
 * The parameters of one REST request. A name the API does not have is refused: Twilio passes over it in silence, but here it can only be
 * a mistake of ours. A second To is refused as well: one request is one recipient.
 */
export class RestForm {
  readonly #params: URLSearchParams;

  constructor(text: string, what: keyof typeof KNOWN) {
    this.#params = new URLSearchParams(text);
    for (const name of new Set(this.#params.keys())) {
      if (NAMES.get(what)?.has(name) !== true) throw new RestError(400, 20001, `Unknown parameters: ${name}`);
      if (REPEATABLE.has(name) || this.#params.getAll(name).length === 1) continue;
      if (name === 'To') throw new RestError(400, 21211, "Invalid 'To' Phone Number: only one recipient per request");
      throw new RestError(400, 20001, `Parameter ${name} is given more than once`);
    }
  }

  text(name: string): string | undefined {
    const value = this.#params.get(name);
    return value === null || value === '' ? undefined : value;
  }

  all(name: string): string[] {
    return this.#params.getAll(name).filter((value) => value !== '');
  }

  has(name: string): boolean {
    return this.#params.has(name);
  }

  url(name: string, code: number): string | null {
    const value = this.text(name);
    if (value === undefined) return null;
    const protocol = URL.canParse(value) ? new URL(value).protocol : '';
    if (protocol !== 'http:' && protocol !== 'https:') throw new RestError(400, code, `${name} is not a valid URL`);
    return value;
  }

  method(name: string): 'GET' | 'POST' {
    const value = this.text(name)?.toUpperCase() ?? 'POST';
    if (value !== 'GET' && value !== 'POST') throw new RestError(400, 21403, `${name} is not a valid HTTP method`);
    return value;
  }

  whole(name: string, otherwise: number, low: number, high: number): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (!Number.isInteger(number) || number < low)
      throw new RestError(400, 20001, `${name} must be a whole number from ${low}`);
    return Math.min(number, high);
  }

  /** `name`, `name>` and `name<` as milliseconds: a day, or an instant; on or after, on or before. */
  period(name: string): { since?: number; until?: number } {
    const at = (key: string): { value: number; day: boolean } | undefined => {
      const value = this.text(key);
      if (value === undefined) return undefined;
      const parsed = Date.parse(value);
      if (Number.isNaN(parsed)) throw new RestError(400, 20001, `${key} is not a date`);
      return { value: parsed, day: /^\d{4}-\d{2}-\d{2}$/.test(value) };
    };
    const exact = at(name);
    if (exact) return { since: exact.value, until: exact.value + (exact.day ? 86_400_000 : 1000) - 1 };
    const since = at(`${name}>`)?.value;
    const until = at(`${name}<`)?.value;
    return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  }
}
