import { randomBytes, randomUUID } from 'node:crypto';
import { createCdsJwtVerifier } from '../adapters/cds-jwt/cds-jwt.ts';
import { createBackendToken } from '../adapters/fhir/backend-token.ts';
import { createChart } from '../adapters/fhir/chart.ts';
import { createPhoneHash } from '../adapters/seals/phone-hash.ts';
import { createSeals } from '../adapters/seals/seals.ts';
import { createSmartClient } from '../adapters/smart/smart-client.ts';
import { createCarrierClient } from '../adapters/twilio/carrier.ts';
import { renderSms, renderVoice } from '../adapters/twilio/twiml.ts';
import { createWebhookVerifier } from '../adapters/twilio/webhook-signature.ts';
import { loadContent } from '../content/content.ts';
import { hl7Systems } from '../content/hl7-systems.ts';
import { ownerReference } from '../content/owners.ts';
import { ownQuestionnaire } from '../content/questionnaires.ts';
import { lookingPlan, waitingListPlan } from '../content/scheduling.ts';
import { visitContent } from '../content/visit-content.ts';
import type { Clinic } from '../domain/conversation/clinic.ts';
import type { ChartAccess } from '../domain/ports/chart.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Log } from '../domain/ports/log.ts';
import type { MediaVault } from '../domain/ports/media-vault.ts';
import type { Records } from '../domain/ports/records.ts';
import type { Scheduler } from '../domain/ports/scheduler.ts';
import type { StoryStore } from '../domain/ports/story-store.ts';
import type { HttpHandler } from '../edge/http/http-handler.ts';
import { createPageLink } from '../edge/page/page-link.ts';
import { callbacksAt } from '../edge/queue/callbacks.ts';
import type { QueueHandler } from '../edge/queue/queue-handler.ts';
import type { Speaker } from '../edge/speech.ts';
import type { Consumer } from '../events/subscriptions.ts';
import { createHandler as cdsHookCalled } from '../functions/cds-hook-called/handler.ts';
import { chartChanged as chartChangedSpec } from '../functions/chart-changed/environment.ts';
import { createHandler as chartChanged } from '../functions/chart-changed/handler.ts';
import { chartDue as chartDueSpec } from '../functions/chart-due/environment.ts';
import { createHandler as chartDue } from '../functions/chart-due/handler.ts';
import { clinicRunsLate as clinicRunsLateSpec } from '../functions/clinic-runs-late/environment.ts';
import { createHandler as clinicRunsLate } from '../functions/clinic-runs-late/handler.ts';
import { clinicSwept as clinicSweptSpec } from '../functions/clinic-swept/environment.ts';
import { createSweep } from '../functions/clinic-swept/handler.ts';
import { createHandler as deskOpened } from '../functions/desk-opened/handler.ts';
import { createHandler as ehrNotified } from '../functions/ehr-notified/handler.ts';
import type { FunctionName } from '../functions/functions.ts';
import { createHandler as healthAsked } from '../functions/health-asked/handler.ts';
import { hl7Received as hl7ReceivedSpec } from '../functions/hl7-received/environment.ts';
import { createHandler as hl7Received } from '../functions/hl7-received/handler.ts';
import { createHandler as mediaReceived } from '../functions/media-received/handler.ts';
import { createHandler as messageDue } from '../functions/message-due/handler.ts';
import { createHandler as messageStatusChanged } from '../functions/message-status-changed/handler.ts';
import { type OperatorAnswer, createHandler as operatorAsked } from '../functions/operator-asked/handler.ts';
import { createHandler as pageOpened } from '../functions/page-opened/handler.ts';
import { personNeeded as personNeededSpec } from '../functions/person-needed/environment.ts';
import { createHandler as personNeeded } from '../functions/person-needed/handler.ts';
import { createHandler as phoneFreed } from '../functions/phone-freed/handler.ts';
import { createHandler as replyOverdue } from '../functions/reply-overdue/handler.ts';
import { schedulingAsked as schedulingAskedSpec } from '../functions/scheduling-asked/environment.ts';
import { createHandler as schedulingAsked } from '../functions/scheduling-asked/handler.ts';
import { createHandler as smsReceived } from '../functions/sms-received/handler.ts';
import { createHandler as timeCame } from '../functions/time-came/handler.ts';
import { createHandler as voiceTurnTaken } from '../functions/voice-turn-taken/handler.ts';
import type { HouseKeys } from './house-keys.ts';

/** The same handlers as on AWS, with the embedded adapters behind them. */
export interface Handlers {
  readonly http: Readonly<Partial<Record<FunctionName, HttpHandler>>>;
  readonly queues: Readonly<Record<Consumer, QueueHandler>>;
  readonly sweep: () => Promise<void>;
  /** What an operator invokes. */
  readonly operator: (asked: unknown) => Promise<OperatorAnswer>;
}

export interface HandlerParts {
  readonly store: StoryStore;
  readonly records: Records;
  readonly scheduler: Scheduler;
  readonly vault: MediaVault;
  readonly clock: Clock;
  readonly log: Log;
  readonly clinic: Clinic;
  readonly clinicNumber: string;
  readonly keys: HouseKeys;
  /** Base URLs without a trailing slash. */
  readonly publicUrl: string;
  readonly carrierUrl: string;
  readonly ehrUrl: string;
  readonly cds: { readonly issuer: string; readonly jwksUrl: string };
  readonly ehrClientId: string;
  readonly corsOrigins: readonly string[];
}

export function createHandlers(parts: HandlerParts): Handlers {
  const { store, records, scheduler, vault, clock, log, clinic, keys, publicUrl } = parts;
  const content = loadContent();
  const seals = createSeals({ secret: Buffer.from(keys.sealKey, 'base64') });
  const speaker: Speaker = {
    clinic,
    catalogue: content.catalogueFor(clinic.country),
    emergencyNumber: content.emergencyNumberFor(clinic.country),
    pageLink: createPageLink({ seals, clock, publicUrl }),
  };
  const phoneHash = createPhoneHash({ secret: Buffer.from(keys.phoneKey, 'base64') });
  const verifier = createWebhookVerifier({ authToken: keys.twilio.authToken, publicUrl });
  const carrier = createCarrierClient({ ...keys.twilio, from: parts.clinicNumber, baseUrl: parts.carrierUrl, log });
  // Each with a token of its own, that allows what it may do on AWS.
  const chartOf = ({ ehrAccess }: { readonly ehrAccess: ChartAccess }) => {
    const { ehrUrl: fhirBase, ehrClientId: clientId } = parts;
    const token = createBackendToken({ fhirBase, clientId, key: keys.ehrClient, access: ehrAccess, log });
    // By the simulated clock, as the queues' retries are: an outage that ended hours ago must not look a second old.
    return createChart({ fhirBase, token, log, now: () => clock.now().getTime() });
  };
  const smart = createSmartClient({
    fhirBase: parts.ehrUrl,
    clientId: parts.ehrClientId,
    key: keys.ehrClient,
    redirectUri: `${publicUrl}/staff/signed-in`,
    random: (bytes) => randomBytes(bytes),
  });
  const cdsJwt = createCdsJwtVerifier({
    issuers: [parts.cds],
    now: () => new Date(),
    firstTime: async (jti, until) =>
      (await records.put({
        kind: 'seen',
        id: `jti/${jti}`,
        value: { at: clock.now().toISOString() },
        expect: 'absent',
        expires: until,
      })) === 'saved',
  });
  const callbacks = callbacksAt(publicUrl);
  const common = { store, records, clinic, clock, log, speaker, seals, phoneHash, verifier };
  const sending = { ...common, ...callbacks, carrier, scheduler, sender: parts.clinicNumber, worker: randomUUID() };
  const sweep = createSweep({
    ...common,
    chart: chartOf(clinicSweptSpec),
    endpoint: `${publicUrl}/ehr/notifications`,
    header: { name: keys.notification.header, secret: keys.notification.secret },
  });
  return {
    http: {
      'sms-received': smsReceived({ ...common, ...callbacks, renderSms }),
      'message-status-changed': messageStatusChanged(common),
      'voice-turn-taken': voiceTurnTaken({ ...common, renderVoice }),
      'page-opened': pageOpened(common),
      'desk-opened': deskOpened({ ...common, smart, publicUrl, ehr: parts.ehrUrl }),
      'ehr-notified': ehrNotified({ ...common, secret: keys.notification }),
      'cds-hook-called': cdsHookCalled({ ...common, verifier: cdsJwt, publicUrl, origins: parts.corsOrigins }),
      'health-asked': healthAsked({ log }),
    },
    queues: {
      'chart-changed': chartChanged({
        ...common,
        chart: chartOf(chartChangedSpec),
        us: ['told-once', parts.ehrClientId],
        visits: visitContent(clinic),
        ownQuestionnaire,
      }),
      'hl7-received': hl7Received({ ...common, chart: chartOf(hl7ReceivedSpec), systems: hl7Systems() }),
      'chart-due': chartDue({
        ...common,
        chart: chartOf(chartDueSpec),
        scheduler,
        keepsCommunications: true,
        ownerReference,
      }),
      'message-due': messageDue(sending),
      'reply-overdue': replyOverdue(sending),
      'person-needed': personNeeded({
        ...common,
        chart: chartOf(personNeededSpec),
        carrier,
        onCallUrl: `${publicUrl}/twilio/voice`,
      }),
      'media-received': mediaReceived({ carrier, vault, log }),
      'phone-freed': phoneFreed(common),
      'clinic-runs-late': clinicRunsLate({ ...common, chart: chartOf(clinicRunsLateSpec) }),
      'scheduling-asked': schedulingAsked({
        ...common,
        chart: chartOf(schedulingAskedSpec),
        scheduler,
        looking: lookingPlan(),
        waves: waitingListPlan(),
      }),
      'time-came': timeCame({ ...common, scheduler }),
    },
    sweep,
    operator: operatorAsked(common),
  };
}
