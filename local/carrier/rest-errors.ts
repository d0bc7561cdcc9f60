import { type Answer, json } from './http-answer.ts';

/** A REST request refused with one of Twilio's error numbers. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly code: number;
  readonly status: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** @see https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export function restError(error: RestError, headers: Readonly<Record<string, string>> = {}): Answer {
  const more = `https://www.twilio.com/docs/errors/${error.code}`;
  return json(
    error.status,
    { code: error.code, message: error.message, more_info: more, status: error.status },
    headers,
  );
}

export function notFound(path: string): RestError {
  return new RestError(404, 20404, `The requested resource ${path} was not found`);
}
