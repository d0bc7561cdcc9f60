import type { Consent } from 'fhir/r4.js';
import type { TextConsent } from '../../domain/story/story.ts';
import { idOf } from '../../fhir-mappings/reference.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { storyOf } from './person-followed.ts';

/** What the chart says about texts, where it was not we who wrote it. */
export async function followConsent(deps: ChartChangedDeps, consent: Consent): Promise<void> {
  const patient = idOf(consent.patient?.reference, 'Patient');
  const ours = (consent.identifier ?? []).some((identifier) => identifier.system === systems.consent);
  const aboutTexts = (consent.provision?.code ?? []).some(
    ({ coding = [], text }) => coding.some(({ code }) => code === 'sms') || text === 'Text messages',
  );
  if (patient === undefined || ours || !aboutTexts || consent.status !== 'active') return;
  const refused = consent.provision?.type === 'deny';
  for (let tries = 0; tries < 8; tries++) {
    const found = await storyOf(deps, patient);
    if (found === undefined) return;
    const { story } = found.view;
    const texts: TextConsent = refused
      ? { texts: 'refused', at: consent.dateTime ?? deps.clock.now().toISOString(), how: 'chart' }
      : { texts: 'allowed' };
    if (story.consent.texts === texts.texts || isOlder(consent, story.consent)) return;
    const committed = await deps.store.commit({
      cause: `ehr/Consent/${consent.id ?? ''}/${consent.meta?.versionId ?? ''}/${story.version}`,
      outcome: { reply: '' },
      story: { ...story, consent: texts, version: story.version + 1 },
      moments: [],
      events: [],
    });
    if (committed.is !== 'conflict') return;
  }
}

/** A notification may come again, and late: what the chart allowed before the patient stopped our texts does not undo that. */
function isOlder(consent: Consent, current: TextConsent): boolean {
  const since = consent.dateTime ?? consent.meta?.lastUpdated;
  return current.texts === 'refused' && (since === undefined || Date.parse(since) <= Date.parse(current.at));
}
