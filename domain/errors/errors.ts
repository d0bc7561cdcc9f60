/** The small family of faults. Static messages: data stands apart, so that nothing about a patient reaches a log through a message. */
export type FaultCode =
  | 'STORE_UNAVAILABLE'
  | 'STORE_REFUSED'
  | 'CHART_UNAVAILABLE'
  | 'CHART_REFUSED'
  | 'CARRIER_UNAVAILABLE'
  | 'CONFIGURATION_MISSING'
  | 'EVENT_UNREADABLE'
  | 'TURN_KEEPS_CONFLICTING'
  /** Somebody else was faster: from the new state it is tried again at once. */
  | 'CHANGED_MEANWHILE';

export class Fault extends Error {
  readonly code: FaultCode;
  /** Seconds after which trying again makes sense, where the other side said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: FaultCode, message: string, options?: { cause?: unknown; retryAfterSeconds?: number }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}
