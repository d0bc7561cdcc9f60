import type { ChartAccess } from '../domain/ports/chart.ts';

/**
 * What a Lambda is, as its folder's `environment.ts` declares it. CDK makes the function, its grants and its variables from this; the
 * local host its routes; the container reads the same variable names. One place, so that they cannot drift apart.
 */
export interface FunctionSpec {
  /** The folder's name. */
  readonly name: string;
  /** What it does, in one sentence, for docs and the console of the cloud. */
  readonly does: string;
  readonly trigger: Trigger;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Most copies at once, where a stampede could hurt others. */
  readonly reservedConcurrency?: number;
  readonly needs: readonly Need[];
  /** What its token of the EHR allows; absent where it writes and reads nothing there as itself. */
  readonly ehrAccess?: ChartAccess;
}

export type Trigger =
  | { readonly by: 'http'; readonly routes: readonly Route[] }
  /** The queue that `events/subscriptions.ts` gives the consumer of the same name. */
  | { readonly by: 'queue' }
  /** The table's stream. */
  | { readonly by: 'stream' }
  | { readonly by: 'schedule'; readonly everyMinutes: number }
  /** Somebody with the right to, directly: an operator at a shell. */
  | { readonly by: 'invoke' };

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'OPTIONS';
  /** As HTTP API writes it: `/u/{token}`, `/ehr/notifications/{proxy+}`. */
  readonly path: string;
  /** Bytes; more is answered 413. */
  readonly bodyLimit: number;
}

/** What a function may touch. Each brings a grant and the variables below. */
export type Need =
  | 'table'
  | 'bus'
  | 'scheduler'
  | 'media'
  | 'twilio'
  | 'ehr'
  | 'house-keys'
  | 'notification-secret'
  | 'cds-issuers';

/** The variables that each need brings; CDK sets them, containers read them. */
export const variables = {
  always: { publicUrl: 'PUBLIC_URL', tenant: 'CLINIC_ID', logLevel: 'LOG_LEVEL' },
  table: { tableName: 'TABLE_NAME' },
  bus: { busName: 'BUS_NAME' },
  scheduler: {
    scheduleGroup: 'SCHEDULE_GROUP',
    scheduleRole: 'SCHEDULE_ROLE_ARN',
    scheduleTarget: 'SCHEDULE_TARGET_ARN',
  },
  media: { bucket: 'MEDIA_BUCKET' },
  /** Secret, JSON: `{ accountSid, authToken, number, messagingServiceSid? }`. `TWILIO_API_URL` only where it is not Twilio itself. */
  twilio: { secret: 'TWILIO_SECRET_ARN', apiUrl: 'TWILIO_API_URL' },
  /** Secret, JSON: `{ clientId, privateJwk }`. */
  ehr: { baseUrl: 'EHR_BASE_URL', secret: 'EHR_SECRET_ARN' },
  /** Secret, JSON: `{ sealKey, phoneKey }`, each at least 32 bytes, base64. */
  'house-keys': { secret: 'HOUSE_KEYS_SECRET_ARN' },
  /** Secret, JSON: `{ header, secret }`. */
  'notification-secret': { secret: 'NOTIFICATION_SECRET_ARN' },
  /** JSON: `[{ "issuer", "jwksUrl" }]`; `CDS_ORIGINS` a JSON list for CORS. */
  'cds-issuers': { issuers: 'CDS_ISSUERS', origins: 'CDS_ORIGINS' },
} as const satisfies Record<Need | 'always', Record<string, string>>;
