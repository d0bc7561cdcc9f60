import type { Bundle, FhirResource } from 'fhir/r4.js';
import * as z from 'zod';
import { ask } from './wire.ts';

const card = z.object({
  uuid: z.string(),
  summary: z.string(),
  detail: z.string(),
  indicator: z.enum(['info', 'warning', 'critical']),
  suggestions: z.array(z.object({ label: z.string(), uuid: z.string() })),
  links: z.array(z.object({ label: z.string(), url: z.string(), type: z.string() })),
});
const hookAnswer = z.object({ calls: z.array(z.object({ service: z.string(), cards: z.array(card) })) });
const fhir = { 'content-type': 'application/fhir+json' };

export type Card = z.infer<typeof card> & { readonly service: string };
type Typed<T extends FhirResource['resourceType']> = Extract<FhirResource, { resourceType: T }>;
type Kept<R> = R & { readonly id: string };

/** The EHR as its users' hands move it. */
export interface ChartHands {
  readonly base: string;
  create<R extends FhirResource>(resource: R): Promise<Kept<R>>;
  update<R extends FhirResource>(resource: Kept<R>): Promise<Kept<R>>;
  search<T extends FhirResource['resourceType']>(type: T, query: string): Promise<readonly Kept<Typed<T>>[]>;
  /** Opens a patient's chart as this user: the cards that are shown. */
  open(patient: string, user: string): Promise<readonly Card[]>;
  /** Presses a card's suggestion. */
  accept(card: Card, suggestion: string): Promise<void>;
  /** The address that the chart opens for a card's link: the link, with who launches it and for whom. */
  launch(link: string, patient: string, user: string): Promise<string>;
}

export function createChartHands(base: string): ChartHands {
  const { origin } = new URL(base);
  const resource = <R extends FhirResource>() => z.custom<Kept<R>>((value) => typeof value === 'object');
  return {
    base,
    create: <R extends FhirResource>(body: R) =>
      ask(`${base}/${body.resourceType}`, resource<R>(), { body, headers: fhir }),
    update: <R extends FhirResource>(body: Kept<R>) =>
      ask(`${base}/${body.resourceType}/${body.id}`, resource<R>(), {
        method: 'PUT',
        body,
        headers: {
          ...fhir,
          ...(body.meta?.versionId === undefined ? {} : { 'if-match': `W/"${body.meta.versionId}"` }),
        },
      }),
    search: async <T extends FhirResource['resourceType']>(type: T, query: string) => {
      const bundle = await ask(`${base}/${type}?${query}`, z.custom<Bundle<Kept<Typed<T>>>>());
      return (bundle.entry ?? []).flatMap(({ resource: found }) => found ?? []);
    },
    open: async (patient, user) => {
      const { calls } = await ask(`${origin}/cds/patient-view`, hookAnswer, { body: { patient, user } });
      return calls.flatMap(({ service, cards }) => cards.map((each) => ({ ...each, service })));
    },
    accept: async ({ service, uuid, suggestions }, label) => {
      const accepted = suggestions.filter((each) => each.label === label).map(({ uuid: id }) => ({ id }));
      const feedback = [
        {
          card: uuid,
          outcome: 'accepted',
          acceptedSuggestions: accepted,
          outcomeTimestamp: new Date().toISOString(),
        },
      ];
      await ask(`${origin}/cds-feedback`, z.unknown(), { body: { service, feedback } });
    },
    launch: async (link, patient, user) => {
      const { launch } = await ask(`${origin}/launches`, z.object({ launch: z.string() }), { body: { patient, user } });
      const url = new URL(link);
      url.searchParams.set('iss', base);
      url.searchParams.set('launch', launch);
      return url.href;
    },
  };
}
