import type { Cast } from '../cast.ts';
import { withContrast } from '../cast.ts';
import { requirementTasks } from '../requirement-tasks.ts';
import { timeOf, wordsOf } from '../words.ts';

/** What must be in the one message, in any order. */
const needs = [
  'mri-referral',
  'mri-authorisation',
  'mri-form',
  'mri-fasting',
  'mri-48-hours',
  'mri-earlier-pictures',
  'arrival',
] as const;

/** The visit is booked; one text says all of it, three calls hear the same, and each item has its owner in the EHR. */
export async function toldOnce(cast: Cast): Promise<string> {
  const { play, chart, clock, nora, slots, today } = cast;
  const [slot] = slots;
  if (slot === undefined) throw new Error('There is no free time.');
  play.scene(today, 'the front desk');
  play.aside(`The EHR books Nora for ${timeOf(slot.start)}. Nobody calls her.`);
  await chart.update({ ...slot, status: 'busy' });
  const { id } = await chart.create({
    resourceType: 'Appointment',
    status: 'booked',
    serviceType: [withContrast],
    start: slot.start,
    end: slot.end,
    slot: [{ reference: `Slot/${slot.id}` }],
    participant: [{ actor: { reference: `Patient/${nora.id}` }, status: 'accepted' }],
  });
  await clock.settle();

  const texts = await cast.news(nora);
  for (const text of texts) play.line('Clinic', 'by text', text);
  play.check('Nora got one text', texts.length, 1);
  const story = await wordsOf(cast, nora.id, id);
  const whole = await readOn(cast, texts[0] ?? '');
  for (const need of needs) play.check(`it says: ${need}`, whole.includes(story.get(need) ?? '?'), true);
  play.check(
    'it names no scan, no reason, no part of the body',
    /mri|scan|contrast|magnet|resonance/i.test(whole),
    false,
  );

  const answers = new Set<string>();
  for (const question of ['first', 'second', 'third']) {
    const { call } = await nora.phone.call();
    const { said } = await call.says('what do I still need');
    await call.hangUp();
    answers.add(said.join('\n'));
    if (question === 'first') play.line('Clinic', 'by phone', said.join('\n'));
  }
  play.check('three calls heard one answer', answers.size, 1);
  play.check(
    'and it takes less than a minute to say',
    [...answers].every((answer) => answer.split(/\s+/).length <= 150),
    true,
  );

  const tasks = await requirementTasks(cast, id);
  play.check(
    'each item is a Task with an owner in the EHR',
    needs.map((need) => [need, tasks.get(need)?.status, tasks.get(need)?.owner !== undefined]),
    needs.map((need) => [need, 'requested', true]),
  );
  await cast.news(nora);
  return id;
}

/** The text, and what waits behind MORE. */
async function readOn({ nora, play }: Cast, text: string): Promise<string> {
  let whole = text;
  for (let pages = 0; pages < 4 && whole.includes('MORE for the rest'); pages++) {
    const { replies } = await nora.phone.text('MORE');
    if (replies.length === 0) break;
    for (const reply of replies) play.line('Clinic', 'by text', reply);
    whole = `${whole.replace('Reply MORE for the rest.', '')}\n${replies.join('\n')}`;
  }
  return whole;
}
