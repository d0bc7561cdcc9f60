import { describe, expect, it } from 'vitest';
import { acknowledge, newestAcknowledgementBy } from '../../domain/handoff/acknowledging.ts';
import { isEmpty, prepareHandoff } from '../../domain/handoff/handoff.ts';
import { annaAtTheDesk, clinic, ownIntake, Telling, untold } from './telling.ts';

const { timeZone } = clinic;
const atTheDesk = new Date('2026-03-02T15:40:00Z');
const clerk = 'Practitioner/clerk';

function handoffOf(telling: Telling, now = atTheDesk, by?: string) {
  const since = by === undefined ? undefined : newestAcknowledgementBy(telling.view.story, by);
  return prepareHandoff(telling.view, { now, timeZone, since });
}

describe('what the desk knows when Anna stands there', () => {
  const handoff = handoffOf(annaAtTheDesk());
  const [conversation] = handoff.conversations;

  it('names what was told, how and when, each question in one list only', () => {
    expect(conversation?.told.map(({ label, answer, how, when }) => [label, answer, how, when])).toStrictEqual([
      ['reason for visit', 'tight feeling when I climb the stairs', 'by text', 'last night at 2:31 AM'],
      ['When did it start', 'March 1, 2026', 'by text', 'last night at 2:32 AM'],
      ['severity', 'Quite a bit', 'by text', 'last night at 2:35 AM'],
      ['How bad is any pain today…', '4', 'on the phone, by keypad', 'today at 7:55 AM'],
      ['allergic disposition', 'no', 'on the phone, by keypad', 'today at 7:56 AM'],
      ['tobacco smoking status', 'Never', 'on the phone, by voice', 'today at 7:57 AM'],
      ['body height', '64 in', 'on the phone, by voice, read back and confirmed', 'today at 7:58 AM'],
      ['history of medication use', 'ibuprofen sometimes', 'by text', 'today at 8:10 AM'],
    ]);
    expect(conversation?.open.map(({ label }) => label)).toStrictEqual(['emergency contact']);
    expect([
      conversation?.total,
      conversation?.earlier,
      conversation?.notKnown,
      conversation?.passedOver,
    ]).toStrictEqual([9, [], [], []]);
    expect(conversation).toMatchObject({ state: 'asking', visit: { when: 'today at 9:40 AM' } });
  });

  it('keeps the correction beside the answer', () => {
    const corrected = conversation?.told.filter((each) => each.corrected.length > 0);
    expect(corrected?.map(({ label, answer, corrected: was }) => [label, answer, was])).toStrictEqual([
      ['severity', 'Quite a bit', [{ was: 'Very much', when: 'last night at 2:33 AM', how: 'by text' }]],
    ]);
  });

  it('begins with what may be wrong, in her own words, with a sentence to open with', () => {
    expect(handoff.concerns).toStrictEqual([
      {
        what: 'Chest pain or tightness',
        kind: 'emergency',
        words: 'my chest feels tight, can I see someone',
        at: '2026-03-02T08:14:00.000Z',
        when: 'last night at 2:14 AM',
        how: 'by text',
        opening: 'You wrote last night at 2:14 AM: “my chest feels tight, can I see someone”. How is it now?',
        seen: false,
        isNew: false,
      },
    ]);
  });

  it('says who typed what was told at the desk', () => {
    const told = annaAtTheDesk().desk('2026-03-02T15:42:00Z', 'Jan Kowalski 312-555-0177', clerk);
    const [complete] = handoffOf(told).conversations;
    expect(complete?.state).toBe('complete');
    expect(complete?.told.at(-1)).toMatchObject({
      answer: 'Jan Kowalski 312-555-0177',
      how: 'at the desk, typed in by clerk',
      enteredBy: clerk,
    });
  });
});

describe('what is new', () => {
  const shown = '2026-03-02T15:40:00Z';
  const telling = annaAtTheDesk()
    .change((story) => acknowledge(story, { by: clerk, at: shown, card: 'card-1' }))
    .desk('2026-03-02T15:42:00Z', 'Jan Kowalski 312-555-0177', clerk);
  const later = new Date('2026-03-02T15:50:00Z');

  it('is what came after the card that its reader confirmed', () => {
    const { conversations, seen } = handoffOf(telling, later, clerk);
    expect(conversations[0]?.told.filter(({ isNew }) => isNew).map(({ label }) => label)).toStrictEqual([
      'emergency contact',
    ]);
    expect(seen).toStrictEqual({ when: 'today at 9:40 AM' });
  });

  it('is not decided for one reader by what another has seen', () => {
    const handoff = handoffOf(telling, later, 'Practitioner/lee');
    expect(handoff.seen).toBeUndefined();
    expect(handoff.concerns.map(({ seen }) => seen)).toStrictEqual([true]);
  });

  it('takes the newest confirmation of a reader, in whatever order they arrived', () => {
    const story = [3, 5, 4].reduce(
      (so, minute) => acknowledge(so, { by: clerk, at: `2026-03-02T15:0${minute}:00Z`, card: `card-${minute}` }),
      untold(),
    );
    expect(newestAcknowledgementBy(story, clerk)?.card).toBe('card-5');
  });

  it('keeps few confirmations, each card once', () => {
    const cards = ['a', 'b', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const story = cards.reduce((so, card) => acknowledge(so, { by: clerk, at: shown, card }), untold());
    expect(story.acknowledgements.map(({ card }) => card)).toStrictEqual(['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
  });
});

describe('a week later', () => {
  const aWeekLater = '2026-03-09T16:00:00Z';
  const telling = annaAtTheDesk()
    .desk('2026-03-02T15:42:00Z', 'Jan Kowalski 312-555-0177', clerk)
    .ask(aWeekLater, ownIntake('cardiology-follow-up'), { id: 'appointment/follow-up' });
  const { conversations } = handoffOf(telling, new Date(aWeekLater));

  it('shows what is known from earlier apart from what is open', () => {
    const [followUp, firstVisit] = conversations;
    expect(followUp?.earlier.map(({ answer, how, when }) => [answer, how, when])).toStrictEqual([
      ['64 in', 'on the phone, by voice, read back and confirmed', 'on March 2, 2026 at 7:58 AM'],
      ['no', 'on the phone, by keypad', 'on March 2, 2026 at 7:56 AM'],
      ['ibuprofen sometimes', 'by text', 'on March 2, 2026 at 8:10 AM'],
    ]);
    expect(followUp?.told).toStrictEqual([]);
    expect(followUp?.open.map(({ label }) => label)).toStrictEqual(['health status', 'swollen ankle', 'body weight']);
    expect(firstVisit?.state).toBe('complete');
  });
});

describe('what is not an answer', () => {
  const start = () => new Telling().ask('2026-03-02T13:00:00Z', ownIntake('first-visit'), { id: 'task/1' });

  it('is told apart: not known, left out, open', () => {
    const telling = start()
      .text('2026-03-02T13:01:00Z', 'a cough')
      .text('2026-03-02T13:02:00Z', "I don't know")
      .text('2026-03-02T13:03:00Z', 'skip')
      .text('2026-03-02T13:04:00Z', "I'd rather not say");
    const [conversation] = handoffOf(telling).conversations;
    expect(conversation?.notKnown.map(({ answer }) => answer)).toStrictEqual(["doesn't know", 'would rather not say']);
    expect(conversation?.passedOver.map(({ label }) => label)).toStrictEqual(['severity']);
    expect([conversation?.told.length, conversation?.open.length]).toStrictEqual([1, 5]);
  });

  it('says that a person was asked for, and since when', () => {
    const { person, conversations } = handoffOf(start().text('2026-03-02T14:00:00Z', 'person'));
    expect(person).toStrictEqual({ why: 'asked for a person', when: 'today at 8:00 AM' });
    expect(conversations[0]?.note).toBe('asked for a person today at 8:00 AM');
  });

  it('does not say that a break was asked for where the questions have yet to be offered', () => {
    const telling = new Telling().ask('2026-03-02T08:30:00Z', ownIntake('first-visit'), {
      id: 'appointment/1',
      quiet: true,
    });
    expect(handoffOf(telling).conversations[0]?.note).toBe('not begun yet');
    telling.text('2026-03-02T08:31:00Z', 'continue').text('2026-03-02T08:32:00Z', 'later');
    expect(handoffOf(telling).conversations[0]?.note).toContain('asked for a break');
  });

  it('says that texts are refused, and that this is how', () => {
    const { consent } = handoffOf(start().text('2026-03-02T14:00:00Z', 'please stop texting me'));
    expect(consent).toStrictEqual({ texts: 'refused', words: 'asked us to stop, in words, today at 8:00 AM' });
  });

  it('says why a conversation ended', () => {
    const telling = start().hear('2026-03-02T14:00:00Z', {
      is: 'ended',
      conversation: 'task/1',
      because: 'visit-cancelled',
    });
    expect(handoffOf(telling).conversations[0]).toMatchObject({ state: 'ended', note: 'ended: the visit is off' });
  });
});

describe('concerns', () => {
  it('stand in the order: not yet seen, then newest', () => {
    const telling = new Telling()
      .text('2026-03-01T14:00:00Z', 'my chest feels tight')
      .change((story) => acknowledge(story, { by: clerk, at: '2026-03-01T15:00:00Z', card: 'c' }))
      .text('2026-03-02T13:00:00Z', "I can't breathe")
      .text('2026-03-02T14:00:00Z', 'I took too many pills');
    expect(handoffOf(telling).concerns.map(({ at, seen }) => [at, seen])).toStrictEqual([
      ['2026-03-02T14:00:00.000Z', false],
      ['2026-03-02T13:00:00.000Z', false],
      ['2026-03-01T14:00:00.000Z', true],
    ]);
  });

  it('leave the handoff a month after somebody saw them, and never before somebody has', () => {
    const said = new Telling().text('2026-01-10T14:00:00Z', 'my chest feels tight');
    expect(handoffOf(said).concerns).toHaveLength(1);
    said.change((story) => acknowledge(story, { by: clerk, at: '2026-01-10T15:00:00Z', card: 'c' }));
    expect(handoffOf(said).concerns).toHaveLength(0);
  });

  it("do not put a pressed key into the patient's mouth", () => {
    const telling = new Telling().text('2026-03-02T13:00:00Z', 'my chest feels tight').change((story) => ({
      ...story,
      concerns: story.concerns.map((concern) => ({ ...concern, words: '3', channel: 'voice-keypad' })),
    }));
    expect(handoffOf(telling).concerns[0]?.opening).toBe(
      'You gave us an answer today at 7:00 AM that we want to ask about. How is it now?',
    );
  });
});

it('hands over nothing where nothing is known', () => {
  expect(isEmpty(handoffOf(new Telling()))).toBe(true);
  expect(isEmpty(handoffOf(annaAtTheDesk()))).toBe(false);
});
