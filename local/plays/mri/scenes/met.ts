import type { Cast } from '../cast.ts';
import { withContrast } from '../cast.ts';
import { requirementTasks } from '../requirement-tasks.ts';

/** The referral, the plan's approval and the form come one by one; each Task follows, and what is told is only what changed. */
export async function met(cast: Cast, appointment: string): Promise<void> {
  const { play, chart, clock, nora, today } = cast;
  play.scene(today.add({ hours: 4 }), 'two other offices');
  await clock.moveTo(today.add({ hours: 4 }).toInstant());
  const statuses = async () =>
    Object.fromEntries([...(await requirementTasks(cast, appointment))].map(([need, { status }]) => [need, status]));

  play.aside('The referring practice sends its order.');
  const { id: order } = await chart.create({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    code: withContrast,
    subject: { reference: `Patient/${nora.id}` },
    authoredOn: (await clock.now()).toString(),
  });
  await clock.settle();
  play.check('the referral is met', (await statuses())['mri-referral'], 'completed');

  play.aside('The health plan approves.');
  const [coverage] = await chart.search('Coverage', `beneficiary=Patient/${nora.id}`);
  await chart.create({
    resourceType: 'ClaimResponse',
    status: 'active',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
    use: 'preauthorization',
    patient: { reference: `Patient/${nora.id}` },
    created: today.toPlainDate().toString(),
    insurer: { reference: 'Organization/prairie-health' },
    outcome: 'complete',
    preAuthRef: `PH-AUTH-${order.slice(0, 6)}`,
    insurance: [{ sequence: 1, focal: true, coverage: { reference: `Coverage/${coverage?.id ?? ''}` } }],
    addItem: [{ productOrService: withContrast, adjudication: [{ category: { text: 'approved' } }] }],
  });
  await clock.settle();
  play.check('the authorisation is met', (await statuses())['mri-authorisation'], 'completed');

  const told = await cast.news(nora);
  for (const text of told) play.line('Clinic', 'by text', text);
  play.check(
    'what did not change is not said again',
    told.some((text) => text.includes('nothing to eat')),
    false,
  );

  play.aside('Nora answers the questions on her phone.');
  let reply = (await nora.phone.text('CONTINUE')).replies.join('\n');
  for (let turns = 0; turns < 20 && /^\(\d+ of \d+\)/m.test(reply); turns++)
    reply = (await nora.phone.text(/\n2 no\b/i.test(reply) ? 'no' : '70 kg')).replies.join('\n');
  play.line('Clinic', 'by text', reply);
  await clock.settle();
  play.check('the form is met', (await statuses())['mri-form'], 'completed');
  const { replies } = await nora.phone.text('What do I still need?');
  for (const text of replies) play.line('Clinic', 'by text', text);
  const still = replies.join('\n');
  play.check(
    'only what is still to do is said',
    [still.includes('questions for us'), still.includes('health plan'), still.includes('nothing to eat')],
    [false, false, true],
  );
  await cast.news(nora);
}
