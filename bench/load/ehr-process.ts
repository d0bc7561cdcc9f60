/** The EHR stand-in in a process of its own, with as many patients as the load bench wants, each with a Task for a long questionnaire. */

import { createEhr } from '../../local/ehr/ehr.ts';
import { houseKeys, publicHalf } from '../../local/house-keys.ts';
import { users } from '../../local/seed/clinic.ts';
import { phoneOf, questionnaire, taskFor } from './people.ts';

const {
  folder,
  port,
  patients,
  tasks = patients,
  ahead = 0,
} = JSON.parse(process.argv[2] ?? '{}') as {
  folder: string;
  port: number;
  patients: number;
  /** How many of them are asked the questionnaire; all where nothing is said. */
  tasks?: number;
  /** Milliseconds by which its clock is ahead of the wall's. */
  ahead?: number;
};
const keys = houseKeys(`${folder}/keys.json`);
const ehr = await createEhr({
  port,
  clock: { now: () => new Date(Date.now() + ahead) },
  seed: [
    questionnaire,
    ...Array.from({ length: patients }, (_, index) => ({
      resourceType: 'Patient' as const,
      id: `p${index}`,
      name: [{ given: [`Patient${index}`], family: 'Load' }],
      telecom: [{ system: 'phone' as const, value: phoneOf(index), use: 'mobile' as const }],
    })),
    ...Array.from({ length: tasks }, (_, index) => taskFor(index)),
  ],
  notification: keys.notification,
  clients: [{ clientId: 'told-once', jwks: { keys: [publicHalf(keys.ehrClient)] } }],
  users,
  cdsHooks: { issuer: 'bench', privateJwk: keys.cdsHooks },
});
process.send?.({ ready: true, url: ehr.url, origin: ehr.origin });
process.on('SIGTERM', () => {
  void ehr.close().then(() => process.exit(0));
});
