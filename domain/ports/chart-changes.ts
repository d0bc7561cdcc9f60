import type { ChartResource } from './chart.ts';

/** What changed in the EHR, for whoever was not told of it. Retried inside like everything of the `Chart`. */
export interface ChartChanges {
  /**
   * What a search finds, page by page, so that it need not fit into memory. A search that the EHR does not take is thrown as a Fault
   * CHART_REFUSED; an EHR that cannot be reached, in the middle of it too, as CHART_UNAVAILABLE.
   */
  pages(
    type: string,
    query: Readonly<Record<string, string | readonly string[]>>,
  ): AsyncIterable<readonly ChartResource[]>;
  /**
   * The notifications of a Subscription by their numbers, both included, as one Bundle; undefined where the EHR does not keep them.
   * @see http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-events.html
   */
  told(subscription: string, from: number, to: number): Promise<ChartResource | undefined>;
}
