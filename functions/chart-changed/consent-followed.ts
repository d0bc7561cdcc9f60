import type { Consent } from 'fhir/r4.js';
import type { Story, TextConsent } from '../../domain/story/story.ts';
import { idOf } from '../../fhir-mappings/reference.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { storyOf } from './person-followed.ts';
import { waitForPatient } from './waiting.ts';
import { type Change, checkStillFirst, keepSeen } from './what-changed.ts';

/** What the chart says about texts, where it was not we who wrote it. */
export async function followConsent(deps: ChartChangedDeps, change: Change): Promise<void> {
  const consent = change.resource as Consent | undefined;
  const patient = idOf(consent?.patient?.reference, 'Patient');
  if (consent === undefined || patient === undefined || !isAboutTexts(consent)) return keepSeen(deps, change);
  if ((await storyOf(deps, patient)) === undefined) return waitForPatient(deps, change, patient);
  for (let tries = 0; tries < 8; tries++) {
    const story = (await deps.store.story(patient))?.story;
    const texts = story === undefined ? undefined : textsBy(deps, consent, story);
    if (story === undefined || texts === undefined) return keepSeen(deps, change, { story: patient });
    const committed = await deps.store.commit({
      cause: `${change.cause}/${story.version}`,
      outcome: { reply: '' },
      story: { ...story, consent: texts, version: story.version + 1 },
      moments: [],
      events: [],
      records: [change.seen({ story: patient })],
    });
    if (committed.is !== 'conflict') return;
    await checkStillFirst(deps, change);
  }
}

function isAboutTexts({ identifier = [], provision, status }: Consent): boolean {
  const ours = identifier.some(({ system }) => system === systems.consent);
  const aboutTexts = (provision?.code ?? []).some(
    ({ coding = [], text }) => coding.some(({ code }) => code === 'sms') || text === 'Text messages',
  );
  return !ours && aboutTexts && status === 'active';
}

/** Undefined where it stands so already. */
function textsBy(deps: ChartChangedDeps, consent: Consent, { consent: current }: Story): TextConsent | undefined {
  const refused = consent.provision?.type === 'deny';
  const texts: TextConsent = refused
    ? { texts: 'refused', at: consent.dateTime ?? deps.clock.now().toISOString(), how: 'chart' }
    : { texts: 'allowed' };
  return current.texts === texts.texts || isOlder(consent, current) ? undefined : texts;
}

/** A notification may come again, and late: what the chart allowed before the patient stopped our texts does not undo that. */
function isOlder(consent: Consent, current: TextConsent): boolean {
  const since = consent.dateTime ?? consent.meta?.lastUpdated;
  return current.texts === 'refused' && (since === undefined || Date.parse(since) <= Date.parse(current.at));
}
