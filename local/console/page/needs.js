import { announce, attempt, h, keepDrawn } from './dom.js';
import { whenOf } from './formats.js';
import { create, reach, search, update } from './reaching.js';

const owners = {
  patient: 'patient',
  'front-desk': 'front desk',
  'referring-practice': 'referring practice',
  'payer-team': 'payer team',
};
const states = { open: 'open', waiting: 'under way', met: 'done', waived: 'not needed', missed: 'missed' };
const settled = new Set(['met', 'waived', 'missed']);
const taskIdentifier = 'https://told-once.dev/fhir/identifier/requirement';

/** As the patient hears it. */
const wordsOf = ({ says, due, from }) =>
  says.default.replace('{due}', whenOf(due)).replace('{from}', from === undefined ? '' : whenOf(from));

/** What the chosen patient's visits need, as the story has it, each with a button that does in the EHR what meets it. */
export function createNeeds(patient, now, changed) {
  const element = h('div', { class: 'needs' });
  const draw = keepDrawn(element, ({ one, visits }) => visits.map((visit) => visitOf(one, visit)));

  async function refresh() {
    const one = patient();
    if (one === undefined) return;
    const kept = await reach(`/stories/${encodeURIComponent(one.id)}`).catch(() => undefined);
    const visits = (kept?.story?.visits ?? []).filter(({ requirements }) => requirements.length > 0);
    // Somebody else may have been chosen while it was read.
    if (patient()?.id === one.id) draw({ one, visits });
  }

  function visitOf(one, visit) {
    const title = visit.start === undefined ? 'A visit without a time' : `Visit ${whenOf(visit.start)}`;
    return h(
      'section',
      { class: 'needs-visit' },
      h('h3', {}, `${title}: ${visit.state}${visit.confirmedAt === undefined ? '' : ', confirmed'}`),
      h(
        'ul',
        {},
        visit.requirements.map((need) =>
          h(
            'li',
            { 'data-need': need.id, 'data-state': need.state },
            h('span', { class: 'need-state' }, need.tooLate ? 'too late' : states[need.state]),
            h('span', { class: 'need-words' }, `${wordsOf(need)} (${owners[need.owner]})`),
            settled.has(need.state)
              ? undefined
              : h(
                  'button',
                  {
                    type: 'button',
                    onclick: (event) => void attempt(() => meet(one, visit, need), event.currentTarget).then(changed),
                  },
                  'Meet it',
                ),
          ),
        ),
      ),
    );
  }

  /** What the owner would do: a resource where the EHR shows it by one, else the Task is completed. */
  async function meet(one, visit, need) {
    const subject = { reference: `Patient/${one.id}` };
    const appointment = await reach(`/ehr/fhir/Appointment/${visit.appointment}`);
    const [service] = appointment.serviceType ?? [];
    if (need.kind === 'referral') {
      const referral = await create({
        resourceType: 'ServiceRequest',
        status: 'active',
        intent: 'order',
        subject,
        authoredOn: now().toISOString(),
        ...(service === undefined ? {} : { code: service }),
      });
      const latest = await reach(`/ehr/fhir/Appointment/${visit.appointment}`);
      await update({ ...latest, basedOn: [{ reference: `ServiceRequest/${referral.id}` }] });
      announce('The referral is in the chart.');
    } else if (need.kind === 'authorisation') {
      const [coverage] = await search(`Coverage?beneficiary=Patient/${one.id}&status=active`);
      await create({
        resourceType: 'ClaimResponse',
        status: 'active',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
        use: 'preauthorization',
        patient: subject,
        created: now().toISOString(),
        insurer: coverage?.payor[0] ?? { display: 'Payer' },
        ...(coverage === undefined
          ? {}
          : { insurance: [{ sequence: 1, focal: true, coverage: { reference: `Coverage/${coverage.id}` } }] }),
        outcome: 'complete',
        preAuthRef: `PA-${visit.appointment}`,
        ...(service === undefined
          ? {}
          : { addItem: [{ productOrService: service, adjudication: [{ category: { text: 'approved' } }] }] }),
      });
      announce('The authorisation is in the chart.');
    } else {
      const value = encodeURIComponent(`${taskIdentifier}|${visit.appointment}/${need.id}`);
      const [task] = await search(`Task?identifier=${value}`);
      if (task === undefined) throw new Error('Its Task is not in the EHR yet. Try again in a moment.');
      await update({ ...task, status: 'completed' });
      announce('Its Task is completed.');
    }
  }

  return { element, refresh };
}
