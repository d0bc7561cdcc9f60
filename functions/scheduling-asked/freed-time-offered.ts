import type { Appointment } from 'fhir/r4.js';
import { maySend } from '../../domain/consent/may-send.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { Fault } from '../../domain/errors/errors.ts';
import type { SlotOfferRecord } from '../../domain/ports/records.ts';
import { mayBeAsked, type WaitingVisit, waitingFor } from '../../domain/scheduling/matching.ts';
import { type OpenTime, offerOf } from '../../domain/scheduling/open-time.ts';
import {
  askedUntil,
  type Candidate,
  lastWave,
  nextStep,
  paceFrom,
  sizeOf,
  sleepsUntil,
  waveDeclined,
} from '../../domain/scheduling/waves.ts';
import { expressByText, reachable } from '../../edge/texting.ts';
import { eventOf } from '../../events/envelope.ts';
import { waveCame } from '../../events/wave-came.ts';
import { readBooking } from '../../fhir-mappings/appointment-booking.ts';
import { type Calendar, openCalendar, searched } from './calendar.ts';
import type { SchedulingDeps } from './dependencies.ts';
import { closeOffer, offerExpires, timerOf } from './offer-closed.ts';

const mostTries = 8;

/** A time became free: if somebody waits for such a one, it is offered to them, wave by wave. One offer of a slot at a time. */
export async function offerFreedTime(deps: SchedulingDeps, slot: string): Promise<void> {
  const [free, stored] = await Promise.all([freeTime(deps, slot), deps.records.get('slot-offer', slot)]);
  const before = stored?.value;
  // Taken while a wave was being asked, by somebody who was killed: who was missed hears it now, and there may be no timer yet.
  if (free === undefined) return before === undefined ? undefined : closeOffer(deps, slot, before.offer);
  const { time, version } = free;
  if (!(deps.clock.now() < askedUntil(deps.waves, time.start))) return;
  const offer = `offer/${slot}/${version}`;
  if (before?.closed === undefined && before !== undefined)
    return askNextWave(deps, before.offer, lastWave(before) || 1);
  if (before?.offer === offer) return;
  const record: SlotOfferRecord = {
    offer,
    slot: offerOf(time),
    offered: [],
    // Who did not want it a moment ago does not want it now.
    declined: before !== undefined && before.closed?.to === undefined ? before.declined : [],
  };
  if ((await waitingList(deps, time)).length === 0) return;
  const saved = await deps.records.put({
    kind: 'slot-offer',
    id: slot,
    value: record,
    expect: stored?.version ?? 'absent',
    expires: offerExpires(record),
  });
  if (saved === 'conflict') return offerFreedTime(deps, slot);
  await askNextWave(deps, offer, 1);
}

/**
 * The n-th wave of an offer: whoever is next is written down first and asked then, so that nobody is left out by an interruption and
 * nobody asked twice. Where that wave was asked before, those who were missed are asked.
 */
export async function askNextWave(deps: SchedulingDeps, offer: string, wave: number): Promise<void> {
  const slot = slotOf(offer);
  for (let tries = 1; tries <= mostTries; tries++) {
    const stored = await deps.records.get('slot-offer', slot);
    if (stored?.value.offer !== offer) return;
    const record = stored.value;
    if (record.closed !== undefined) return closeOffer(deps, slot, offer);
    if (lastWave(record) > wave) return;
    const now = deps.clock.now();
    if (lastWave(record) === wave) {
      await ask(deps, record, wave);
      return setTimer(deps, offer, wave + 1, paceFrom(deps.waves, record.slot.start, now));
    }
    const free = await freeTime(deps, slot);
    if (free === undefined) return closeOffer(deps, slot, offer);
    const left = await candidatesFor(deps, free.time, record);
    const step = nextStep(record, left, deps.waves, { now, timeZone: deps.clinic.timeZone });
    if (step.is === 'close') return closeOffer(deps, slot, offer);
    if (step.is === 'wait') return setTimer(deps, offer, wave, step.next);
    const next = lastWave(record) + 1;
    const asked = step.candidates.map(({ story, appointment }) => ({ story, appointment, wave: next }));
    const value: SlotOfferRecord = { ...record, offered: [...record.offered, ...asked] };
    const expires = offerExpires(value);
    const saved = await deps.records.put({ kind: 'slot-offer', id: slot, value, expect: stored.version, expires });
    if (saved === 'conflict') continue;
    await ask(deps, value, next);
    return setTimer(deps, offer, next + 1, step.next);
  }
  throw new Fault('CHANGED_MEANWHILE', 'An offer changed each time its next wave was to be asked; it is asked again');
}

/** Somebody does not want it. With the last no of a wave the next one comes at once. */
export async function declineOffer(deps: SchedulingDeps, appointment: string, offer: string): Promise<void> {
  const slot = slotOf(offer);
  for (let tries = 1; tries <= mostTries; tries++) {
    const stored = await deps.records.get('slot-offer', slot);
    if (stored?.value.offer !== offer) return;
    if (stored.value.closed !== undefined) return closeOffer(deps, slot, offer);
    const { declined } = stored.value;
    const value = declined.includes(appointment)
      ? stored.value
      : { ...stored.value, declined: [...declined, appointment] };
    if (value !== stored.value) {
      const expires = offerExpires(value);
      const saved = await deps.records.put({ kind: 'slot-offer', id: slot, value, expect: stored.version, expires });
      if (saved === 'conflict') continue;
    }
    if (waveDeclined(value)) await askNextWave(deps, offer, lastWave(value) + 1);
    return;
  }
  throw new Fault('CHANGED_MEANWHILE', 'An offer changed each time a no was to be kept; it is kept again');
}

/** The time of a slot, as long as nobody has it. */
async function freeTime(
  deps: SchedulingDeps,
  id: string,
): Promise<{ readonly time: OpenTime; readonly version: string } | undefined> {
  const calendar = openCalendar(deps);
  const there = await calendar.slot(id);
  if (there?.slot.state !== 'free') return undefined;
  const time = await calendar.timeOf(there.slot);
  return time === undefined ? undefined : { time, version: there.slot.versionId ?? '' };
}

/** `offer/{slot}/{version}`; neither an id nor a version of FHIR's holds a slash. */
function slotOf(offer: string): string {
  return offer.split('/')[1] ?? '';
}

async function setTimer(deps: SchedulingDeps, offer: string, wave: number, at: Date): Promise<void> {
  const name = timerOf(slotOf(offer));
  const occasion = {
    cause: `timer/${name}/${wave}/${at.getTime()}`,
    time: at.toISOString(),
    tenant: deps.clinic.tenant,
  };
  await deps.scheduler.schedule(name, at, eventOf(waveCame, occasion, { offer, wave }));
}

/** Everybody of a wave; who can't be asked is passed over, and the next wave comes in its time. */
async function ask(deps: SchedulingDeps, { offer, offered, slot }: SlotOfferRecord, wave: number): Promise<void> {
  const until = askedUntil(deps.waves, slot.start).toISOString();
  for (const { story, appointment } of offered.filter((each) => each.wave === wave)) {
    const view = await deps.store.story(story);
    if (view === undefined) continue;
    const cause = `slot-offered/${offer}/${appointment}`;
    try {
      await takeTurn(deps, {
        cause,
        view,
        // Nobody's until somebody says yes: it is not held for anybody.
        heard: { is: 'slot-offered', appointment, slot, offer, until },
        express: (decision, before) =>
          expressByText(deps, cause, decision, before.story, {
            priority: 'reminder',
            about: { appointment },
            expires: until,
          }),
      });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'TURN_KEEPS_CONFLICTING') throw error;
      deps.log.warn('TURN_CONFLICT', { offered: true }, error);
    }
  }
  // Taken while these were being asked: whoever closed it did not know of their question yet.
  const now = await deps.records.get('slot-offer', slot.slot);
  if (now?.value.offer === offer && now.value.closed !== undefined) await closeOffer(deps, slot.slot, offer);
}

const mostWaiting = 1000;

async function waitingList(deps: SchedulingDeps, time: OpenTime): Promise<readonly WaitingVisit[]> {
  const calendar = openCalendar(deps);
  const visits = await searched(deps, 'Appointment', { status: 'waitlist', _count: '250' }, mostWaiting);
  const waiting: WaitingVisit[] = [];
  for (const visit of (visits ?? []) as readonly Appointment[]) waiting.push(...(await waitingVisit(calendar, visit)));
  return waitingFor(time, waiting, deps.clinic.timeZone);
}

async function waitingVisit(calendar: Calendar, visit: Appointment): Promise<readonly WaitingVisit[]> {
  const { status, patient, kinds, practitioner, requested, since = '', location } = readBooking(visit);
  if (status !== 'waitlist' || patient === undefined || visit.id === undefined) return [];
  const site = await calendar.site(location);
  return [
    {
      appointment: visit.id,
      patient,
      kinds,
      requested,
      since,
      ...(site === undefined ? {} : { site }),
      ...(practitioner === undefined ? {} : { practitioner }),
    },
  ];
}

/** Most stories that are looked into for one wave. */
const mostLookedAt = 200;

/** Who may be asked, best first, as far as it matters: a wave, and one more to know that somebody is left. */
async function candidatesFor(
  deps: SchedulingDeps,
  time: OpenTime,
  record: SlotOfferRecord,
): Promise<readonly Candidate[]> {
  const { timeZone } = deps.clinic;
  const enough = sizeOf(deps.waves, lastWave(record) + 1) + 1;
  const known = new Set([...record.offered.map(({ appointment }) => appointment), ...record.declined]);
  const unasked = (await waitingList(deps, time)).filter(({ appointment }) => !known.has(appointment));
  const found: Candidate[] = [];
  let awake = 0;
  for (const visit of unasked.slice(0, mostLookedAt)) {
    if (awake >= enough) break;
    const candidate = await candidateFor(deps, time, visit, record.offer);
    if (candidate === undefined) continue;
    found.push(candidate);
    if (candidate.busy !== true && sleepsUntil(candidate, deps.waves, deps.clock.now(), timeZone) === undefined)
      awake++;
  }
  return found;
}

async function candidateFor(
  deps: SchedulingDeps,
  time: OpenTime,
  { appointment, patient }: WaitingVisit,
  offer: string,
): Promise<Candidate | undefined> {
  const story = (await deps.store.story(patient))?.story;
  if (story === undefined) return undefined;
  const phone = await reachable(deps, story);
  const visit = story.visits.find((each) => each.appointment === appointment);
  const wish = visit?.moving?.wish;
  const person = {
    reachable: phone !== undefined && maySend(phone, story).may,
    ...(wish === undefined ? {} : { wish }),
  };
  if (!mayBeAsked(time, person, deps.clinic.timeZone)) return undefined;
  // One time at a time, and not while something about this visit is being settled.
  const isAsked = story.visits.some(({ asked }) => asked?.is === 'slot-offer' && asked.offer !== offer);
  const busy = isAsked || (visit?.moving !== undefined && visit.moving.stage !== 'looking');
  const zone = story.person.timeZone;
  return {
    story: story.id,
    appointment,
    ...(zone === undefined ? {} : { timeZone: zone }),
    ...(busy ? { busy } : {}),
  };
}
