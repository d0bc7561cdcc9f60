import type { Appointment } from 'fhir/r4.js';
import { postText } from '../../../hands/webhook.ts';
import { askedByText, emergencyWords, formOf, ours } from '../../../hands/words.ts';
import { clinic } from '../../../seed/clinic.ts';
import type { Night } from '../night.ts';

const firstVisit = formOf('first-visit');
export const firstWords = 'my chest feels tight, can I see someone';

/** 02:14 to 02:30: the chest, the nurse, the visit, three answers by text. */
export async function atNight(night: Night): Promise<void> {
  await chestFeelsTight(night);
  await nurseClearsHer(night);
  await threeAnswers(night);
}

async function chestFeelsTight(night: Night): Promise<void> {
  const { play, phone, clock, endpoints } = night;
  await night.at(2, 14, 'Anna, awake in bed');
  play.line('Anna', 'by text', firstWords);
  const { messageSid, replies } = await phone.text(firstWords);
  const answer = [emergencyWords, ours('intro'), ours('emergency.told')].join('\n');
  play.heard('Clinic', 'by text', replies, [answer]);
  night.texts.push(answer);

  const text = { sid: messageSid, from: phone.number, body: firstWords };
  const again = await postText(endpoints, text);
  play.aside('The carrier delivers the same text a second time.');
  play.check(
    'the second delivery is answered with silence',
    [again.status, withoutProlog(again.body)],
    [200, '<Response/>'],
  );
  const forged = await postText(endpoints, text, 'somebody-elses-token');
  play.aside('Somebody replays it with a signature of their own.');
  play.check('the forged one is refused', forged.status, 403);
  await clock.settle();
}

function withoutProlog(xml: string): string {
  return xml.replace(/^<\?xml[^>]*\?>/, '').trim();
}

async function nurseClearsHer(night: Night): Promise<void> {
  const { play, chart, clock, onCall, anna, day } = night;
  const ringing = (await onCall.calls()).filter(
    ({ status, direction }) => status === 'ringing' && direction === 'outbound',
  );
  play.check('the on-call phone rings once', ringing.length, 1);
  const { said } = await onCall.answer(ringing[0]?.sid ?? '');
  play.heard('Clinic', 'on the on-call phone', said, [ours('voice.on-call'), ours('voice.on-call')]);

  await night.at(2, 16, 'The on-call nurse, at the chart');
  const tasks = await staffTasks(night);
  play.check(
    'her inbox holds one urgent entry, with Anna’s own words',
    tasks.map(({ status, priority, description }) => [status, priority, description]),
    [['requested', 'stat', `Chest pain or tightness: "${firstWords}"`]],
  );
  play.aside('She reaches Anna, clears her, closes the entry and books a visit for 09:40.');
  for (const task of tasks) await chart.update({ ...task, status: 'completed' as const });
  const start = day.withPlainTime({ hour: 9, minute: 40 });
  const visit: Appointment = {
    resourceType: 'Appointment',
    status: 'booked',
    appointmentType: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'ROUTINE', display: 'Routine appointment' },
      ],
    },
    start: start.toInstant().toString(),
    end: start.add({ minutes: 30 }).toInstant().toString(),
    participant: [
      { actor: { reference: `Patient/${anna}` }, status: 'accepted' },
      { actor: { reference: 'Practitioner/dr-lee' }, status: 'accepted' },
    ],
  };
  await chart.create(visit);
  await clock.settle();
  const when = start
    .toLocaleString('en-US', { weekday: 'long', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' })
    .replace(/[\u202f\u00a0]/g, ' ');
  const booked = [
    ours('visit', { when }),
    ours('intake.start', { left: 9 }),
    askedByText(firstVisit, 'reason', 1, 9),
  ].join('\n');
  play.heard('Clinic', 'by text', (await night.phone.received()).slice(night.texts.length), [booked]);
  night.texts.push(booked);
  play.check(
    'the text names the clinic and 9:40',
    [booked.includes(clinic.name), booked.includes('9:40 AM')],
    [true, true],
  );
}

async function threeAnswers(night: Night): Promise<void> {
  const { play } = night;
  await night.at(2, 21, 'Anna, in bed, still awake');
  await texts(night, 'I get tired fast when I climb stairs', askedByText(firstVisit, 'since', 2, 9));
  await texts(night, 'about two weeks ago', askedByText(firstVisit, 'severity', 3, 9));
  await texts(night, 'quite a bit', askedByText(firstVisit, 'pain', 4, 9));
  await texts(night, 'back', `${ours('back.changing')}\n${askedByText(firstVisit, 'severity', 3, 9)}`);
  await texts(night, 'a little', askedByText(firstVisit, 'pain', 4, 9));
  play.aside('She falls asleep.');
}

/** Anna texts, and exactly this comes back. */
export async function texts(night: Night, words: string, expected: string): Promise<void> {
  night.play.line('Anna', 'by text', words);
  const { replies } = await night.phone.text(words);
  night.play.heard('Clinic', 'by text', replies, [expected]);
  night.texts.push(expected);
}

/** What we put into the inbox of staff for her. */
export async function staffTasks({ chart, anna }: Night) {
  const tasks = await chart.search('Task', `patient=Patient/${anna}&_count=50`);
  return tasks.filter(({ identifier }) =>
    (identifier ?? []).some(({ system }) => system?.endsWith('/staff-task') === true),
  );
}
