import type { Chart, ChartAccess } from '../../domain/ports/chart.ts';
import type { ChartChanges } from '../../domain/ports/chart-changes.ts';

/** A chart that does only what a function's token allows: more is a failure, as it is a 403 of the EHR. */
export function within(access: ChartAccess, chart: Chart & Partial<ChartChanges>): Chart & ChartChanges {
  const need = (type: string, letters: string): void => {
    for (const letter of letters)
      if (access[type]?.includes(letter) !== true) throw new Error(`${type}.${letter} is not declared`);
  };
  return {
    async read(type, id) {
      need(type, 'r');
      return chart.read(type, id);
    },
    async search(type, query, limit) {
      need(type, 's');
      return chart.search(type, query, limit);
    },
    async create(resource, ifNoneExist) {
      need(resource.resourceType, 'cs');
      return chart.create(resource, ifNoneExist);
    },
    async update(resource, versionId) {
      // What is in doubt after a failure is read.
      need(resource.resourceType, 'ru');
      return chart.update(resource, versionId);
    },
    async transaction(entries) {
      for (const { method, resource } of entries) need(resource.resourceType, method === 'PUT' ? 'ru' : 'cs');
      return chart.transaction(entries);
    },
    async expand(valueSet) {
      need('ValueSet', 'r');
      return chart.expand(valueSet);
    },
    async *pages(type, query) {
      need(type, 's');
      if (chart.pages !== undefined) yield* chart.pages(type, query);
    },
    async told(subscription, from, to) {
      need('Subscription', 'r');
      return chart.told?.(subscription, from, to);
    },
  };
}
