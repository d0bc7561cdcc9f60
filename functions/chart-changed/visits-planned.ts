import type { VisitsPlanned } from '../../domain/conversation/heard.ts';
import { type Expression, takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Decision } from '../../domain/conversation/turn.ts';
import type { RecordPut } from '../../domain/ports/records.ts';
import type { Evidence } from '../../domain/requirements/evidence.ts';
import type { Requirement } from '../../domain/requirements/requirement.ts';
import type { Story, StoryView } from '../../domain/story/story.ts';
import { alike } from '../../domain/visit/alike.ts';
import type { KnownVisit, PatientFacts, VisitNews } from '../../domain/visit/known-visit.ts';
import { isAhead, type PlannedVisit } from '../../domain/visit/visit.ts';
import { expressByText, type Texting } from '../../edge/texting.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { timeCame } from '../../events/time-came.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { reachedNobody } from './telling-the-desk.ts';
import { type Change, checkStillFirst } from './what-changed.ts';

export interface NewlyKnown {
  /** Kept as followed in the same commit. */
  readonly change?: Change;
  /** The patient whom it names: the record, not the person, where several were merged. */
  readonly patient?: string;
  /** What the next version is compared with. */
  readonly says?: string;
  /** Of the story as it is then; undefined where it says nothing about the visit after all. */
  readonly visit?: (story: Story) => { readonly known: KnownVisit; readonly introduced: boolean } | undefined;
  readonly evidence?: (kept: readonly Evidence[]) => readonly Evidence[];
  /** What else it changes in the story. */
  readonly also?: (story: Story) => Story;
  /** What goes out, and what is put, with it. */
  readonly events?: readonly Envelope[];
  readonly records?: readonly RecordPut[];
}

/**
 * One turn with what is newly known: of a visit, of what may meet its needs, or of the person. Whatever the visits ahead need is planned
 * anew, so that the patient hears of a change once, in one piece. Returns the story from then on.
 */
export async function planVisits(
  deps: ChartChangedDeps,
  view: StoryView,
  cause: string,
  news: NewlyKnown,
): Promise<Story> {
  const { change } = news;
  const taken = await takeTurn(deps, {
    cause,
    view,
    heard: ({ story }) => heardOf(deps, story, news),
    ...(change === undefined ? {} : { onConflict: () => checkStillFirst(deps, change) }),
    express: async (decision, before) => {
      const how = howToTell(decision, before.story);
      const expression = await expressByText(deps, cause, decision, before.story, how);
      return withNews(deps, cause, news, expression, decision, before.story);
    },
  });
  return taken.is === 'taken' ? taken.decision.story : view.story;
}

/** What goes into the same commit: what else changes, what goes out, and that the change was followed. */
export function withNews(
  deps: ChartChangedDeps,
  cause: string,
  news: NewlyKnown,
  expression: Expression,
  decision: Decision,
  before: Story,
): Expression {
  const { change, says, patient = before.id, also, events = [], records = [] } = news;
  const seen = change === undefined ? [] : [change.seen({ story: patient, ...(says === undefined ? {} : { says }) })];
  const story = expression.story ?? decision.story;
  return {
    ...expression,
    story: also?.(story) ?? story,
    events: [
      ...(expression.events ?? []),
      ...reachedNobody(deps, cause, decision),
      ...timersSetAnew(deps, before, decision.story, cause),
      ...events,
    ],
    records: [...(expression.records ?? []), ...records, ...seen],
  };
}

/** What was done in the EHR just now is news, which the clinic may hold until the morning; it helps nobody once the visit has begun. */
export function howToTell({ story, effects }: Decision, before: Story): Texting {
  const { id, start } = concerning(story, before);
  // That the time they have just chosen is theirs answers the patient, who waits for it.
  const answers = effects.some((effect) => effect.do === 'tell' && effect.message === 'slot.taken');
  return {
    ...(answers ? {} : { priority: 'reminder', news: true }),
    ...(id === undefined ? {} : { about: { appointment: id } }),
    ...(start === undefined ? {} : { expires: start }),
  };
}

/** Whether a turn would change anything at all. */
export function changesAnything(deps: ChartChangedDeps, story: Story, news: NewlyKnown): boolean {
  const { visits, evidence } = heardOf(deps, story, news);
  return (
    visits.length > 0 ||
    (evidence !== undefined && !alike(evidence, story.evidence)) ||
    (news.also !== undefined && !alike(news.also(story), story))
  );
}

/** What was worked out last for a piece of news: whether it changes anything, and the turn itself, ask the same of the same story. */
const workedOut = new WeakMap<NewlyKnown, { readonly story: Story; readonly heard: VisitsPlanned }>();

/** Whatever the visits ahead need, by what is known now; those that it changes nothing for are left out. */
export function heardOf(deps: ChartChangedDeps, story: Story, news: NewlyKnown): VisitsPlanned {
  const before = workedOut.get(news);
  if (before?.story === story) return before.heard;
  const heard = workOut(deps, story, news);
  workedOut.set(news, { story, heard });
  return heard;
}

function workOut(deps: ChartChangedDeps, story: Story, news: NewlyKnown): VisitsPlanned {
  const evidence = news.evidence?.(story.evidence);
  const visit = news.visit?.(story);
  const facts = factsOf(story, evidence ?? story.evidence);
  const now = deps.clock.now();
  const needs = (known: KnownVisit, before: readonly Requirement[]) => deps.visits.planNeeds(known, facts, before, now);
  const others = story.visits
    .filter(({ state, appointment }) => isAhead[state] && appointment !== visit?.known.appointment)
    .flatMap((each): VisitNews[] => {
      const requirements = needs(knownOf(each), each.requirements);
      return alike(requirements, each.requirements) ? [] : [{ appointment: each.appointment, requirements }];
    });
  const planned = story.visits.find(({ appointment }) => appointment === visit?.known.appointment);
  const named: readonly VisitNews[] =
    visit === undefined
      ? []
      : [
          {
            appointment: visit.known.appointment,
            known: visit.known,
            requirements: needs(visit.known, planned?.requirements ?? []),
            ...(visit.introduced ? { introduced: true } : {}),
          },
        ];
  return {
    is: 'visits-planned',
    visits: [...named, ...others],
    ...(evidence === undefined ? {} : { evidence }),
  } as const;
}

export function factsOf({ person }: Story, evidence: readonly Evidence[]): PatientFacts {
  const { birthDate, language, interpreter } = person;
  return {
    evidence,
    language,
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(interpreter === undefined ? {} : { interpreter }),
  };
}

/** A visit of the story as the EHR had it when it was last seen. */
export function knownOf(visit: PlannedVisit): KnownVisit {
  const { appointment, seenAt, state, type, start, end, location, practitioner, slots, codes, about, urgency } = visit;
  const { requested, plan } = visit;
  return {
    appointment,
    state,
    type,
    slots,
    codes,
    plan,
    ...(seenAt === undefined ? {} : { seenAt }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(location === undefined ? {} : { location }),
    ...(practitioner === undefined ? {} : { practitioner }),
    ...(about === undefined ? {} : { about }),
    ...(urgency === undefined ? {} : { urgency }),
    ...(requested === undefined ? {} : { requested }),
  };
}

/** The visit that what is said is about: of several the next one. What is said of it helps nobody once it has begun. */
function concerning(story: Story, before: Story): { readonly id?: string; readonly start?: string } {
  const [visit] = story.visits
    .filter((each) => !before.visits.includes(each))
    .toSorted((a, b) => Date.parse(a.start ?? '9999') - Date.parse(b.start ?? '9999'));
  const { appointment: id, start } = visit ?? {};
  return { ...(id === undefined ? {} : { id }), ...(start === undefined ? {} : { start }) };
}

/** The timers of what is asked for a visit stand at its old time, which may be after it: whoever follows them looks now, and sets them anew. */
function timersSetAnew(
  deps: ChartChangedDeps,
  before: Story,
  { id: patient, conversations }: Story,
  cause: string,
): readonly Envelope[] {
  const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient };
  return conversations
    .filter(({ id, visit }) => {
      const known = before.conversations.find((each) => each.id === id);
      return known !== undefined && !alike(known.visit, visit);
    })
    .map(({ id }) => eventOf(timeCame, { ...occasion, part: id }, { conversation: id, timer: 'visit-near' }));
}
