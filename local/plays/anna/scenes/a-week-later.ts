import type { Task } from 'fhir/r4.js';
import { askedByText, formOf, ours } from '../../../hands/words.ts';
import type { Night } from '../night.ts';
import { texts } from './at-night.ts';
import { rowsOf } from './at-the-desk.ts';

const followUp = formOf('cardiology-follow-up');
const sdc = 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp';

/** Cardiology asks six things, three of which she has told: she is asked three. */
export async function aWeekLater(night: Night): Promise<void> {
  const { play, chart, clock, anna, day } = night;
  const later = day.add({ days: 7 }).withPlainTime({ hour: 10, minute: 0 });
  await clock.moveTo(later.toInstant());
  play.scene(later, 'A week later: cardiology asks for its questions');
  const task: Task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: sdc, code: 'complete-questionnaire' }] },
    for: { reference: `Patient/${anna}` },
    authoredOn: later.toInstant().toString(),
    input: [{ type: { coding: [{ system: sdc, code: 'questionnaire' }] }, valueCanonical: followUp.canonical }],
  };
  const { id } = await chart.create(task);
  await clock.settle();
  const opening = [ours('intake.start', { left: 3 }), askedByText(followUp, 'since-last-visit', 1, 3)].join('\n');
  play.heard('Clinic', 'by text', (await night.phone.received()).slice(night.texts.length), [opening]);
  night.texts.push(opening);
  await texts(night, 'better', askedByText(followUp, 'ankles', 2, 3));
  await texts(night, 'nope', askedByText(followUp, 'weight', 3, 3));
  await texts(night, '64 kg', ours('complete', { name: 'Anna' }));
  await clock.settle();

  const responses = await chart.search('QuestionnaireResponse', `subject=Patient/${anna}`);
  const response = responses.find(({ questionnaire }) => questionnaire === followUp.canonical);
  play.check('the chart holds both responses', responses.length, 2);
  play.check(
    'all six answers, the three known ones with the channel on which they were told',
    [response?.status, ...rowsOf(response)],
    [
      'completed',
      ['since-last-visit', 'Better', 'sms'],
      ['ankles', false, 'sms'],
      ['weight', '64 kg', 'sms'],
      ['height', '64 in', 'voice-speech'],
      ['allergies', false, 'voice-keypad'],
      ['medicines', 'just vitamin D', 'sms'],
    ],
  );
  const [done] = await chart.search('Task', `_id=${id}`);
  play.check(
    'the Task is completed and names the response',
    [done?.status, done?.output?.map(({ valueReference }) => valueReference?.reference)],
    ['completed', [`QuestionnaireResponse/${response?.id}`]],
  );
  play.check(
    'her phones hold exactly the texts above, none twice',
    [await night.phone.received(), await night.polishPhone.received()],
    [night.texts, []],
  );
}
