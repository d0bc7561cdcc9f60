import * as z from 'zod/mini';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { Fault } from '../../domain/errors/errors.ts';
import { isoDate, wallAt } from '../../domain/intake/reading/zone.ts';
import type { Change } from '../../domain/ports/story-store.ts';
import { confirmFile, sourcesOf } from '../../domain/story/on-file.ts';
import type { Moment, Story, StoryView } from '../../domain/story/story.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { expressByText } from '../../edge/texting.ts';
import { clinicLate } from '../../events/clinic-late.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { fileConfirmed } from '../../events/file-confirmed.ts';
import { patientArrived } from '../../events/patient-arrived.ts';
import { visitPlanned } from '../../events/visit-planned.ts';
import type { DeskOpenedDeps } from './dependencies.ts';
import type { DeskNotice } from './desk-view.ts';
import { digestOf } from './file-view.ts';
import type { Session } from './signing-in.ts';

const shown = z.iso.datetime();
const id = z.string().check(z.regex(/^[A-Za-z0-9\-.]{1,64}$/));
const aboutVisit = { appointment: id, shown };
const need = z.string().check(z.minLength(1), z.maxLength(100));
const because = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
const minutes = z.enum(['0', '10-20', '20-30', '30-45', '45-60']);

/** What a clerk can do beside answering a question. Times of the page tell two clicks on it from clicks on two pages. */
const acts = z.discriminatedUnion('act', [
  z.object({ act: z.literal('confirm-file'), file: z.string(), shown }),
  z.object({ act: z.literal('check-in'), ...aboutVisit }),
  z.object({ act: z.literal('need-done'), ...aboutVisit, need }),
  z.object({ act: z.literal('need-open'), ...aboutVisit, need }),
  z.object({ act: z.literal('need-not-needed'), ...aboutVisit, need, because }),
  z.object({
    act: z.literal('clinic-late'),
    ...aboutVisit,
    whose: z.enum(['practitioner', 'location']),
    minutes,
  }),
]);
export type Act = z.infer<typeof acts>;

/** What a form asks for; undefined for the form of a question. */
export function actIn(body: string): Act | 'unreadable' | undefined {
  const fields = Object.fromEntries(new URLSearchParams(body));
  if (fields.act === undefined) return undefined;
  const read = acts.safeParse(fields);
  return read.success ? read.data : 'unreadable';
}

interface Done {
  readonly view: StoryView;
  readonly notices: readonly DeskNotice[];
}

const note = (words: string): readonly DeskNotice[] => [{ kind: 'note', words }];

/** Does what the clerk asked for, in their name, once for each page that was shown. */
export async function act(deps: DeskOpenedDeps, session: Session, view: StoryView, asked: Act): Promise<Done> {
  switch (asked.act) {
    case 'confirm-file':
      return confirm(deps, session, view, asked);
    case 'check-in':
      return checkIn(deps, session, view, asked);
    case 'need-done':
      return setNeed(deps, session, view, asked, { state: 'met' });
    case 'need-open':
      return setNeed(deps, session, view, asked, { state: 'open' });
    case 'need-not-needed':
      return setNeed(deps, session, view, asked, { state: 'waived', because: asked.because });
    case 'clinic-late':
      return runLate(deps, session, view, asked);
  }
}

async function confirm(
  deps: DeskOpenedDeps,
  { user, name }: Session,
  view: StoryView,
  { file, shown: page }: Extract<Act, { act: 'confirm-file' }>,
): Promise<Done> {
  const at = deps.clock.now().toISOString();
  const cause = `desk/${view.story.id}/file/${page}/${file}`;
  const kept = await keep(deps, view, (story) => {
    if (digestOf(story.onFile) !== file || story.onFile.length === 0) return undefined;
    const confirmed = { at, by: user, ...(name === undefined ? {} : { name }) };
    const sources = [...sourcesOf(story.onFile)];
    return {
      cause,
      story: confirmFile(story, confirmed),
      moments: [moment(cause, at, 'file-confirmed', { by: user, entries: story.onFile.map(({ key }) => key) })],
      events: [eventOf(fileConfirmed, occasion(deps, cause, at, story), { by: user, at, sources })],
    };
  });
  return kept.is === 'not-so'
    ? { view: kept.view, notices: note('What is on file changed a moment ago. Please look at it again.') }
    : { view: kept.view, notices: note('Confirmed. Nobody has to ask for this again.') };
}

async function checkIn(
  deps: DeskOpenedDeps,
  { user }: Session,
  view: StoryView,
  { appointment, shown: page }: Extract<Act, { act: 'check-in' }>,
): Promise<Done> {
  const at = deps.clock.now().toISOString();
  const cause = `desk/${view.story.id}/here/${appointment}/${page}`;
  const kept = await keep(deps, view, (story) => {
    const visit = story.visits.find((each) => each.appointment === appointment);
    if (visit?.state !== 'booked' || dayOf(deps, visit.start) !== dayOf(deps, at)) return undefined;
    const { asked, ...rest } = visit;
    const here: PlannedVisit = {
      ...rest,
      // Whoever is here is not asked any more whether they come.
      ...(asked?.is === 'which-need' ? { asked } : {}),
      state: 'arrived',
      confirmedAt: visit.confirmedAt ?? at,
      changedAt: at,
    };
    const when = occasion(deps, cause, at, story);
    return {
      cause,
      story: { ...story, visits: story.visits.map((each) => (each === visit ? here : each)) },
      moments: [moment(cause, at, 'check-in', { appointment, by: user })],
      events: [eventOf(patientArrived, when, { appointment }), eventOf(visitPlanned, when, { appointment })],
    };
  });
  const isHere = kept.view.story.visits.some((each) => each.appointment === appointment && each.state === 'arrived');
  return {
    view: kept.view,
    notices: note(
      isHere ? 'The patient is checked in.' : 'This visit is not booked for today any more. Please look at the EHR.',
    ),
  };
}

async function setNeed(
  deps: DeskOpenedDeps,
  { user }: Session,
  view: StoryView,
  { appointment, need: requirement, shown: page }: Extract<Act, { need: string }>,
  to: { readonly state: 'open' | 'met' } | { readonly state: 'waived'; readonly because: string },
): Promise<Done> {
  const visit = view.story.visits.find((each) => each.appointment === appointment);
  if (visit?.requirements.some((each) => each.id === requirement) !== true)
    return { view, notices: note('The visit does not need this any more. Please look again.') };
  const cause = `desk/${view.story.id}/need/${appointment}/${requirement}/${to.state}/${page}`;
  const at = deps.clock.now().toISOString();
  const taken = await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'requirement-set', appointment, requirement, ...to },
    // What it changes for the patient is told to them: they may stand at the desk, or have sent somebody.
    express: async (decision, before) => {
      const said = await expressByText(deps, cause, decision, before.story, {
        priority: 'reminder',
        about: { appointment },
        ...(visit.start === undefined ? {} : { expires: visit.start }),
      });
      const set = moment(cause, at, 'need-set', { appointment, requirement, state: to.state, by: user });
      return { ...said, moments: [...(said.moments ?? []), set] };
    },
  });
  if (taken.is === 'duplicate') return { view: await current(deps, view), notices: note('Saved.') };
  return { view: { story: taken.decision.story, intakes: view.intakes }, notices: note('Saved.') };
}

async function runLate(
  deps: DeskOpenedDeps,
  { user }: Session,
  view: StoryView,
  { appointment, whose, minutes: range, shown: page }: Extract<Act, { act: 'clinic-late' }>,
): Promise<Done> {
  const visit = view.story.visits.find((each) => each.appointment === appointment);
  const who = visit?.[whose];
  const at = deps.clock.now().toISOString();
  const date = dayOf(deps, at);
  if (date === undefined || who === undefined || dayOf(deps, visit?.start) !== date)
    return { view, notices: note('Nobody could be told: this visit is not today any more. Please look at the EHR.') };
  const cause = `desk/late/${whose}/${who}/${range}/${page}`;
  const [from, to] = range.split('-').map(Number);
  await deps.store.commit({
    cause,
    outcome: { reply: '' },
    moments: [moment(cause, at, 'clinic-late', { by: user, minutes: range })],
    events: [
      eventOf(
        clinicLate,
        { cause, time: at, tenant: deps.clinic.tenant },
        {
          date,
          [whose]: who,
          ...(from === undefined || to === undefined ? {} : { minutes: { from, to } }),
        },
      ),
    ],
  });
  return {
    view,
    notices: note(
      to === undefined ? 'Those who wait hear that we are on time again.' : 'Those who wait are being told.',
    ),
  };
}

/** The clinic's date at an instant. */
function dayOf({ clinic }: DeskOpenedDeps, at: string | undefined): string | undefined {
  return at === undefined ? undefined : isoDate(wallAt(new Date(at), clinic.timeZone));
}

function moment(cause: string, at: string, what: string, detail: Moment['detail']): Moment {
  return { id: `${cause}#${what}`, at, cause, channel: 'desk', what, detail };
}

function occasion({ clinic }: DeskOpenedDeps, cause: string, time: string, { id: patient }: Story) {
  return { cause, time, tenant: clinic.tenant, patient };
}

async function current({ store }: DeskOpenedDeps, view: StoryView): Promise<StoryView> {
  return (await store.story(view.story.id)) ?? view;
}

const mostTries = 8;

type Kept = Pick<Change, 'cause' | 'moments'> & { readonly story: Story; readonly events: readonly Envelope[] };

/** Commits against the story as it is then; a newer one is loaded and judged again. `not-so`: it no longer holds for the story. */
async function keep(
  deps: DeskOpenedDeps,
  view: StoryView,
  change: (story: Story) => Kept | undefined,
): Promise<{ readonly is: 'kept' | 'not-so'; readonly view: StoryView }> {
  let now = view;
  for (let tries = 0; tries < mostTries; tries++) {
    const kept = change(now.story);
    if (kept === undefined) return { is: 'not-so', view: now };
    const story = { ...kept.story, version: now.story.version + 1 };
    const committed = await deps.store.commit({ ...kept, outcome: { reply: '' }, story });
    if (committed.is === 'committed') return { is: 'kept', view: { ...now, story } };
    now = await current(deps, now);
    if (committed.is === 'duplicate') return { is: 'kept', view: now };
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'What the desk entered met a newer story each time it was tried.');
}
