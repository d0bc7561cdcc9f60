import type { FhirResource } from 'fhir/r4.js';
import { withEvidence, withoutEvidence } from '../../domain/requirements/keeping-evidence.ts';
import { onFileNow } from '../../domain/story/on-file.ts';
import type { FileEntry, Story, StoryView } from '../../domain/story/story.ts';
import { evidenceOf } from '../../fhir-mappings/evidence/evidence-of.ts';
import { coverageOnFile } from '../../fhir-mappings/file-entries.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import { endConversation } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { entriesWith } from './on-file.ts';
import { storyOf } from './person-followed.ts';
import { today } from './person-indexed.ts';
import { changesAnything, type NewlyKnown, planVisits } from './visits-planned.ts';
import { waitForPatient } from './waiting.ts';
import { type Change, keepSeen } from './what-changed.ts';

/**
 * Something that may meet what a visit needs, or decide what it needs: kept in the story of whom it is about, and every visit ahead of theirs
 * is planned anew in the same turn. What showed it before and shows it no more is taken out.
 */
export async function followEvidence(deps: ChartChangedDeps, change: Change): Promise<void> {
  const reference = `${change.type}/${change.id}`;
  const resource = change.resource as FhirResource | undefined;
  const found = resource === undefined ? undefined : evidenceOf(resource, deps.visits.payerOf);
  for (const former of change.formerly)
    if (former !== found?.patient) await forget(deps, former, reference, `${change.cause}/left-${former}`);
  if (found === undefined) return keepSeen(deps, change);
  const view = await storyOf(deps, found.patient);
  if (view === undefined) return waitForPatient(deps, change, found.patient);
  const { payer } = found.evidence;
  const payerName = payer === undefined ? undefined : deps.visits.payerNames[payer];
  const onFile = resource?.resourceType === 'Coverage' ? coverageOnFile(resource, payerName, today(deps)) : undefined;
  const news: NewlyKnown = {
    change,
    patient: found.patient,
    evidence: (kept) => withEvidence(kept, found.evidence),
    ...(onFile === undefined ? {} : { also: (story) => fileWith(story, reference, onFile) }),
  };
  if (!changesAnything(deps, view.story, news)) return keepSeen(deps, change, { story: found.patient });
  const story = await planVisits(deps, view, `${change.cause}/planned`, news);
  if (resource?.resourceType === 'QuestionnaireResponse' && resource.identifier?.system !== systems.conversation)
    await endWhatItAnswers(deps, view, story, reference, change.cause);
}

/** It is somebody else's now, or nobody's. */
async function forget(deps: ChartChangedDeps, patient: string, reference: string, cause: string): Promise<void> {
  const view = await deps.store.story(patient);
  if (view === undefined) return;
  const news: NewlyKnown = {
    evidence: (kept) => withoutEvidence(kept, reference),
    also: (story) => fileWith(story, reference, []),
  };
  if (changesAnything(deps, view.story, news)) await planVisits(deps, view, cause, news);
}

function fileWith(story: Story, source: string, found: readonly FileEntry[]): Story {
  return { ...story, onFile: onFileNow(story.onFile, entriesWith(story.onFile, source, found)) };
}

/** Somebody else has taken the answers that we are asking for: they are not asked for again. */
async function endWhatItAnswers(
  deps: ChartChangedDeps,
  before: StoryView,
  after: Story,
  reference: string,
  cause: string,
): Promise<void> {
  for (const { appointment, requirements } of after.visits) {
    const met = requirements.filter((need) => need.state === 'met' && need.evidence === reference);
    for (const conversation of before.story.conversations) {
      const isAnswered = met.some(({ questionnaire }) => questionnaire === conversation.intake);
      if (conversation.visit?.appointment === appointment && conversation.task === undefined && isAnswered)
        await endConversation(deps, after.id, conversation.id, 'task-cancelled', `${cause}/${conversation.id}`);
    }
  }
}
