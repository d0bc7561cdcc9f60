import type { Clock } from '../../domain/ports/clock.ts';
import type { CarrierStore } from './carrier-store.ts';
import type { Deliveries } from './deliveries.ts';
import type { TwilioNotice } from './twiml-rules.ts';
import type { WebhookOutcome, WebhookRequest } from './webhook.ts';

/** What every part of one carrier works with. */
export interface CarrierContext {
  readonly clock: Clock;
  readonly accountSid: string;
  /** The one number this account owns. */
  readonly number: string;
  readonly landlines: ReadonlySet<string>;
  /** The carrier's own base URL, for media and recordings. */
  ownUrl(): string;
  /** The base URL of the API that webhooks go to. */
  apiUrl(): string;
  readonly fallbackUrls: { readonly sms?: string; readonly voice?: string };
  readonly store: CarrierStore;
  readonly deliveries: Deliveries;
  /** Posts one webhook, late or twice as the faults ask; one outcome per delivery. */
  post(request: WebhookRequest): Promise<WebhookOutcome[]>;
  /** Keeps and shows an error as Twilio's debugger would; texts and numbers of people never go in. */
  notice(resource: string, notice: TwilioNotice, level?: 'error' | 'warning'): void;
}

/** Milliseconds of the clock handed in. */
export function nowOf(context: CarrierContext): number {
  return context.clock.now().getTime();
}
