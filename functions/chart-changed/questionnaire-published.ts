import type { Patient, Questionnaire } from 'fhir/r4.js';
import type { Intake, Item } from '../../domain/intake/intake.ts';
import type { Records } from '../../domain/ports/records.ts';
import { withInitialValues } from '../../fhir-mappings/initial-values.ts';
import { compileQuestionnaire, neededValueSets } from '../../fhir-mappings/questionnaire.ts';
import type { ChartChangedDeps } from './dependencies.ts';

export type Published =
  | { readonly ok: true; readonly intake: Intake }
  | { readonly ok: false; readonly reason: string };

/**
 * The compiled questionnaire for a canonical: from what was published, else fetched from the EHR, its value sets expanded, compiled and
 * kept by version. One that can't be run is refused here, with each linkId and reason, never in the middle of the night.
 */
export async function intakeFor(deps: ChartChangedDeps, asked: Asked): Promise<Published> {
  const here = underWay.get(deps.records) ?? new Map<string, Promise<Published>>();
  underWay.set(deps.records, here);
  const key = `${asked.url}|${asked.version ?? ''}`;
  const found = here.get(key) ?? publish(deps, asked).finally(() => here.delete(key));
  here.set(key, found);
  return found;
}

interface Asked {
  readonly url: string;
  readonly version?: string;
}

/** Of a morning's visits that ask for it in the same moment, the first one publishes it for all. */
const underWay = new WeakMap<Records, Map<string, Promise<Published>>>();

async function publish(deps: ChartChangedDeps, { url, version }: Asked): Promise<Published> {
  const known = version === undefined ? undefined : await published(deps, `${url}|${version}`);
  if (known !== undefined) return { ok: true, intake: known };
  const questionnaire =
    deps.ownQuestionnaire(version === undefined ? url : `${url}|${version}`) ?? (await find(deps, url, version));
  if (questionnaire === undefined)
    return {
      ok: false,
      reason: `The questionnaire ${url}${version === undefined ? '' : `|${version}`} is not in the chart.`,
    };
  const valueSets: Record<string, unknown> = {};
  for (const canonical of neededValueSets(questionnaire)) {
    const expanded = await deps.chart.expand(canonical);
    if (expanded !== undefined) valueSets[canonical] = expanded;
  }
  const compiled = compileQuestionnaire(questionnaire, { valueSets });
  if (!compiled.ok) {
    const reasons = compiled.refusals.map(({ linkId, reason }) =>
      linkId === undefined ? reason : `${linkId}: ${reason}`,
    );
    return {
      ok: false,
      reason: `This questionnaire cannot be asked by text or phone. ${reasons.join(' ')}`.slice(0, 1_000),
    };
  }
  const { intake } = compiled;
  // Without a version of its own, the questionnaire may change under the same name: it is looked at anew each time.
  if (questionnaire.version !== undefined)
    await deps.records.put({
      kind: 'intake',
      id: `${intake.canonical}|${intake.version}`,
      value: intake,
      expect: 'any',
    });
  deps.log.info('INTAKE_PUBLISHED', { version: intake.version });
  return { ok: true, intake };
}

/** What one process has published or met, so that a morning's two hundred visits do not read it two hundred times. */
const met = new WeakMap<Records, Map<string, Intake>>();

/** By `canonical|version`, which never means anything else once it is published. */
async function published({ records }: ChartChangedDeps, key: string): Promise<Intake | undefined> {
  const here = met.get(records) ?? new Map<string, Intake>();
  met.set(records, here);
  const intake = here.get(key) ?? (await records.get('intake', key))?.value;
  if (intake !== undefined) here.set(key, intake);
  return intake;
}

/** With the first values that its expressions find in the chart; the patient is read only where there are any. */
export async function withChart(deps: ChartChangedDeps, intake: Intake, patient: string): Promise<Intake> {
  if (!looksIntoTheChart(intake.items)) return intake;
  const read = await deps.chart.read('Patient', patient);
  if (read.is !== 'found') return intake;
  return withInitialValues(intake, { patient: read.resource as Patient }, deps.clock.now().toISOString());
}

function looksIntoTheChart(items: readonly Item[]): boolean {
  return items.some(
    (item) =>
      item.kind !== 'display' &&
      ((item.kind === 'question' && item.initialExpression !== undefined) || looksIntoTheChart(item.items)),
  );
}

async function find(
  deps: ChartChangedDeps,
  url: string,
  version: string | undefined,
): Promise<Questionnaire | undefined> {
  const id = /(?:^|\/)Questionnaire\/([A-Za-z0-9\-.]{1,64})$/.exec(url)?.[1];
  const found = (await deps.chart.search(
    'Questionnaire',
    { url, ...(version === undefined ? {} : { version }) },
    20,
  )) as readonly Questionnaire[];
  const [newest] = [...found].sort((a, b) => (b.meta?.lastUpdated ?? '').localeCompare(a.meta?.lastUpdated ?? ''));
  if (newest !== undefined || id === undefined) return newest;
  const read = await deps.chart.read('Questionnaire', id);
  if (read.is !== 'found') return undefined;
  const byId = read.resource as Questionnaire;
  return version === undefined || byId.version === version ? byId : undefined;
}
