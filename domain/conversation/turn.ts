import type { Answer } from '../intake/answer.ts';
import type { Intake } from '../intake/intake.ts';
import { type Slot, slotsOf } from '../intake/slots.ts';
import type { Concern, Conversation, Story, StoryView } from '../story/story.ts';
import type { Clinic } from './clinic.ts';
import type { Effect } from './effects.ts';

/** What surrounds a decision: handed in, never read. */
export interface Circumstances {
  readonly clinic: Clinic;
  readonly now: Date;
  /** What made this happen; ids derive from it. */
  readonly cause: string;
}

/** What was decided: the story as it is from now on, and what is to happen. */
export interface Decision {
  readonly story: Story;
  readonly effects: readonly Effect[];
  /** Ended conversations that leave the hot state with this decision; they are kept beside it. */
  readonly forgotten?: readonly Conversation[];
}

/** Bounds of the hot state, so that a turn costs the same for ever. What falls out stays in the moments and in the EHR. */
export const bounds = {
  history: 20,
  ended: 4,
  concerns: 8,
  facts: 400,
  acknowledgements: 8,
  visits: 8,
  evidence: 60,
} as const;

/**
 * One decision in the making: a draft of the story and the effects gathered so far. Lives for one call of `decide` and is seen by
 * nobody else, so that the modules of the engine read as steps and the whole stays a pure function.
 */
export class Turn {
  readonly circumstances: Circumstances;
  readonly intakes: Readonly<Record<string, Intake>>;
  readonly effects: Effect[] = [];
  #story: Story;
  #forgotten: readonly Conversation[] = [];

  constructor(view: StoryView, circumstances: Circumstances) {
    this.#story = view.story;
    this.intakes = view.intakes;
    this.circumstances = circumstances;
  }

  get story(): Story {
    return this.#story;
  }

  get now(): string {
    return this.circumstances.now.toISOString();
  }

  /** The one conversation that is being asked, if any: open, or complete with a correction under way. */
  get current(): Conversation | undefined {
    return currentConversation(this.#story);
  }

  /** The newest conversation that is complete, for corrections. */
  get lastCompleted(): Conversation | undefined {
    return this.#story.conversations.findLast((conversation) => conversation.status === 'completed');
  }

  do(...effects: readonly Effect[]): void {
    this.effects.push(...effects);
  }

  changeStory(change: Partial<Story>): void {
    this.#story = { ...this.#story, ...change };
  }

  /** Changes a conversation; a key given as undefined is removed. Returns it as it is now. */
  change(id: string, change: { readonly [K in keyof Conversation]?: Conversation[K] | undefined }): Conversation {
    const before = this.conversation(id);
    const merged: Record<string, unknown> = { ...before, changedAt: this.now, ...change };
    for (const [key, value] of Object.entries(merged)) if (value === undefined) delete merged[key];
    const after = merged as unknown as Conversation;
    this.changeStory({ conversations: this.#story.conversations.map((each) => (each.id === id ? after : each)) });
    return after;
  }

  /** What a bare number or yes answers from now on: a visit's question or, without an Appointment, that of an intake. */
  putLast(appointment: string | undefined): void {
    const { asking: _, ...story } = this.#story;
    this.#story = appointment === undefined ? story : { ...story, asking: appointment };
  }

  forget(conversations: readonly Conversation[]): void {
    const ids = new Set(conversations.map(({ id }) => id));
    this.#forgotten = [...this.#forgotten, ...conversations];
    this.changeStory({ conversations: this.#story.conversations.filter(({ id }) => !ids.has(id)) });
  }

  conversation(id: string): Conversation {
    const found = this.#story.conversations.find((conversation) => conversation.id === id);
    if (found === undefined) throw new RangeError('No such conversation in the story.');
    return found;
  }

  intakeOf(conversation: Conversation): Intake {
    const intake = this.intakes[conversation.intake];
    if (intake === undefined) throw new RangeError('The story runs an intake that was not loaded with it.');
    return intake;
  }

  slotsOf(conversation: Conversation): readonly Slot[] {
    return slotsOf(this.intakeOf(conversation), conversation);
  }

  addConcern(concern: Concern): void {
    this.changeStory({ concerns: [...this.#story.concerns, concern].slice(-bounds.concerns) });
  }

  finish(): Decision {
    return {
      story: this.#story,
      effects: this.effects,
      ...(this.#forgotten.length === 0 ? {} : { forgotten: this.#forgotten }),
    };
  }
}

export function currentConversation(story: Story): Conversation | undefined {
  const asked = story.conversations.filter((conversation) => !isGivenUp(story, conversation));
  return (
    asked.find((conversation) => conversation.status === 'completed' && conversation.asked !== undefined) ??
    asked.find((conversation) => conversation.status === 'open')
  );
}

/** Whether the visit that it belongs to is being given back: nothing is asked for it, unless that comes to nothing. */
export function isGivenUp({ visits }: Pick<Story, 'visits'>, { visit }: Pick<Conversation, 'visit'>): boolean {
  return visits.some(({ appointment, moving }) => appointment === visit?.appointment && moving?.stage === 'giving-up');
}

export function isOpen(slot: Slot, conversation: Conversation): boolean {
  const answer: Answer | undefined = conversation.answers[slot.key];
  return answer === undefined && !conversation.skipped.includes(slot.key);
}

/** How much is left, for the greeting of a call. */
export function progressOnArrival(turn: Turn, conversation: Conversation): { readonly left: number } {
  return {
    left: turn.slotsOf(conversation).filter((slot) => slot.is === 'question' && isOpen(slot, conversation)).length,
  };
}
