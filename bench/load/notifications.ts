import { Agent, request } from 'node:http';
import type { Appointment } from 'fhir/r4.js';

interface Notified {
  readonly resourceType: string;
  readonly id?: string | undefined;
}

/** Posts notifications of whole resources as an EHR does that knows the secret, over a few connections; resolves once acknowledged. */
export function createNotifier(
  port: number,
  { header, secret }: { readonly header: string; readonly secret: string },
  now: () => Date,
): (resources: readonly Notified[]) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  let sent = 0;
  return (resources) => {
    const body = notification(resources, `bench-${sent++}`, now());
    return new Promise((resolve, reject) => {
      const posted = request(
        `http://127.0.0.1:${port}/ehr/notifications`,
        {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/fhir+json',
            'content-length': Buffer.byteLength(body),
            [header]: secret,
          },
        },
        (response) => {
          response.resume().on('end', () => {
            if (response.statusCode === 200) resolve();
            else reject(new Error(`Answered with ${response.statusCode}`));
          });
        },
      );
      posted.on('error', reject).end(body);
    });
  };
}

/** Topic-based, each of a subscription of its own: numbered without a gap, as an EHR that delivers in order. */
function notification(resources: readonly Notified[], subscription: string, now: Date): string {
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'history',
    timestamp: now.toISOString(),
    entry: [
      {
        resource: {
          resourceType: 'Parameters',
          parameter: [
            { name: 'subscription', valueReference: { reference: `Subscription/${subscription}` } },
            { name: 'status', valueCode: 'active' },
            { name: 'type', valueCode: 'event-notification' },
            ...resources.map((_, index) => ({
              name: 'notification-event',
              part: [{ name: 'event-number', valueString: String(index + 1) }],
            })),
          ],
        },
      },
      ...resources.map((resource) => ({ fullUrl: `${resource.resourceType}/${resource.id}`, resource })),
    ],
  });
}

/** The visit of a patient, so many days ahead; each version of it is the newest when it is made. */
export function routineVisit(patient: number, version: number, daysAhead: number, now: Date): Appointment {
  const start = now.getTime() + daysAhead * 86_400_000 + (patient % 96) * 300_000;
  return {
    resourceType: 'Appointment',
    id: `v${patient}`,
    meta: { versionId: String(version), lastUpdated: now.toISOString() },
    status: 'booked',
    appointmentType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'ROUTINE' }] },
    start: new Date(start).toISOString(),
    end: new Date(start + 1_200_000).toISOString(),
    participant: [{ actor: { reference: `Patient/p${patient}` }, status: 'accepted' }],
  };
}
