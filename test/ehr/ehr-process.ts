import { createEhr } from '../../local/ehr/ehr.ts';
import { ehrOptions, MovableClock } from './running-ehr.ts';

/** An EHR stand-in in a process of its own, for tests that kill it: prints its address and runs until then. */
const [, , stateFile] = process.argv;
if (stateFile === undefined) throw new Error('Say where the state is.');
const ehr = await createEhr({ ...ehrOptions(new MovableClock()), stateFile });
process.stdout.write(`${ehr.url}\n`);
