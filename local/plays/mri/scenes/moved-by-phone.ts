import type { Cast } from '../cast.ts';
import { timeOf } from '../words.ts';

/** Nora calls: another time. She hears what is free, presses a key, and the old time is free for others only then. */
export async function movedByPhone(cast: Cast, appointment: string): Promise<void> {
  const { play, clock, nora, today } = cast;
  await clock.moveTo(today.add({ days: 1 }).toInstant());
  play.scene(today.add({ days: 1 }), 'Nora, on the bus');
  const before = await cast.appointment(appointment);
  const { call, said: greeting } = await nora.phone.call();
  play.line('Clinic', 'by phone', greeting.join('\n'));
  play.line('Nora', 'by phone', 'I need another time');
  const offered = await call.says('I need another time');
  play.line('Clinic', 'by phone', offered.said.join('\n'));
  play.check('times are read out, with keys', /press 1\./.test(offered.said.join('\n')), true);
  play.line('Nora', 'by phone', '(presses 1)');
  const booked = await call.keys('1');
  play.line('Clinic', 'by phone', booked.said.join('\n'));
  await call.hangUp();
  await clock.settle();

  const after = await cast.appointment(appointment);
  play.check('the visit has another time', after.start !== before.start, true);
  play.check('which she heard', booked.said.join('\n').includes(timeOf(after.start ?? '')), true);
  play.check('her new time is taken', (await cast.slot(idOf(after.slot?.[0]?.reference))).status, 'busy');
  play.check('her old time is free', (await cast.slot(idOf(before.slot?.[0]?.reference))).status, 'free');
  const told = await cast.news(nora);
  for (const text of told) play.line('Clinic', 'by text', text);
  play.check(
    'what follows from it is told once, and nothing that stayed',
    told.some((text) => text.includes('medical papers') || text.includes('health plan')),
    false,
  );
}

function idOf(reference: string | undefined): string {
  return (reference ?? '').slice('Slot/'.length);
}
