/** What can be made to go wrong on demand; each field's default is "nothing". */
export interface Faults {
  /** Share of outgoing messages that end as undelivered with `errorCode`. */
  readonly undeliveredRate: number;
  readonly errorCode: number;
  /** Share of webhooks posted twice, as two deliveries that know nothing of each other. */
  readonly duplicateRate: number;
  /** Status callbacks, and messages submitted at the same moment, arrive in the reverse order. */
  readonly reorder: boolean;
  /** Wall-clock delay before each REST answer and each webhook. */
  readonly latencyMs: number;
  /** REST answers 503, no webhook is posted; texts and callbacks wait and go out when this ends, new calls are refused. */
  readonly unavailable: boolean;
  /** REST answers every request with this status (429 and 5xx carry Retry-After). 0: off. */
  readonly restStatus: number;
  /** REST does not answer at all. */
  readonly timeouts: boolean;
}

export const NO_FAULTS: Faults = {
  undeliveredRate: 0,
  errorCode: 30003,
  duplicateRate: 0,
  reorder: false,
  latencyMs: 0,
  unavailable: false,
  restStatus: 0,
  timeouts: false,
};

const isRate = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const within = (low: number, high: number) => (value: unknown) =>
  Number.isInteger(value) && Number(value) >= low && Number(value) <= high;

const ALLOWED: Readonly<Record<keyof Faults, { test: (value: unknown) => boolean; means: string }>> = {
  undeliveredRate: { test: isRate, means: 'a number from 0 to 1' },
  errorCode: { test: within(10_000, 99_999), means: 'a Twilio error number such as 30003, 30005 or 30006' },
  duplicateRate: { test: isRate, means: 'a number from 0 to 1' },
  reorder: { test: isFlag, means: 'true or false' },
  latencyMs: { test: within(0, 60_000), means: 'milliseconds, 0 to 60000' },
  unavailable: { test: isFlag, means: 'true or false' },
  restStatus: { test: (value) => value === 0 || within(400, 599)(value), means: '0 or an HTTP status from 400 to 599' },
  timeouts: { test: isFlag, means: 'true or false' },
};

/** The faults a request names, with every other one back at its default; or a sentence saying what to send instead. */
export function readFaults(body: Readonly<Record<string, unknown>>): Faults | string {
  for (const [name, value] of Object.entries(body)) {
    const rule = Object.hasOwn(ALLOWED, name) ? ALLOWED[name as keyof Faults] : undefined;
    if (!rule) return `There is no fault "${name}"; use ${Object.keys(ALLOWED).join(', ')}.`;
    if (!rule.test(value)) return `"${name}" takes ${rule.means}.`;
  }
  return { ...NO_FAULTS, ...body };
}

/** Says yes for the given share of calls, evenly spread and without chance: 0.5 is every second one, 1 is each. */
export function createShare(): (rate: number) => boolean {
  let owed = 0;
  return (rate) => {
    owed += rate;
    if (rate === 0 || owed < 1 - 1e-9) return false;
    owed -= 1;
    return true;
  };
}
