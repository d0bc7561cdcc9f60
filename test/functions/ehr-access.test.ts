import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import type { ChartAccess } from '../../domain/ports/chart.ts';
import { isSwept, watched } from '../../edge/ehr/watched.ts';
import { chartChanged } from '../../functions/chart-changed/environment.ts';
import { clinicSwept } from '../../functions/clinic-swept/environment.ts';
import { createSweep } from '../../functions/clinic-swept/handler.ts';
import type { FunctionSpec } from '../../functions/function-spec.ts';
import { functions } from '../../functions/functions.ts';
import { personNeeded } from '../../functions/person-needed/environment.ts';
import { createHandClock, dataFolder, openHouse } from '../adapters/embedded/house.ts';
import { backendKey, ehrOptions, MovableClock, type RunningEhr, startEhr } from '../ehr/running-ehr.ts';
import { clinic } from '../handoff/telling.ts';
import { listeningLog } from './ehr-notified/http-event.ts';

let server: RunningEhr;
beforeAll(async () => {
  const options = ehrOptions(new MovableClock());
  const clients = [
    ...options.clients,
    { clientId: 'half', jwks: { keys: [backendKey.publicJwk] }, scopes: ['system/Patient.rs'] },
    { clientId: 'none', jwks: { keys: [backendKey.publicJwk] }, scopes: [] },
  ];
  server = await startEhr({ clients });
});
afterAll(() => server.ehr.close());

function chartWith(access: ChartAccess, clientId = 'backend') {
  const log = listeningLog();
  const fhirBase = server.ehr.url;
  const { kid = '', kty = '', d = '' } = backendKey.privateJwk;
  const key = { ...backendKey.privateJwk, kid, kty, d, alg: 'ES384' as const };
  const token = createBackendToken({ fhirBase, clientId, key, access, log });
  return { chart: createChart({ fhirBase, token, log, firstDelayMs: 1, attempts: 1 }), log };
}

const specs: readonly FunctionSpec[] = functions;

test('a function that has a token of the EHR needs the EHR, and says of each type what for, in the order of SMART', () => {
  for (const { name, needs, ehrAccess = {} } of specs) {
    if (Object.keys(ehrAccess).length > 0) expect([name, ...needs]).toContain('ehr');
    for (const [type, may] of Object.entries(ehrAccess)) {
      expect(type).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(may).toMatch(/^(?=.)c?r?u?d?s?$/);
    }
  }
  // Nobody deletes anything there.
  expect(specs.filter(({ ehrAccess = {} }) => Object.values(ehrAccess).some((may) => may.includes('d')))).toEqual([]);
});

describe('at an EHR that refuses what goes beyond the scopes', () => {
  test('the sweep subscribes, renews, and looks for all that it watches', async () => {
    const { chart, log } = chartWith(clinicSwept.ehrAccess);
    const folder = dataFolder();
    const clock = createHandClock(Date.now());
    const house = openHouse({ path: folder.path, clock });
    const header = { name: 'x-ehr-secret', secret: 'x' };
    const { store, records } = house;
    const endpoint = 'http://127.0.0.1:9/ehr/notifications';
    const sweep = createSweep({ store, records, chart, clinic, clock, log, endpoint, header });
    await sweep();
    clock.advance(12 * 86_400_000);
    await sweep();
    expect(log.lines.filter((line) => line.includes('SUBSCRIPTION_KEPT'))).toHaveLength(2 * watched.length);
    expect(log.lines.join()).not.toMatch(/REFUSED|FAILED|MISSING/);
    await house.close();
    folder.remove();
  });

  test('what is followed may be read and searched for; a number may be looked up', async () => {
    const { chart } = chartWith(chartChanged.ehrAccess);
    for (const type of watched) {
      expect(await chart.read(type, 'none')).toEqual({ is: 'missing' });
      if (isSwept[type]) expect(await chart.search(type, { _id: 'none' })).toEqual([]);
    }
    expect(await chart.expand('http://hl7.org/fhir/ValueSet/administrative-gender')).toBeDefined();
    expect(await chart.search('Questionnaire', { url: 'https://none.example' })).toEqual([]);
    const looking = chartWith(personNeeded.ehrAccess).chart;
    expect(await looking.search('Patient', { phone: '555-866-2259' })).toHaveLength(1);
    expect(await looking.read('Patient', 'anna')).toEqual({ is: 'forbidden' });
  });

  test('a client that was given less says what it lacks, and goes on with what it has', async () => {
    const { chart, log } = chartWith({ Patient: 'rs', Task: 'crus' }, 'half');
    expect(await chart.read('Patient', 'anna')).toMatchObject({ is: 'found' });
    expect(await chart.read('Task', 'none')).toEqual({ is: 'forbidden' });
    expect(log.lines).toContain(JSON.stringify(['EHR_SCOPE_MISSING', { missing: 'Task.crus' }, null]));
    const nothing = chartWith({ Task: 'r' }, 'none');
    await expect(nothing.chart.read('Task', 'none')).rejects.toMatchObject({ code: 'CHART_UNAVAILABLE' });
    expect(nothing.log.lines.join()).toContain('EHR_SCOPE_MISSING');
  });
});
