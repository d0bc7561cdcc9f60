import { drawnAloud, drawnAsText } from './drawn.ts';
import { compare, openDesk, openPage, type Playing, textArrives } from './played.ts';
import type { Line } from './transcript.ts';
import { happenToVisit } from './visit-happened.ts';
import { admit, askFor } from './world.ts';

const languages = { English: 'en', Spanish: 'es', Polish: 'pl' } as const;

/** What happens beside the talk: a call, a dropped line, time that passes, what staff do in the chart. */
export async function happen(playing: Playing, what: string, lines: readonly Line[]): Promise<void> {
  const { cast, world, person } = playing;
  const later = /^(\d+) (minute|hour|day)s? later$/.exec(what);
  const language = /^In (English|Spanish|Polish) from here$/.exec(what);
  const admitted = /^The number is put into the chart of (\w+)$/.exec(what);
  if (language !== null) {
    playing.person = { ...person, language: languages[language[1] as keyof typeof languages] };
    return;
  }
  if (what === 'The clinic calls') {
    const { call, said = [] } = (await cast.phone.pickUp()) ?? {};
    playing.call = call;
    compare(playing, what, said, drawnAloud(lines, 'keypad', person, person.language));
    return;
  }
  if (what.endsWith(' calls')) {
    const { call, said } = await cast.phone.call();
    playing.call = call;
    compare(playing, what, said, drawnAloud(lines, 'keypad', person, person.language));
    return;
  }
  const key = /^Key ([\d*#]+)$/.exec(what);
  if (key !== null) {
    const heard = await playing.call?.keys(key[1] ?? '');
    compare(playing, what, heard?.said, drawnAloud(lines, 'keypad', person, person.language));
    return;
  }
  if (what === 'The line drops') {
    await playing.call?.hangUp();
    playing.call = undefined;
    return;
  }
  if (what === 'Silence') {
    const heard = await playing.call?.silence();
    compare(playing, what, heard?.said, drawnAloud(lines, 'keypad', person, person.language));
    return;
  }
  if (what.endsWith(' opens the page')) return openPage(playing, lines);
  if (what === 'The clerk opens the desk page') return openDesk(playing, lines);
  if (later !== null) {
    const [, count, unit = 'minute'] = later;
    await world.clock?.advance(unit === 'day' ? `P${count}D` : `PT${count}${unit.charAt(0).toUpperCase()}`);
  } else if (what === 'The task is taken back') await changeTask(playing, 'cancelled');
  else if (what === 'Staff close the entry') await closeEntries(playing);
  else if (what === 'The visit is called off') await callOff(playing);
  else if (what === 'The chart says that the patient has died') await died(playing);
  else if (what === 'The next form is asked for') await askFor(world, cast, cast.tasks.length);
  else if (admitted !== null) {
    const id = await admit(world, { name: admitted[1] ?? '', language: 'en', child: false }, cast.phone.number);
    (cast.everyone as string[]).push(id);
  } else if ((await happenToVisit(playing, what)) === 'not known')
    throw new Error(`This is not known to happen: ${what}`);
  if (cast.own !== undefined) await world.clock?.settle();
  const text = drawnAsText(lines, person, person.language);
  if (text !== '') await textArrives(playing, text);
}

async function changeTask({ world, cast }: Playing, status: 'cancelled'): Promise<void> {
  // Our own writes to the Task may come between: read and try again, as a person's screen would.
  for (let tries = 0; tries < 10; tries++) {
    const [task] = await world.chart.search('Task', `_id=${cast.tasks.at(-1)}`);
    if (task === undefined) return;
    const changed = await world.chart.update({ ...task, status }).catch(() => undefined);
    if (changed !== undefined) return;
  }
  throw new Error('The task could not be taken back.');
}

async function closeEntries({ world, cast }: Playing): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const open = (await world.chart.search('Task', `patient=Patient/${cast.patient}&_count=50`)).filter(
      ({ identifier, status }) =>
        status === 'requested' && (identifier ?? []).some(({ system }) => system?.endsWith('/staff-task') === true),
    );
    for (const task of open) await world.chart.update({ ...task, status: 'completed' as const });
    if (open.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('There was no entry to close.');
}

async function died({ world, cast }: Playing): Promise<void> {
  const [patient] = await world.chart.search('Patient', `_id=${cast.patient}`);
  if (patient !== undefined) await world.chart.update({ ...patient, deceasedBoolean: true });
}

async function callOff({ world, cast }: Playing): Promise<void> {
  const [visit] = await world.chart.search('Appointment', `_id=${cast.visit?.appointment}`);
  if (visit !== undefined) await world.chart.update({ ...visit, status: 'cancelled' as const });
}
