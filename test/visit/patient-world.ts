import type { QuestionnaireItem } from 'fhir/r4.js';
import { decide } from '../../domain/conversation/decide.ts';
import type { Effect } from '../../domain/conversation/effects.ts';
import type { Heard } from '../../domain/conversation/heard.ts';
import type { Language } from '../../domain/guidance/language.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import type { SlotOffer } from '../../domain/scheduling/slot.ts';
import type { Story, StoryView } from '../../domain/story/story.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { renderSms } from '../../edge/sms/render-sms.ts';
import type { Speaker } from '../../edge/speech.ts';
import { renderVoiceTurn } from '../../edge/voice/render-voice.ts';
import { clinic, content, keyOf, lineOf } from '../engine/conversation.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';

const minute = 60_000;
/** Monday, 8:00 in Chicago. */
export const monday = '2026-03-02T14:00:00.000Z';
/** The Wednesday after, 9:40 in Chicago. */
export const start = '2026-03-04T15:40:00.000Z';

export const visit: PlannedVisit = {
  appointment: '7',
  state: 'booked',
  type: 'mri',
  start,
  end: '2026-03-04T16:10:00.000Z',
  location: 'main',
  practitioner: 'lee',
  slots: ['mine'],
  codes: [],
  plan: { reminders: [] },
  requirements: [],
  told: { at: '2026-02-20T14:00:00.000Z', start, needs: {} },
  done: [],
  seenAt: '2026-02-20T14:00:00.000Z',
  changedAt: '2026-02-20T14:00:00.000Z',
};

/** A free time in Chicago: `slotAt('a', '2026-03-10 15:20')`. */
export function slotAt(slot: string, local: string): SlotOffer {
  const [date = '', time = ''] = local.split(' ');
  // Chicago is five hours behind from the eighth on.
  const offset = date < '2026-03-08' ? '-06:00' : '-05:00';
  const begins = Date.parse(`${date}T${time}:00${offset}`);
  return { slot, start: new Date(begins).toISOString(), end: new Date(begins + 30 * minute).toISOString() };
}

export const tuesdayMorning = slotAt('tue-am', '2026-03-10 09:40');
export const tuesdayAfternoon = slotAt('tue-pm', '2026-03-10 15:20');
export const thursday = slotAt('thu', '2026-03-12 14:00');

const speaker: Speaker = { clinic, catalogue: content.catalogueFor('US'), emergencyNumber: '911' };

export interface Setting {
  readonly visits?: readonly Partial<PlannedVisit>[];
  readonly language?: Language;
  readonly story?: Partial<Story>;
  readonly now?: string;
  /** Asked at once, so that its first question waits. */
  readonly asks?: readonly QuestionnaireItem[];
}

/** One patient with visits, told line by line; between any two the story goes through JSON, as through any store. */
export function patientWorld(setting: Setting = {}) {
  let view: StoryView = {
    story: {
      id: 'anna',
      version: 1,
      person: { firstName: 'Anna', language: setting.language ?? 'en', deceased: false, phones: ['phone/anna'] },
      consent: { texts: 'allowed' },
      conversations: [],
      facts: {},
      concerns: [],
      acknowledgements: [],
      visits: (setting.visits ?? [{}]).map((each) => ({ ...visit, ...each })),
      evidence: [],
      onFile: [],
      ...setting.story,
    },
    intakes: {},
  };
  let now = Date.parse(setting.now ?? monday);
  let turn = 0;
  let last: readonly Effect[] = [];
  let decided: Story = view.story;

  function hears(heard: Heard): readonly string[] {
    turn++;
    const added = heard.is === 'intake-asked' ? { [keyOf(heard.intake)]: heard.intake } : {};
    const loaded: StoryView = { story: view.story, intakes: { ...view.intakes, ...added } };
    const decision = decide(structuredClone(loaded), heard, { clinic, now: new Date(now), cause: `test/${turn}` });
    decided = decision.story;
    view = JSON.parse(JSON.stringify({ story: decision.story, intakes: loaded.intakes })) as StoryView;
    last = decision.effects;
    return last.filter(({ do: what }) => what !== 'plan').map(lineOf);
  }

  const asksFor = (items: readonly QuestionnaireItem[], id = 'task/1') => {
    const intake: Intake = compiled([...items]);
    return hears({ is: 'intake-asked', conversation: { id }, intake, waits: false });
  };
  if (setting.asks !== undefined) asksFor(setting.asks);

  const appointment = () => view.story.visits[0]?.appointment ?? '7';
  return {
    hears,
    asksFor,
    says: (words: string) => hears({ is: 'words', words, channel: 'sms', via: 'text' }),
    speaks: (words: string, confidence = 0.95) =>
      hears({ is: 'words', words, channel: 'voice-speech', via: 'speech', confidence }),
    keys: (words: string) => hears({ is: 'words', words, channel: 'voice-keypad', via: 'keypad' }),
    calls: () => hears({ is: 'arrived', channel: 'voice-speech' }),
    /** The call goes on by itself after a moment. */
    waits: () => hears({ is: 'silence', channel: 'voice-keypad', times: 0 }),
    isSilent: (times = 1) => hears({ is: 'silence', channel: 'voice-keypad', times }),
    finds: (...slots: readonly SlotOffer[]) => hears({ is: 'slots-found', appointment: appointment(), slots }),
    loses: (slot: SlotOffer, ...slots: readonly SlotOffer[]) =>
      hears({ is: 'slot-lost', appointment: appointment(), slot: slot.slot, slots }),
    gets: (slot: SlotOffer) =>
      hears({ is: 'slot-taken', appointment: appointment(), slot, seenAt: new Date(now).toISOString() }),
    isGivenUp: () => hears({ is: 'given-up', appointment: appointment(), seenAt: new Date(now).toISOString() }),
    isOffered: (slot: SlotOffer, until?: string, offer = 'offer/1') =>
      hears({
        is: 'slot-offered',
        appointment: appointment(),
        slot,
        offer,
        ...(until === undefined ? {} : { until }),
      }),
    offerEnds: (offer = 'offer/1') => hears({ is: 'offer-over', appointment: appointment(), offer }),
    clinicIsLate: (from?: number, to = from) =>
      hears({
        is: 'clinic-late',
        appointment: appointment(),
        ...(from === undefined || to === undefined ? {} : { minutes: { from, to } }),
      }),
    timeComes: () => hears({ is: 'visit-time', appointment: appointment() }),
    passes: (minutes: number) => {
      now += minutes * minute;
    },
    goesTo: (instant: string) => {
      now = Date.parse(instant);
    },
    changeVisit: (changes: Partial<PlannedVisit>) => {
      view = {
        ...view,
        story: { ...view.story, visits: view.story.visits.map((each) => ({ ...each, ...changes })) },
      };
    },
    change: (changes: Partial<Story>) => {
      view = { ...view, story: { ...view.story, ...changes } };
    },
    story: () => view.story,
    /** As it was decided, before any store had it. */
    decided: () => decided,
    view: () => view,
    now: () => new Date(now),
    visit: (id = appointment()): PlannedVisit => {
      const found = view.story.visits.find((each) => each.appointment === id);
      if (found === undefined) throw new Error(`No visit ${id}`);
      return found;
    },
    /** All that was decided last. */
    last: () => last,
    /** The text that says what was decided last. */
    text: () => renderSms(speaker, view.story, last, { introduce: false }).body,
    /** How a call goes on with it: a line for each step. */
    call: () =>
      renderVoiceTurn(speaker, view.story, last, { next: () => 'next', dialled: (to) => to }).steps.flatMap((step) =>
        step.do === 'gather'
          ? [...step.say.map(({ text }) => text), 'gather']
          : [step.do === 'say' ? step.text : step.do === 'pause' ? `pause ${step.seconds}` : step.do],
      ),
  };
}
