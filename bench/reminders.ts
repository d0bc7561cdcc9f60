/**
 * Plans a hundred thousand reminders, three to a visit: the agenda of each, and its timer in the embedded database, as `time-came` sets it.
 * `node bench/reminders.ts [visits]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutbox } from '../adapters/embedded/bus/outbox.ts';
import { openDatabase } from '../adapters/embedded/database.ts';
import { createScheduler } from '../adapters/embedded/scheduler.ts';
import { clinicProfile, clinicWith } from '../content/clinic.ts';
import { loadContent } from '../content/content.ts';
import { planFor } from '../content/reminders.ts';
import type { Story } from '../domain/story/story.ts';
import { agendaOf, nightsOf } from '../domain/visit/agenda.ts';
import type { PlannedVisit } from '../domain/visit/visit.ts';
import { subscriptions } from '../events/subscriptions.ts';
import { setVisitTimer } from '../functions/time-came/visit-timer.ts';

const count = Number(process.argv[2] ?? 34_000);
const atOnce = 500;
const now = new Date('2026-03-02T15:00:00Z');
const clock = { now: () => now };
const clinic = clinicWith(loadContent(), clinicProfile());
const folder = mkdtempSync(join(tmpdir(), 'told-once-bench-'));
const database = openDatabase(join(folder, 'bench.db'));
const outbox = createOutbox({ database, clock, subscriptions });
const scheduler = createScheduler({ database, clock, outbox });

function storyOf(index: number): Story {
  // Over eight weeks, so that many lie beyond the change of the clocks.
  const start = new Date(now.getTime() + 86_400_000 * (10 + (index % 56)) + 1_800_000 * (index % 16));
  const visit: PlannedVisit = {
    appointment: `visit-${index}`,
    state: 'booked',
    type: 'mri-contrast',
    start: start.toISOString(),
    end: new Date(start.getTime() + 1_800_000).toISOString(),
    slots: [],
    codes: [],
    plan: planFor('mri-contrast'),
    requirements: [],
    done: [],
    changedAt: now.toISOString(),
  };
  return {
    id: `patient-${index}`,
    version: 1,
    person: { firstName: 'Anna', language: 'en', deceased: false, phones: [] },
    consent: { texts: 'allowed' },
    conversations: [],
    facts: {},
    concerns: [],
    acknowledgements: [],
    visits: [visit],
    evidence: [],
    onFile: [],
  };
}

const began = performance.now();
let reminders = 0;
let highest = 0;
for (let at = 0; at < count; at += atOnce) {
  const stories = Array.from({ length: Math.min(atOnce, count - at) }, (_, index) => storyOf(at + index));
  await Promise.all(
    stories.map(async (story) => {
      const [visit] = story.visits;
      if (visit === undefined) return;
      reminders += agendaOf(visit, clinic.timeZone, nightsOf(clinic, story.person)).filter(
        ({ what }) => what.is === 'reminder',
      ).length;
      await setVisitTimer({ scheduler, clinic, clock }, story, visit.appointment);
    }),
  );
  highest = Math.max(highest, process.memoryUsage().rss);
}
const seconds = (performance.now() - began) / 1000;
const timers = database.prepare('SELECT count(*) AS n FROM timers').get();
database.close();
rmSync(folder, { recursive: true, force: true });
console.log('| visits | reminders | timers | seconds | reminders/s | MB |\n|---|---|---|---|---|---|');
console.log(
  `| ${count} | ${reminders} | ${String(timers?.n)} | ${seconds.toFixed(1)} | ${Math.round(reminders / seconds)} | ${Math.round(highest / 1e6)} |`,
);
