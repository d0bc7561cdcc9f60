import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { ask } from '../../local/hands/wire.ts';
import { type Playing, readable } from './played.ts';
import { timeMeant } from './times-said.ts';
import { bookVisit, clinicNow, instant, type OwnVisit, payerSays, referralArrives } from './visit-booked.ts';
import { admit } from './world.ts';

type Own = Playing & { readonly own: OwnVisit };

/** What happens to a visit: in the chart, at the payer, on the clock. 'not known' where the words mean nothing here. */
export async function happenToVisit(playing: Playing, what: string): Promise<'happened' | 'not known'> {
  const { cast, world } = playing;
  const { own, patient } = cast;
  if (own === undefined) return 'not known';
  const here: Own = { ...playing, own };
  const staff = /^Staff mark "([\w-]+)" as (done|not needed)(?:: (.*))?$/.exec(what);
  const taken = /^Somebody else takes (free \d)$/.exec(what);
  const time = timeMeant(what.replace(/^On the day, /, '').replace(', at ', ' at '), own.times);
  if (time !== undefined) await world.clock?.moveTo(time.toInstant());
  else if (what === 'A moment later') await world.clock?.settle();
  else if (what === 'The visit is booked') await bookVisit(world, own, patient);
  else if (/^The visit is booked, and \w+ has heard of it$/.test(what)) await bookAndHear(here);
  else if (what === 'The referral arrives') await referralArrives(world, own, patient);
  else if (what === 'The plan has the request') await payerSays(world, own, patient, 'has it');
  else if (what === 'The plan approves') await payerSays(world, own, patient, 'approves');
  else if (what === 'The plan refuses') await payerSays(world, own, patient, 'refuses');
  else if (staff !== null) await mark(here, staff[1] ?? '', staff[2] === 'done', staff[3]);
  else if (what.startsWith('The clinic moves the visit to ')) await move(here);
  else if (what === 'The clinic calls it off') await changeVisit(here, { status: 'cancelled' });
  else if (what === 'The clinic notes that nobody came') await changeVisit(here, { status: 'noshow' });
  else if (taken !== null) await take(here, taken[1] ?? '');
  else if (what === 'The clinic runs 20 to 30 minutes late') await beginLate(here);
  else if (what === 'The phone takes no texts') await fault(here, { undeliveredRate: 1, errorCode: 30006 });
  else if (what === 'Texts work again') await fault(here, {});
  else return 'not known';
  return 'happened';
}

/** What a transcript is not about: the first message is taken as it is. */
async function bookAndHear(playing: Own): Promise<void> {
  const { world, own, cast, texts } = playing;
  await bookVisit(world, own, cast.patient);
  await world.clock?.settle();
  const received = readable(await cast.phone.received());
  if (received.length !== 1) throw new Error(`Of the visit came ${received.length} texts: ${JSON.stringify(received)}`);
  texts.push(...received);
}

async function changeVisit(
  { world, own }: Own,
  change: { readonly status?: 'cancelled' | 'noshow'; readonly start?: string; readonly end?: string },
): Promise<void> {
  const [visit] = await world.chart.search('Appointment', `_id=${own.appointment}`);
  if (visit === undefined) throw new Error('The visit is not in the chart.');
  await world.chart.update({ ...visit, ...change });
}

async function move(playing: Own): Promise<void> {
  const { moved } = playing.own.times;
  if (moved === undefined) throw new Error('It is not said when the visit is to be.');
  await changeVisit(playing, { start: instant(moved), end: instant(moved.add({ minutes: 60 })) });
}

/** A Task of what the visit needs; ours may be written a moment from now. */
async function mark({ world, own, cast }: Own, id: string, done: boolean, reason = ''): Promise<void> {
  const value = `${own.appointment}/${id}`;
  for (let tries = 0; tries < 100; tries++) {
    const found = await world.chart.search('Task', `patient=Patient/${cast.patient}&_count=100`);
    const task = found.find(({ identifier = [] }) => identifier.some((each) => each.value === value));
    const status = done ? ('completed' as const) : ('cancelled' as const);
    const change = task && { ...task, status, ...(done ? {} : { statusReason: { text: reason } }) };
    if (change !== undefined && (await world.chart.update(change).catch(() => undefined)) !== undefined) return;
    await sleep(50);
  }
  throw new Error(`There is no Task for ${id}.`);
}

async function take({ world, own }: Own, words: string): Promise<void> {
  const [slot] = await world.chart.search('Slot', `_id=${own.slots[Number(words.slice(-1))]}`);
  if (slot === undefined) throw new Error(`There is no time ${words}.`);
  await world.chart.update({ ...slot, status: 'busy' });
}

/** Who was to be seen before in the same room goes in twenty minutes late, now. */
async function beginLate({ world, own }: Own): Promise<void> {
  const now = await clinicNow(world);
  const patient = await admit(world, { name: 'Before', language: 'en', child: false }, undefined);
  const room = { reference: `Location/${own.room}` };
  const { id } = await world.chart.create({
    resourceType: 'Appointment',
    status: 'booked',
    start: instant(now.subtract({ minutes: 20 })),
    end: instant(now.add({ minutes: 10 })),
    participant: [
      { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
      { actor: room, status: 'accepted' },
    ],
  });
  await world.clock?.settle();
  await world.chart.create({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: `Patient/${patient}` },
    appointment: [{ reference: `Appointment/${id}` }],
    location: [{ location: room }],
    period: { start: instant(now) },
  });
}

/** However a playing ended: the next one's texts arrive. */
export async function endFaults({ transcript, world }: Playing): Promise<void> {
  const isFaulty = transcript.steps.some((step) => step.is === 'happened' && step.what === 'The phone takes no texts');
  if (isFaulty) await fault({ world }, {});
}

async function fault({ world }: Pick<Own, 'world'>, faults: Readonly<Record<string, number>>): Promise<void> {
  await ask(`${world.carrier}/faults`, z.unknown(), { body: faults });
}
