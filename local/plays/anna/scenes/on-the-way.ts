import { askedAloud, askedByText, formOf, ours } from '../../../hands/words.ts';
import type { Night } from '../night.ts';
import { texts } from './at-night.ts';

const firstVisit = formOf('first-visit');

/** 07:55 to 08:10: she calls from her other phone, two channels meet in one second, a word is misheard, the line drops. */
export async function onTheWay(night: Night): Promise<void> {
  const { play, polishPhone, phone } = night;
  await night.at(7, 55, 'Anna, on the way, on her Polish phone');
  const { call, said } = await polishPhone.call();
  const greeting = [ours('voice.greeting', { name: 'Anna' }), ours('voice.left', { left: 6 })];
  play.heard('Clinic', 'on the phone', said, [...greeting, ...askedAloud(firstVisit, 'pain', 'number')]);

  play.aside('She presses 3, and in the same second her thumb sends the text "3".');
  const [byText, byKey] = await Promise.all([phone.text('3'), call.keys('3')]);
  const next = askedAloud(firstVisit, 'allergies', 'yes-no');
  const nextByText = askedByText(firstVisit, 'allergies', 5, 9);
  const [reply = ''] = byText.replies;
  play.line('Clinic', 'by text', reply);
  for (const line of byKey.said) play.line('Clinic', 'on the phone', line);
  night.texts.push(reply);
  // Whichever comes first is recorded; the other hears what is on file, or, where it comes after the next question, that one once more.
  const misread = `${ours('misread.not-understood')}\n${nextByText.replace('\n', `\n${ours('hint.boolean')}\n`)}`;
  const onFile = ours('already-on-file');
  const outcomes = [
    { reply: nextByText, said: [onFile, ...next] },
    { reply: `${onFile}\n${nextByText}`, said: next },
    { reply: misread, said: next },
  ];
  play.check(
    'one of the two is recorded, the other is told, and both go on at the same question',
    outcomes.some((each) => each.reply === reply && each.said.join('\n') === byKey.said.join('\n')) || {
      reply,
      said: byKey.said,
    },
    true,
  );

  play.line('Anna', 'by key', '2');
  play.heard('Clinic', 'on the phone', (await call.keys('2')).said, askedAloud(firstVisit, 'smoking', 'choice'));
  play.line('Anna', 'by voice', 'never');
  play.heard('Clinic', 'on the phone', (await call.says('never')).said, askedAloud(firstVisit, 'height', 'number'));
  play.line('Anna', 'by voice', 'five foot four (heard as "five foot five", and not well)');
  const readBack = [ours('read-back', { value: '65 in' }), ours('voice.yes-no')];
  play.heard('Clinic', 'on the phone', (await call.says('five foot five', 0.4)).said, readBack);
  play.line('Anna', 'by voice', 'no');
  const [question = '', ...ways] = askedAloud(firstVisit, 'height', 'number');
  const again = [ours('read-back.again'), question, firstVisit.help('height'), ...ways];
  play.heard('Clinic', 'on the phone', (await call.says('no')).said, again);
  play.line('Anna', 'by voice', 'five foot four');
  const medicines = askedAloud(firstVisit, 'medicines', 'words');
  play.heard('Clinic', 'on the phone', (await call.says('five foot four')).said, medicines);
  await call.hangUp();
  play.aside('The line drops.');

  await night.at(8, 10, 'Anna, on the train');
  await texts(night, 'just vitamin D', askedByText(firstVisit, 'emergency-contact', 9, 9));
}
