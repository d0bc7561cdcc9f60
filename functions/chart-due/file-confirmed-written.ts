import { Fault } from '../../domain/errors/errors.ts';
import type { Envelope } from '../../events/envelope.ts';
import { toVerification } from '../../fhir-mappings/provenance.ts';
import type { ChartDueDeps } from './dependencies.ts';

/** Who confirmed identity and coverage with the patient, and when, as a Provenance of exactly these resources. */
export async function writeVerification(
  deps: ChartDueDeps,
  { patient, cause }: Envelope,
  { by, at, sources }: { readonly by: string; readonly at: string; readonly sources: readonly string[] },
): Promise<void> {
  const [first] = sources;
  if (first === undefined) return;
  const key = `verification/${cause}`;
  if ((await deps.records.get('chart-link', key)) !== undefined) return;
  const provenance = toVerification({ target: sources, recorded: at, by });
  const written = await deps.chart.create(provenance, `target=${first}&recorded=${encodeURIComponent(at)}`);
  if (written.is === 'conflict')
    throw new Fault('CHANGED_MEANWHILE', 'A confirmation of what is on file met another one in the EHR');
  if (written.is === 'refused') {
    // It stays in the story, and at the desk: the chart only lacks the record of it.
    deps.log.error('CHART_REFUSED', { resourceType: 'Provenance', status: written.status, reason: written.reason });
    return;
  }
  await deps.records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: {
      reference: `Provenance/${written.id}`,
      ...(patient === undefined ? {} : { story: patient }),
      writtenAt: at,
      upTo: 1,
    },
  });
}
