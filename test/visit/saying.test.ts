import { describe, expect, it } from 'vitest';
import { asks, offers } from '../engine/conversation.ts';
import { patientWorld } from './patient-world.ts';
import { need, theirs } from './visit-world.ts';

const confirmAsk = {
  is: 'confirm',
  at: '2026-03-02T13:00:00.000Z',
  choices: [{ is: 'come' }, { is: 'another-time' }, { is: 'give-up' }],
  misread: 0,
} as const;

const question = [asks('q1', 'boolean'), asks('q2', 'boolean')];

describe('saying that one comes', () => {
  it('is kept, told to the EHR once, and answered with the time', () => {
    const anna = patientWorld();
    expect(anna.says('Confirm')).toEqual(['confirm-visit', 'tell visit.confirmed']);
    expect(anna.text()).toBe('Thank you. See you on Wednesday, March 4 at 9:40 AM.');
    expect(anna.visit().confirmedAt).toBe(anna.now().toISOString());
    expect(anna.says("yes I'll be there")).toEqual(['tell visit.confirmed']);
  });

  it('brings what is still open, which was not heard just now, and of that only the patient’s own', () => {
    const requirements = [need('card'), theirs('approval'), need('form', { state: 'met' })];
    const anna = patientWorld({ visits: [{ requirements }] });
    expect(anna.says('see you then')).toEqual(['confirm-visit', 'tell visit.confirmed', 'list needs, open: card open']);
    const told = patientWorld({ visits: [{ requirements, told: { at: '2026-03-02T13:30:00.000Z', needs: {} } }] });
    expect(told.says('see you then')).toEqual(['confirm-visit', 'tell visit.confirmed']);
    const asked = patientWorld({ visits: [{ requirements, asked: confirmAsk }] });
    expect(asked.says('yes')).toEqual(['confirm-visit', 'tell visit.confirmed']);
  });

  it.each(['1', 'yes', 'ok', 'C', "I'll be there", '👍', 'sí', 'tak', 'potwierdzam'])(
    'is heard from "%s" where it was asked',
    (words) => {
      const anna = patientWorld({ visits: [{ asked: confirmAsk }] });
      expect(anna.says(words)).toEqual(['confirm-visit', 'tell visit.confirmed']);
      expect(anna.visit().asked).toBeUndefined();
    },
  );

  it.each([
    'Wednesday works for me',
    '9:40 is good',
    'Wednesday',
    'Wednesday morning works',
    'sounds good',
    'perfecto',
  ])('is meant by the visit’s own time: "%s"', (words) => {
    const anna = patientWorld({ visits: [{ asked: confirmAsk }] });
    expect(anna.says(words)).toEqual(['confirm-visit', 'tell visit.confirmed']);
  });

  it('is not meant by another time', () => {
    const anna = patientWorld({ visits: [{ asked: confirmAsk }] });
    expect(anna.says('Thursday works better')).toEqual(['find-slots', 'tell slot.looking']);
  });

  it('names the next of several visits, and the one that was asked about', () => {
    const later = { appointment: '8', start: '2026-03-20T15:00:00.000Z', end: '2026-03-20T15:30:00.000Z' };
    const anna = patientWorld({ visits: [later, {}] });
    anna.says('confirm');
    expect(anna.visit('7').confirmedAt).toBeDefined();
    expect(anna.visit('8').confirmedAt).toBeUndefined();
    const ben = patientWorld({ visits: [{ ...later, asked: confirmAsk }, {}] });
    ben.says('confirm');
    expect(ben.visit('8').confirmedAt).toBeDefined();
    expect(ben.text()).toBe('Thank you. See you on Friday, March 20 at 10:00 AM.');
  });

  it('works by key and by voice', () => {
    const anna = patientWorld({ visits: [{ asked: confirmAsk }] });
    expect(anna.keys('1')).toEqual(['confirm-visit', 'tell visit.confirmed']);
    expect(anna.call()).toEqual([
      'Thank you. See you on Wednesday, March 4 at 9:40 AM.',
      'For a person, press 0.',
      'gather',
      'redirect',
    ]);
    const ben = patientWorld({ visits: [{ asked: confirmAsk }] });
    expect(ben.speaks("yes I'll be there")).toEqual(['confirm-visit', 'tell visit.confirmed']);
  });
});

describe('saying that one cannot come', () => {
  it.each(['cancel my appointment', "I can't make it", 'anular la cita', 'odwołać wizytę', 'cancel my visit please'])(
    'is asked about kindly, and is no opt-out: "%s"',
    (words) => {
      const anna = patientWorld();
      expect(anna.says(words)).toEqual(['choose cannot-come: another-time | give-up | keep']);
      expect(anna.story().consent).toEqual({ texts: 'allowed' });
      expect(anna.text()).not.toMatch(/cancel/i);
      expect(anna.text()).toBe(
        [
          'Thank you for telling us. What shall we do about your visit on Wednesday, March 4 at 9:40 AM?',
          '1 Another time',
          "2 I don't need it any more",
          '3 Keep my time',
        ].join('\n'),
      );
    },
  );

  it('leaves the carrier its bare word by text, and takes it on a call', () => {
    const anna = patientWorld();
    expect(anna.says('cancel').join()).not.toContain('choose');
    expect(anna.speaks('cancel')).toEqual(['choose cannot-come: another-time | give-up | keep']);
  });

  it('is heard from a no to whether they come', () => {
    const anna = patientWorld({ visits: [{ asked: confirmAsk }] });
    expect(anna.says('no')).toEqual(['choose cannot-come: another-time | give-up | keep']);
  });

  it('ends in the place given back, once the EHR has it so, said once', () => {
    const anna = patientWorld();
    anna.says("can't come");
    expect(anna.says('2')).toEqual(['give-up', 'tell visit.giving-up']);
    expect(anna.visit().state).toBe('booked');
    expect(anna.isGivenUp()).toEqual(['visit over: cancelled', 'tell visit.given-up']);
    expect(anna.visit()).toMatchObject({ state: 'cancelled' });
    expect(anna.visit().moving).toBeUndefined();
    expect(anna.isGivenUp()).toEqual([]);
  });

  it('is said in the patient’s own name also where the EHR shows it first', () => {
    const anna = patientWorld();
    anna.says("can't come");
    anna.says('give it up');
    anna.passes(1);
    expect(
      anna.hears({ is: 'visit-over', appointment: '7', because: 'cancelled', seenAt: anna.now().toISOString() }),
    ).toEqual(['visit over: cancelled', 'tell visit.given-up']);
    expect(anna.isGivenUp()).toEqual([]);
  });

  it('goes to a person where somebody changes their mind too late', () => {
    const anna = patientWorld();
    anna.says("can't come");
    anna.says('2');
    expect(anna.says('no wait, keep my appointment')).toEqual(['hand over: message', 'tell message-passed']);
  });

  it('can be taken back, by number and in words', () => {
    for (const words of ['3', 'keep it', 'I can come after all', 'mejor la dejo como está', 'jednak przyjdę']) {
      const anna = patientWorld();
      anna.says("can't come");
      expect(anna.says(words)).toEqual(['confirm-visit', 'tell visit.kept']);
      expect(anna.visit().asked).toBeUndefined();
    }
  });

  it('closes the questions of the visit with it, without a word of their own', () => {
    const anna = patientWorld();
    anna.hears({
      is: 'intake-asked',
      conversation: { id: 'task/1', visit: { appointment: '7', start: anna.visit().start ?? '' } },
      intake: patientIntake(),
      waits: false,
    });
    anna.says("can't come");
    // Nothing more is asked of what is being given up.
    expect(anna.says('2')).toEqual(['give-up', 'tell visit.giving-up']);
    expect(anna.isGivenUp()).toEqual(['visit over: cancelled', 'tell visit.given-up', 'close task/1: visit-cancelled']);
  });
});

function patientIntake() {
  const world = patientWorld({ asks: question });
  const [intake] = Object.values(world.view().intakes);
  if (intake === undefined) throw new Error('no intake');
  return intake;
}

describe('beside a question of an intake', () => {
  it('words about the visit are heard, and the question is put again', () => {
    const anna = patientWorld({ asks: question });
    expect(anna.says("I'll be there")).toEqual(['confirm-visit', 'tell visit.confirmed', 'ask q1 (1 of 2)']);
    expect(anna.says('what do I need to bring')).toEqual([
      'tell need.next-visit',
      'tell need.nothing-left',
      'ask q1 (1 of 2)',
    ]);
    expect(anna.says('yes')).toEqual(['record q1 = true', 'ask q2 (2 of 2)']);
  });

  it('what is put last is what a bare answer is for', () => {
    const anna = patientWorld({ asks: question });
    anna.says("can't make it");
    expect(anna.says('3')).toEqual(['confirm-visit', 'tell visit.kept', 'ask q1 (1 of 2)']);
    expect(anna.says('1')).toEqual(['record q1 = true', 'ask q2 (2 of 2)']);
    anna.says("can't make it");
    anna.says('continue');
    expect(anna.says('2')).toEqual(['record q2 = false', 'complete task/1', 'tell complete']);
    // It waits still, and words reach it.
    expect(anna.says('another time')).toEqual(['find-slots', 'tell slot.looking']);
  });

  it('an answer that is none to the visit’s question goes to the intake', () => {
    const anna = patientWorld({ asks: [asks('q1', 'integer'), asks('q2', 'boolean')] });
    anna.says("can't make it");
    expect(anna.says('17')).toEqual(['record q1 = 17', 'ask q2 (2 of 2)']);
  });

  it('an option of the question is an answer, whatever else it means', () => {
    const anna = patientWorld({ asks: [offers('q1', ['Here', 'Running late', 'Another time'])] });
    expect(anna.says('running late')).toContain('record q1 = Running late');
    const ben = patientWorld({ asks: [offers('q1', ['Another time', 'Never'])] });
    expect(ben.says('another time')).toContain('record q1 = Another time');
  });

  it('another time is a break from the questions, and moves the visit where none wait', () => {
    const anna = patientWorld({ asks: question });
    expect(anna.says('another time')).toEqual(['tell later', 'hang-up']);
    const ben = patientWorld();
    expect(ben.says('another time')).toEqual(['find-slots', 'tell slot.looking']);
    const eve = patientWorld({ asks: question });
    expect(eve.says('reschedule')).toEqual(['find-slots', 'tell slot.looking', 'ask q1 (1 of 2)']);
  });

  it('what has two meanings stays with the question', () => {
    const anna = patientWorld({ asks: [asks('q1', 'string')] });
    expect(anna.says('done')).toContain('record q1 = done');
  });

  it('danger comes first', () => {
    const anna = patientWorld();
    expect(anna.says("I can't come, my chest hurts")[0]).toBe('warn emergency');
  });

  it('a caller answers what the call has asked, whatever a text asked since', () => {
    const anna = patientWorld({ asks: question });
    anna.changeVisit({ asked: confirmAsk });
    anna.change({ asking: '7' });
    expect(anna.hears({ is: 'words', words: '2', channel: 'voice-keypad', via: 'keypad', meantFor: 'q1' })).toEqual([
      'record q1 = false',
      'ask q2 (2 of 2)',
    ]);
  });

  it('a page’s form is never about the visit', () => {
    const anna = patientWorld({ asks: [asks('q1', 'string')] });
    const { turn } = anna.story().conversations[0] ?? { turn: 0 };
    expect(anna.hears({ is: 'form', slot: 'q1', turn, words: 'running late', channel: 'page' })).toContain(
      'record q1 = running late',
    );
  });
});

describe('what is not understood', () => {
  it('is asked again twice with an example, then a person is asked, and never again in a circle', () => {
    const anna = patientWorld();
    anna.says("can't come");
    for (const _ of [1, 2]) {
      expect(anna.says('purple monkey')).toEqual([
        'tell misread.not-understood',
        'choose cannot-come: another-time | give-up | keep',
      ]);
    }
    expect(anna.text()).toContain('Reply with the number of your choice, like 1.');
    expect(anna.says('purple monkey')).toEqual(['hand over: misread', 'tell person.misread', 'connect desk']);
    expect(anna.says('purple monkey')).toEqual(['hand over: message', 'tell message-passed']);
    expect(anna.says('keep it')).toEqual(['confirm-visit', 'tell visit.kept']);
  });

  it('goes to a person at once where it is a question of their own', () => {
    const anna = patientWorld({ visits: [{ asked: confirmAsk }] });
    expect(anna.says('Is Dr Lee back from her leave?')).toEqual(['hand over: message', 'tell message-passed']);
    expect(anna.says('yes')).toEqual(['confirm-visit', 'tell visit.confirmed']);
  });

  it('a question in the same breath reaches a person, too', () => {
    const anna = patientWorld({ now: '2026-03-04T15:20:00.000Z' });
    expect(anna.says("I'm here. Where do I park?")).toEqual([
      'check-in',
      'tell day.checked-in',
      'hand over: message',
      'tell message-passed',
    ]);
  });

  it('speech that was barely heard gives no place away', () => {
    const anna = patientWorld();
    anna.says("can't come");
    expect(anna.speaks('give it up', 0.3)).toEqual([
      'tell misread.not-understood',
      'choose cannot-come: another-time | give-up | keep',
    ]);
  });

  it('the words that work anywhere work here', () => {
    const anna = patientWorld();
    anna.says("can't come");
    const again = 'choose cannot-come: another-time | give-up | keep';
    expect(anna.says('repeat')).toEqual([again]);
    expect(anna.says('help')).toEqual(['tell help', again]);
    expect(anna.says('continue')).toEqual([again]);
    expect(anna.says('español')).toEqual(['tell language', again]);
    expect(anna.says('not now')).toEqual(['tell visit.no-hurry', 'hang-up']);
    expect(anna.says('person')).toEqual(['hand over: asked', 'tell person.coming', 'connect desk']);
    expect(anna.keys('*')).toEqual([again]);
    expect(anna.keys('3')).toEqual(['confirm-visit', 'tell visit.kept']);
  });

  it('silence on a call brings the choices again', () => {
    const anna = patientWorld();
    anna.speaks("I can't come");
    expect(anna.isSilent(1)).toEqual(['tell voice.silence', 'choose cannot-come: another-time | give-up | keep']);
    expect(anna.isSilent(3)).toEqual(['tell voice.goodbye', 'hang-up']);
  });
});

describe('done', () => {
  const requirements = [need('form', { kind: 'form' }), need('card'), theirs('approval'), need('papers')];

  it('is the one of that number in the list as it was shown', () => {
    const anna = patientWorld({ visits: [{ requirements }] });
    expect(anna.says('what do I still need')).toEqual([
      'tell need.next-visit',
      'list needs, open: form open, card open, papers open, approval open',
    ]);
    expect(anna.says('done 2')[0]).toBe('tell noted');
    expect(anna.visit().requirements.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'form open',
      'card met',
      'approval open',
      'papers open',
    ]);
  });

  it('of several is asked about, and answered by number', () => {
    const anna = patientWorld({ visits: [{ requirements }] });
    expect(anna.says('done')).toEqual(['choose which-need: need | need']);
    expect(anna.text()).toBe('Which one is done?\n1 Please bring card.\n2 Please bring papers.');
    expect(anna.says('2')[0]).toBe('tell noted');
    expect(anna.visit().requirements[3]?.state).toBe('met');
  });

  it('is never what others see to, nor a form', () => {
    const anna = patientWorld({ visits: [{ requirements }] });
    expect(anna.says('done 4')).toEqual(['choose which-need: need | need']);
    expect(anna.says('done 1')).toEqual(['choose which-need: need | need']);
  });
});

describe('a kind word', () => {
  it.each(['thanks', 'ok', 'Thank you so much', 'gracias', 'dziękuję', '👍'])('is answered with one: "%s"', (words) => {
    expect(patientWorld().says(words)).toEqual(['tell visit.welcome']);
  });
});

describe('where no visit is known', () => {
  it('what must not go unheard reaches a person', () => {
    const anna = patientWorld({ visits: [] });
    expect(anna.says('cancel my appointment')).toEqual(['hand over: message', 'tell message-passed']);
    const ben = patientWorld({ visits: [], asks: question });
    expect(ben.says('cancel my appointment')).toEqual(['hand over: message', 'tell message-passed', 'ask q1 (1 of 2)']);
  });

  it('the rest is heard as anything else', () => {
    const anna = patientWorld({ visits: [], asks: [asks('q1', 'string')] });
    expect(anna.says('thanks')).toContain('record q1 = thanks');
  });
});

describe('words that stop texts elsewhere', () => {
  it('are said of the visit where a question about it waits', () => {
    const anna = patientWorld();
    anna.says('nie mogę przyjść');
    expect(anna.says('Rezygnuję')).toEqual(['give-up', 'tell visit.giving-up']);
    expect(anna.story().consent.texts).toBe('allowed');
  });

  it('stop texts all the same where they are plain', () => {
    const anna = patientWorld();
    anna.says("can't come");
    expect(anna.says('please stop texting me')).toEqual(['opt-out', 'tell opt-out.done', 'hang-up']);
  });
});
