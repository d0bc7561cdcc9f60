import { loadContent } from '../../content/content.ts';
import { ownQuestionnaire } from '../../content/questionnaires.ts';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import { decide } from '../../domain/conversation/decide.ts';
import type { Heard, NewConversation } from '../../domain/conversation/heard.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import { slotsOf } from '../../domain/intake/slots.ts';
import { emptyStory } from '../../domain/story/empty-story.ts';
import type { Story, StoryView } from '../../domain/story/story.ts';
import { compileQuestionnaire } from '../../fhir-mappings/questionnaire.ts';

const content = loadContent();

export const clinic: Clinic = {
  tenant: 'lakeside',
  name: 'Lakeside Clinic',
  country: 'US',
  timeZone: 'America/Chicago',
  dateOrder: 'month-first',
  desk: '+13125550100',
  onCall: '+13125550199',
  redFlags: content.redFlags,
  facts: content.facts,
  readBackBelow: 0.6,
  lateness: { tellAgainMinutes: 15, tellWithinMinutes: 180, checkInFromMinutes: 180 },
  sender: { kind: 'short-code', perSecond: 100 },
  quietHours: { from: '21:00', until: '08:00', holds: ['reminder', 'survey'] },
};

export function ownIntake(name: 'first-visit' | 'cardiology-follow-up'): Intake {
  const questionnaire = ownQuestionnaire(`https://lakeside.example/Questionnaire/${name}`);
  const compiled = questionnaire === undefined ? undefined : compileQuestionnaire(questionnaire);
  if (compiled?.ok !== true) throw new Error(`${name} cannot be asked`);
  return compiled.intake;
}

export function untold(id = 'anna', firstName = 'Anna'): Story {
  return { ...emptyStory(id, { firstName, language: 'en', deceased: false, phones: [`phone-of-${id}`] }), version: 1 };
}

/** Tells a story as the running system would: each thing heard goes through the engine, at its time. */
export class Telling {
  #view: StoryView;
  #heard = 0;

  constructor(story: Story = untold()) {
    this.#view = { story, intakes: {} };
  }

  get view(): StoryView {
    return this.#view;
  }

  hear(at: string, heard: Heard): this {
    const intakes =
      heard.is === 'intake-asked'
        ? { ...this.#view.intakes, [`${heard.intake.canonical}|${heard.intake.version}`]: heard.intake }
        : this.#view.intakes;
    const view = { story: this.#view.story, intakes };
    const { story } = decide(view, heard, { clinic, now: new Date(at), cause: `test/${++this.#heard}` });
    this.#view = { story: { ...story, version: story.version + 1 }, intakes };
    return this;
  }

  text(at: string, words: string): this {
    return this.hear(at, { is: 'words', words, channel: 'sms', via: 'text' });
  }

  key(at: string, words: string): this {
    return this.hear(at, { is: 'words', words, channel: 'voice-keypad', via: 'keypad' });
  }

  say(at: string, words: string, confidence = 0.95): this {
    return this.hear(at, { is: 'words', words, channel: 'voice-speech', via: 'speech', confidence });
  }

  /** The clerk types the answer to the waiting question. */
  desk(at: string, words: string, enteredBy: string): this {
    const { story, intakes } = this.#view;
    const conversation = story.conversations.find(({ status }) => status === 'open');
    const slot = conversation?.asked?.slot;
    if (conversation === undefined || slot === undefined || intakes[conversation.intake] === undefined)
      throw new Error('No question waits');
    return this.hear(at, { is: 'form', slot, turn: conversation.turn, words, channel: 'desk', enteredBy });
  }

  ask(at: string, intake: Intake, conversation: NewConversation): this {
    return this.hear(at, { is: 'intake-asked', intake, conversation, waits: false });
  }

  /** Changes what no engine decides. */
  change(change: (story: Story) => Story): this {
    this.#view = { ...this.#view, story: change(this.#view.story) };
    return this;
  }

  /** The slots that still wait, for a test that wants to know where it stands. */
  waiting(): readonly string[] {
    return this.#view.story.conversations.flatMap((conversation) => {
      const intake = this.#view.intakes[conversation.intake];
      return intake === undefined
        ? []
        : slotsOf(intake, conversation)
            .map(({ key }) => key)
            .filter((key) => conversation.answers[key] === undefined);
    });
  }
}

/** Anna's night, up to the moment at which she stands at the desk: eight told in four ways, one open. Times are the clinic's, UTC-6. */
export function annaAtTheDesk(): Telling {
  return new Telling()
    .text('2026-03-02T08:14:00Z', 'my chest feels tight, can I see someone')
    .ask('2026-03-02T08:30:00Z', ownIntake('first-visit'), {
      id: 'appointment/940',
      visit: { appointment: '940', start: '2026-03-02T15:40:00Z', end: '2026-03-02T16:10:00Z' },
    })
    .text('2026-03-02T08:31:00Z', 'tight feeling when I climb the stairs')
    .text('2026-03-02T08:32:00Z', 'yesterday')
    .text('2026-03-02T08:33:00Z', 'very much')
    .text('2026-03-02T08:34:00Z', 'back')
    .text('2026-03-02T08:35:00Z', 'quite a bit')
    .key('2026-03-02T13:55:00Z', '4')
    .key('2026-03-02T13:56:00Z', '2')
    .say('2026-03-02T13:57:00Z', 'never')
    .say('2026-03-02T13:58:00Z', 'five foot four', 0.4)
    .say('2026-03-02T13:58:30Z', 'yes')
    .text('2026-03-02T14:10:00Z', 'ibuprofen sometimes');
}
