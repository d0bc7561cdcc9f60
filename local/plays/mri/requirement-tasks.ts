import type { Task } from 'fhir/r4.js';
import { systems } from '../../../fhir-mappings/systems.ts';
import type { Cast } from './cast.ts';

/** The EHR's Tasks for what a visit needs, by the id of the need. */
export async function requirementTasks(
  { chart, nora }: Cast,
  appointment: string,
): Promise<ReadonlyMap<string, Task & { readonly id: string }>> {
  const tasks = await chart.search('Task', `patient=Patient/${nora.id}&_count=100`);
  return new Map(
    tasks.flatMap((task) => {
      const value = (task.identifier ?? []).find(({ system }) => system === systems.requirement)?.value;
      return value?.startsWith(`${appointment}/`) === true
        ? [[value.slice(appointment.length + 1), task] as const]
        : [];
    }),
  );
}
