import { execFileSync } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../adapters/embedded/database.ts';
import { changeOf, eventOfType, storyOf } from '../../contracts/samples.ts';
import { dataFolder, openHouse } from './house.ts';

let folder: ReturnType<typeof dataFolder>;
beforeEach(() => {
  folder = dataFolder();
});
afterEach(() => folder.remove());

it('writes ahead and synchronises at each commit', () => {
  const database = openDatabase(folder.path);
  expect(database.settings()).toEqual({ journalMode: 'wal', synchronous: 2, lockingMode: 'exclusive' });
  database.close();
});

it('is owned by one process, and names it to a second', () => {
  const database = openDatabase(folder.path);
  expect(() => openDatabase(folder.path)).toThrow(`process ${process.pid}`);
  const other = `import { openDatabase } from ${JSON.stringify(new URL('../../../adapters/embedded/database.ts', import.meta.url).href)};
    try { openDatabase(process.argv[1]); console.log('opened'); } catch (error) { console.log(error.code); }`;
  const open = () =>
    execFileSync(process.execPath, ['--input-type=module', '-e', other, folder.path], { encoding: 'utf8' }).trim();
  expect(open()).toBe('STORE_UNAVAILABLE');
  database.close();
  expect(open()).toBe('opened');
});

it('refuses a file of another schema version', () => {
  const stranger = new DatabaseSync(folder.path);
  stranger.exec('PRAGMA user_version = 99');
  stranger.close();
  expect(() => openDatabase(folder.path)).toThrow('schema 99');
});

it('lets a unit that throws fail alone; its neighbours in the group commit, each once', async () => {
  const database = openDatabase(folder.path);
  const insert = database.prepare('INSERT INTO causes (cause, outcome, expires) VALUES (?, ?, 0)');
  const applied: string[] = [];
  const write = (cause: string, fails = false) =>
    database.write(
      () => {
        insert.run(cause, '{}');
        if (fails) throw new Error('a condition nobody thought of');
        return cause;
      },
      (result) => applied.push(result),
    );
  const results = await Promise.allSettled([write('one'), write('two', true), write('one'), write('three')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { code: 'STORE_UNAVAILABLE' } });
  expect(applied).toEqual(['one', 'three']);
  expect(database.prepare('SELECT cause FROM causes ORDER BY seq').all()).toEqual([
    { cause: 'one' },
    { cause: 'three' },
  ]);
  database.close();
});

it('keeps everything over a restart', async () => {
  const listener = { does: 'Listens.', attempts: 3, batch: 10 };
  const subscriptions = [
    { ...listener, consumer: 'message-due', events: ['message-queued'] },
    { ...listener, consumer: 'reply-overdue', events: ['message-queued'], delaySeconds: 60 },
    { ...listener, consumer: 'time-came', events: ['time-came'] },
  ];
  const before = openHouse({ path: folder.path, subscriptions });
  await before.store.commit(
    changeOf('sms/1', { story: storyOf('anna', 1), events: [eventOfType('message-queued', 'sms/1')] }),
  );
  await before.scheduler.schedule('visit', new Date('2026-03-02T09:00:00Z'), eventOfType('time-came', 'visit'));
  await before.close();
  const delivered: string[] = [];
  const after = openHouse({
    path: folder.path,
    subscriptions,
    deliver: async (consumer) => {
      delivered.push(consumer);
      return { batchItemFailures: [] };
    },
  });
  expect((await after.store.story('anna'))?.story).toStrictEqual(storyOf('anna', 1));
  expect(await after.store.commit(changeOf('sms/1'))).toMatchObject({ is: 'duplicate' });
  after.queues.start();
  after.scheduler.start();
  await after.pass(3 * 60 * 60 * 1000);
  expect(delivered).toEqual(['message-due', 'reply-overdue', 'time-came']);
  await after.close();
});

it('hands out stories that cannot be changed behind its back', async () => {
  const house = openHouse({ path: folder.path });
  await house.store.commit(changeOf('sms/1', { story: storyOf('anna', 1) }));
  const view = await house.store.story('anna');
  expect(() => Object.assign(view?.story.person ?? {}, { firstName: 'Eve' })).toThrow(TypeError);
  await house.close();
});

it('forgets outcomes after thirty days and expired records, and nothing else', async () => {
  const house = openHouse({ path: folder.path });
  const expires = new Date(house.clock.now().getTime() + 60_000);
  await house.records.put({ kind: 'seen', id: 'jti', value: { at: 'x' }, expect: 'absent', expires });
  await house.records.put({ kind: 'seen', id: 'stays', value: { at: 'x' }, expect: 'absent' });
  await house.store.commit(changeOf('old', { story: storyOf('anna', 1) }));
  house.clock.advance(31 * 24 * 60 * 60 * 1000);
  for (let n = 0; n < 1_000; n += 1) void house.store.commit(changeOf(`new/${n}`));
  await house.store.commit(changeOf('last'));
  const count = (sql: string) => house.database.prepare(sql).get()?.n;
  expect(count("SELECT count(*) AS n FROM causes WHERE cause = 'old'")).toBe(0);
  expect(count('SELECT count(*) AS n FROM causes')).toBe(1_001);
  expect(count('SELECT count(*) AS n FROM records')).toBe(1);
  expect(await house.store.story('anna')).toBeDefined();
  await house.close();
});
