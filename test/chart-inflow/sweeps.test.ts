import type { FhirResource, Subscription } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { ChartResource } from '../../domain/ports/chart.ts';
import { isSwept, watched } from '../../edge/ehr/watched.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { clinicSwept } from '../../functions/clinic-swept/environment.ts';
import { createSweep } from '../../functions/clinic-swept/handler.ts';
import { within } from '../functions/within-access.ts';
import { inflow, now } from './inflow.ts';
import { appointment, patient } from './resources.ts';

const start = '2026-03-20T16:00:00Z';

function sweeping() {
  const clinic = inflow();
  const made: Subscription[] = [];
  const refused = new Set<string>();
  const chart = {
    ...clinic.ehr.chart,
    create: async (resource: ChartResource) => {
      const subscription = resource as Subscription;
      if (refused.has(subscription.criteria)) return { is: 'refused', status: 422, reason: 'not here' } as const;
      made.push({ ...subscription, id: `s${made.length}` });
      return { is: 'written', id: `s${made.length - 1}`, versionId: '1' } as const;
    },
  };
  const sweep = createSweep({
    store: clinic.store,
    records: clinic.records,
    chart: within(clinicSwept.ehrAccess, chart),
    clinic: speakerFor('lakeside').clinic,
    clock: { now: () => new Date(now) },
    log: clinic.log,
    endpoint: 'https://told-once.example/ehr/notifications',
    header: { name: 'x-ehr-secret', secret: 'Bearer x' },
  });
  return { clinic, made, refused, sweep };
}

describe('the sweep', () => {
  it('subscribes to all that we watch; what the EHR does not take stops none of the others', async () => {
    const { made, refused, sweep, clinic } = sweeping();
    refused.add('Slot?').add('Patient?');
    await sweep();
    expect(made.map(({ criteria }) => criteria).sort()).toEqual(
      watched
        .map((type) => `${type}?`)
        .filter((criteria) => !refused.has(criteria))
        .sort(),
    );
    expect(clinic.log.lines.filter((line) => line.includes('SUBSCRIPTION_FAILED'))).toHaveLength(2);
  });

  it('follows everything that is there, and reads nothing of it again', async () => {
    const { clinic, sweep } = sweeping();
    const resources: readonly (FhirResource & { id: string })[] = [
      patient('anna', '+13125550101'),
      patient('jan', '+13125550102'),
      appointment('mri', 'anna', start),
      { resourceType: 'Coverage', id: 'c', status: 'active', beneficiary: { reference: 'Patient/jan' }, payor: [] },
    ];
    for (const resource of resources) clinic.ehr.put(resource);
    await sweep();
    expect(await clinic.follow()).toBe(true);
    expect(clinic.story('anna')?.visits).toHaveLength(1);
    expect(clinic.story('jan')?.evidence).toHaveLength(1);
    expect(clinic.ehr.asked.filter((asked) => asked.includes('/'))).toEqual([]);
  });

  it('leaves out a type that the EHR does not let us search, and tries it again the next time', async () => {
    const { clinic, sweep } = sweeping();
    clinic.ehr.put(patient('anna', '+13125550101'));
    clinic.ehr.put(appointment('mri', 'anna', start));
    clinic.ehr.troubles.set('Patient?', 'refused');
    await sweep();
    await clinic.follow();
    expect(clinic.story('anna')?.visits).toHaveLength(1);
    const swept = async () =>
      (await clinic.records.list('seen')).items
        .map(({ id }) => id.replace('swept/', ''))
        .filter((id) => id !== id.toLowerCase());
    expect(await swept()).not.toContain('Patient');
    clinic.ehr.troubles.clear();
    await sweep();
    expect((await swept()).sort()).toEqual(watched.filter((type) => isSwept[type]).sort());
  });

  it('is not whole where the EHR goes away in the middle: what was swept until then need not be swept again', async () => {
    const { clinic, sweep } = sweeping();
    clinic.ehr.put(patient('anna', '+13125550101'));
    clinic.ehr.put(appointment('mri', 'anna', start));
    clinic.ehr.troubles.set('Coverage?', 'unavailable');
    await expect(sweep()).rejects.toMatchObject({ code: 'CHART_UNAVAILABLE' });
    clinic.ehr.troubles.clear();
    await sweep();
    expect(await clinic.follow()).toBe(true);
    expect(clinic.story('anna')?.visits).toHaveLength(1);
  });

  it('that is asked for several times in a batch is made once', async () => {
    const { clinic } = sweeping();
    for (let call = 0; call < 3; call++) await clinic.notify('', '/Coverage');
    expect(clinic.events('chart-changed')).toHaveLength(3);
    await clinic.follow();
    expect(clinic.ehr.queries).toEqual(['Coverage?status']);
  });

  it('looks narrowly first, and at all of a type where the EHR does not take that', async () => {
    const { clinic, sweep } = sweeping();
    clinic.ehr.troubles.set('Slot?status&start', 'refused');
    await sweep();
    const of = (type: string) => clinic.ehr.queries.filter((query) => query.startsWith(`${type}?`));
    expect(of('Appointment')).toEqual(['Appointment?date', 'Appointment?status']);
    expect(of('Slot')).toEqual(['Slot?status&start', 'Slot?']);
    clinic.ehr.queries.length = 0;
    await sweep();
    expect([of('Appointment'), of('Slot')]).toEqual([['Appointment?_lastUpdated'], ['Slot?_lastUpdated']]);
  });
});
