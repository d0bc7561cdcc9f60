import type * as z from 'zod';

/** An answer that nobody expected; carries what was asked and what came back. */
export class UnexpectedAnswer extends Error {}

export interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One JSON request; the answer must be a success and have the shape. */
export async function ask<T>(url: string, shape: z.ZodType<T>, sent: Sent = {}): Promise<T> {
  const response = await fetch(url, {
    method: sent.method ?? (sent.body === undefined ? 'GET' : 'POST'),
    headers: { 'content-type': 'application/json', ...sent.headers },
    ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new UnexpectedAnswer(`${sent.method ?? ''} ${url} was answered ${response.status}: ${text.slice(0, 600)}`);
  return shape.parse(text === '' ? undefined : JSON.parse(text));
}
