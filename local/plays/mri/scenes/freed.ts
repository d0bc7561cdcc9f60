import type { Cast, Patient } from '../cast.ts';
import { withContrast } from '../cast.ts';

/** Nora can't come. Two wait for such a time; both are asked, one gets it, the other hears kindly. Nora hears that she need not come. */
export async function freed(cast: Cast, appointment: string): Promise<void> {
  const { play, clock, nora, waiting, today } = cast;
  await clock.moveTo(today.add({ days: 2 }).toInstant());
  play.scene(today.add({ days: 2 }), 'Nora, and two who wait');
  const wishes = [];
  for (const each of waiting) wishes.push(await onTheList(cast, each));
  await clock.settle();
  for (const each of waiting) await cast.news(each);
  const slot = (await cast.appointment(appointment)).slot?.[0]?.reference ?? '';
  const text = async (who: Patient, words: string) => {
    play.line(who.name, 'by text', words);
    const { replies } = await who.phone.text(words);
    for (const reply of replies) play.line('Clinic', 'by text', reply);
    await clock.settle();
    return replies.join('\n');
  };

  const asked = await text(nora, "I can't make it, please cancel my appointment");
  play.check('she is asked what shall become of it', /\n1 .*\n2 /.test(asked), true);
  play.check('and the word that stops texts is never offered', /cancel/i.test(asked), false);
  const give = /^(\d) I don't need it/m.exec(asked)?.[1] ?? '2';
  await cast.news(nora);
  await text(nora, give);
  play.check('the visit is off', (await cast.appointment(appointment)).status, 'cancelled');
  play.check(
    'nothing more waits for Nora',
    (await cast.news(nora)).some((each) => /\n1 /.test(each)),
    false,
  );

  const offers = [await cast.news(waiting[0]), await cast.news(waiting[1])];
  for (const [index, texts] of offers.entries())
    for (const each of texts) play.line('Clinic', `by text to ${waiting[index]?.name ?? ''}`, each);
  play.check(
    'both are asked',
    offers.map((texts) => texts.length >= 1),
    [true, true],
  );
  await text(waiting[1], 'yes');
  await text(waiting[0], 'yes');
  const ends = await Promise.all(wishes.map(async (id) => (await cast.appointment(id)).status));
  const held = await Promise.all(wishes.map(async (id) => (await cast.appointment(id)).slot?.[0]?.reference));
  play.check('who answered first has it, the other one stays on the list', ends, ['waitlist', 'booked']);
  play.check('it is the time that was freed', held.filter((each) => each !== undefined).length, 1);
  play.aside(`The time that Nora gave back was ${slot}; ${waiting[1].name} has ${held[1] ?? 'none'}.`);
  for (const each of waiting)
    for (const said of await cast.news(each)) play.line('Clinic', `by text to ${each.name}`, said);
  const taken = await cast.slot((held[1] ?? '').slice('Slot/'.length));
  play.check('and is not free for anybody else', taken.status, 'busy');
}

async function onTheList({ chart, slots }: Cast, { id }: Patient): Promise<string> {
  const [first] = slots;
  const last = slots.at(-1);
  const wish = await chart.create({
    resourceType: 'Appointment',
    status: 'waitlist',
    serviceType: [withContrast],
    requestedPeriod: [{ start: first?.start ?? '', end: last?.end ?? '' }],
    participant: [{ actor: { reference: `Patient/${id}` }, status: 'accepted' }],
  });
  return wish.id;
}
