import { stage } from '../stage.ts';
import { gather } from './cast.ts';
import { freed } from './scenes/freed.ts';
import { met } from './scenes/met.ts';
import { movedByPhone } from './scenes/moved-by-phone.ts';
import { toldOnce } from './scenes/told-once.ts';

/** `npm run mri [-- --folder DIR]`: a visit that needs much, told once; its items met one by one; moved by phone; given up and taken. */
stage('Nora heard it once.', async (endpoints, play) => {
  const cast = await gather(endpoints, play);
  const appointment = await toldOnce(cast);
  await met(cast, appointment);
  await movedByPhone(cast, appointment);
  await freed(cast, appointment);
});
