import type { Appointment, Bundle, FhirResource, Slot } from 'fhir/r4.js';
import * as z from 'zod';
import type { Endpoints } from '../endpoints.ts';
import { ask } from '../hands/wire.ts';
import type { Said } from './report.ts';

type Kept = FhirResource & { readonly id: string };

/** The EHR and the phones, in numbers: what a clinic's week needs of them. */
export interface Hospital {
  /** Creates or replaces them, each under its own id, in transactions of a hundred. */
  put(resources: readonly Kept[], progress?: (done: number) => void): Promise<void>;
  appointments(ids: readonly string[]): Promise<readonly (Appointment & { readonly id: string })[]>;
  /** Every visit that starts between two ISO instants. */
  between(from: string, until: string): Promise<readonly (Appointment & { readonly id: string })[]>;
  /** Free times that start between two ISO instants, in order. */
  freeSlots(from: string, until: string): Promise<readonly (Slot & { readonly id: string })[]>;
  text(number: string, body: string): Promise<void>;
  /** What was said on those phones since the last look, oldest first. */
  news(phones: ReadonlyMap<string, string>): Promise<readonly Said[]>;
}

const atOnce = 100;
const handset = z.object({
  messages: z.array(
    z.object({
      sid: z.string(),
      direction: z.enum(['inbound', 'outbound']),
      kind: z.string(),
      body: z.string(),
      at: z.string(),
      status: z.string(),
    }),
  ),
});
const handsets = z.object({ handsets: z.array(z.object({ e164: z.string(), messages: z.number() })) });

export function createHospital({ ehr, carrier }: Pick<Endpoints, 'ehr' | 'carrier'>): Hospital {
  const seen = new Map<string, number>();
  const read = (id: string) =>
    ask(
      `${ehr}/Appointment/${id}`,
      z.custom<Appointment & { readonly id: string }>((each) => typeof each === 'object'),
    );
  const search = async <R extends Kept>(type: string, query: string): Promise<readonly R[]> => {
    const found: R[] = [];
    let url: string | undefined = `${ehr}/${type}?${query.replaceAll('+', '%2B')}&_count=500`;
    while (url !== undefined) {
      const bundle: Bundle<R> = await ask(url, z.custom<Bundle<R>>());
      found.push(...(bundle.entry ?? []).flatMap(({ resource }) => resource ?? []));
      url = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    }
    return found;
  };
  return {
    put: async (resources, progress) => {
      for (let at = 0; at < resources.length; at += atOnce) {
        const bundle: Bundle = {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: resources.slice(at, at + atOnce).map((resource) => ({
            resource,
            request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
          })),
        };
        await ask(ehr, z.unknown(), { body: bundle, headers: { 'content-type': 'application/fhir+json' } });
        progress?.(Math.min(resources.length, at + atOnce));
      }
    },
    appointments: async (ids) => {
      const found: (Appointment & { readonly id: string })[] = [];
      for (const id of ids) found.push(await read(id));
      return found;
    },
    between: (from, until) =>
      search<Appointment & { readonly id: string }>('Appointment', `date=ge${from}&date=lt${until}`),
    freeSlots: async (from, until) => {
      const slots = await search<Slot & { readonly id: string }>(
        'Slot',
        `status=free&start=ge${from}&start=lt${until}`,
      );
      return [...slots].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
    },
    text: async (number, body) => {
      await ask(`${carrier}/handsets/${encodeURIComponent(number)}/messages`, z.unknown(), { body: { body } });
    },
    news: async (phones) => {
      const { handsets: known } = await ask(`${carrier}/handsets`, handsets);
      const said: Said[] = [];
      for (const { e164, messages: count } of known) {
        const patient = phones.get(e164);
        const before = seen.get(e164) ?? 0;
        if (patient === undefined || count <= before) continue;
        const { messages } = await ask(`${carrier}/handsets/${encodeURIComponent(e164)}`, handset);
        const inOrder = [...messages].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
        seen.set(e164, messages.length);
        for (const { direction, kind, body, at } of inOrder.slice(before)) {
          if (kind === 'carrier-notice') continue;
          said.push({ patient, from: direction === 'outbound' ? 'clinic' : 'patient', body, at });
        }
      }
      return said;
    },
  };
}
