import type { QuestionnaireResponse } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import type { Answer } from '../../domain/intake/answer.ts';
import { filledTree } from '../../domain/intake/slots.ts';
import type { Conversation, StoryView } from '../../domain/story/story.ts';
import { eventOf } from '../../events/envelope.ts';
import { timeCame } from '../../events/time-came.ts';
import { toProvenance } from '../../fhir-mappings/provenance.ts';
import { type ResponseStatus, toQuestionnaireResponse } from '../../fhir-mappings/questionnaire-response.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import type { ChartDueDeps } from './dependencies.ts';

const atMostEvery = 60_000;

/**
 * Brings the QuestionnaireResponse of a conversation up to what was told. `soon`: while it is in progress, at most once a minute; the rest
 * of the minute is waited out by a timer. A change by somebody else in between is read and the whole tried again.
 */
export async function writeResponse(
  deps: ChartDueDeps,
  view: StoryView,
  id: string,
  when: 'soon' | 'now',
): Promise<'shown' | 'waits'> {
  const { records, clock } = deps;
  const conversation = view.story.conversations.find((each) => each.id === id);
  if (conversation === undefined || Object.keys(conversation.answers).length === 0) return 'shown';
  const key = `response/${id}`;
  const link = await records.get('chart-link', key);
  if (link !== undefined && link.value.upTo >= conversation.turn) {
    // An attempt before this one may have ended between the response and its provenance.
    if (statusOf(conversation) !== 'in-progress')
      await writeProvenance(deps, view, conversation, link.value.reference, newest(conversation));
    return 'shown';
  }
  if (when === 'soon' && conversation.status === 'open' && link !== undefined) {
    const next = Date.parse(link.value.writtenAt) + atMostEvery;
    if (next > clock.now().getTime()) {
      if (link.value.dueAt === undefined) {
        await waitOut(deps, view, id, new Date(next));
        await records.put({
          kind: 'chart-link',
          id: key,
          expect: link.version,
          value: { ...link.value, dueAt: new Date(next).toISOString() },
        });
      }
      return 'waits';
    }
  }
  const resource = responseOf(view, conversation);
  if (resource === undefined) return 'shown';
  const writtenAt = clock.now().toISOString();
  const isThere = link !== undefined && link.value.reference !== gone;
  const written = !isThere
    ? await deps.chart.create(resource, `identifier=${systems.conversation}|${id}`)
    : await deps.chart.update({ ...resource, id: idIn(link.value.reference) }, link.value.versionId);
  const isDeleted = isThere && written.is === 'refused' && (written.status === 404 || written.status === 410);
  if (written.is === 'refused' && !isDeleted) {
    deps.log.error('CHART_REFUSED', { conversation: id, status: written.status, reason: written.reason });
    throw new Fault('CHART_UNAVAILABLE', 'The EHR refused a QuestionnaireResponse');
  }
  if (written.is !== 'written') {
    await takeCurrentVersion(deps, key, id, conversation);
    throw new Fault('CHANGED_MEANWHILE', 'A QuestionnaireResponse was changed by somebody else; it is written again');
  }
  const reference = `QuestionnaireResponse/${written.id}`;
  // A conditional create that met an earlier attempt's resource may have met older answers: then the next event brings the rest.
  const upTo = isThere ? conversation.turn : await shownBy(deps, written.id, resource, conversation.turn);
  await records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: { reference, versionId: written.versionId, story: view.story.id, writtenAt, upTo },
  });
  deps.log.info('CHART_WRITTEN', { resourceType: 'QuestionnaireResponse', status: resource.status });
  if (upTo < conversation.turn)
    throw new Fault('CHANGED_MEANWHILE', 'A QuestionnaireResponse of an earlier attempt is brought up to date');
  if (statusOf(conversation) !== 'in-progress')
    await writeProvenance(deps, view, conversation, reference, newest(conversation));
  return 'shown';
}

function responseOf({ story, intakes }: StoryView, conversation: Conversation): QuestionnaireResponse | undefined {
  const intake = intakes[conversation.intake];
  if (intake === undefined) return undefined;
  return toQuestionnaireResponse({
    intake,
    items: filledTree(intake, conversation),
    conversation: conversation.id,
    patient: `Patient/${story.id}`,
    status: statusOf(conversation),
    authored: newest(conversation),
  });
}

function statusOf(conversation: Conversation): ResponseStatus {
  if (typeof conversation.status === 'object') return conversation.completedAt === undefined ? 'stopped' : 'completed';
  if (conversation.status === 'completed') return conversation.amended ? 'amended' : 'completed';
  return conversation.completedAt === undefined ? 'in-progress' : 'amended';
}

function newest({ answers, startedAt }: Conversation): string {
  return Object.values(answers).reduce(
    (latest, { provenance }) => (provenance.at > latest ? provenance.at : latest),
    startedAt,
  );
}

async function waitOut(deps: ChartDueDeps, { story }: StoryView, conversation: string, at: Date): Promise<void> {
  const name = `chart-due/${conversation}`;
  const event = eventOf(
    timeCame,
    { cause: `${name}/${at.getTime()}`, time: at.toISOString(), tenant: deps.clinic.tenant, patient: story.id },
    { conversation, timer: 'chart-due' },
  );
  await deps.scheduler.schedule(name, at, event);
}

/** What was deleted in the EHR is made anew when there is more to show: what a patient tells must be there. */
const gone = '';

async function takeCurrentVersion(
  deps: ChartDueDeps,
  key: string,
  id: string,
  conversation: Conversation,
): Promise<void> {
  const link = await deps.records.get('chart-link', key);
  const [current] = await deps.chart.search(
    'QuestionnaireResponse',
    { identifier: `${systems.conversation}|${id}` },
    1,
  );
  if (link === undefined) return;
  const versionId = current?.meta?.versionId;
  await deps.records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: {
      ...link.value,
      reference: current?.id === undefined ? gone : `QuestionnaireResponse/${current.id}`,
      ...(versionId === undefined ? {} : { versionId }),
      upTo: Math.min(link.value.upTo, conversation.turn - 1),
    },
  });
}

async function shownBy(deps: ChartDueDeps, id: string, wanted: QuestionnaireResponse, turn: number): Promise<number> {
  const read = await deps.chart.read('QuestionnaireResponse', id);
  if (read.is !== 'found') return turn;
  const current = read.resource as QuestionnaireResponse;
  return current.authored === wanted.authored && current.status === wanted.status ? turn : -1;
}

async function writeProvenance(
  deps: ChartDueDeps,
  { story }: StoryView,
  conversation: Conversation,
  reference: string,
  recorded: string,
): Promise<void> {
  const key = `provenance/${conversation.id}/${conversation.turn}`;
  if ((await deps.records.get('chart-link', key)) !== undefined) return;
  const enteredBy = Object.values(conversation.answers).flatMap(({ provenance }: Answer) => provenance.enteredBy ?? []);
  const provenance = toProvenance({
    target: [reference],
    recorded,
    patient: `Patient/${story.id}`,
    enteredBy,
    conversation: conversation.id,
    ...(conversation.task === undefined ? {} : { sources: [`Task/${conversation.task}`] }),
  });
  const written = await deps.chart.create(provenance, `target=${reference}&recorded=${encodeURIComponent(recorded)}`);
  if (written.is !== 'written') {
    deps.log.warn('CHART_REFUSED', { resourceType: 'Provenance', conversation: conversation.id });
    return;
  }
  await deps.records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: { reference: `Provenance/${written.id}`, story: story.id, writtenAt: recorded, upTo: conversation.turn },
  });
}

function idIn(reference: string): string {
  return reference.slice(reference.indexOf('/') + 1);
}
