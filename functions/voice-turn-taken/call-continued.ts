import type { Heard } from '../../domain/conversation/heard.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Decision } from '../../domain/conversation/turn.ts';
import { sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import { fold } from '../../domain/intake/reading/fold.ts';
import { readRedFlags } from '../../domain/safety/read-red-flags.ts';
import type { Phone } from '../../domain/story/phone.ts';
import { sayNumber, warning } from '../../edge/speech.ts';
import { type CallPaths, putThrough, renderVoiceTurn } from '../../edge/voice/render-voice.ts';
import { concernRaised } from '../../events/concern-raised.ts';
import { eventOf } from '../../events/envelope.ts';
import { personRequested } from '../../events/person-requested.ts';
import { askWhoCalls } from './call-answered.ts';
import { type CallReference, sealCall } from './call-reference.ts';
import type { VoiceTurnTakenDeps } from './dependencies.ts';
import { hearWhoAnswered } from './reaching-out.ts';

/** The next turn of a call that is under way. */
export async function continueCall(
  deps: VoiceTurnTakenDeps,
  reference: CallReference,
  form: URLSearchParams,
): Promise<string> {
  if (reference.dialling !== undefined) return afterDial(deps, reference, form);
  if (reference.message !== undefined) return hearWhoAnswered(deps, { ...reference, message: reference.message }, form);
  const heard = heardIn(form, reference);
  if (reference.story === undefined) return chooseCaller(deps, reference, heard);
  return converse(deps, reference, heard);
}

/** What keys, speech or silence a turn brings. @see https://www.twilio.com/docs/voice/twiml/gather#action */
function heardIn(form: URLSearchParams, { silences, asked, held }: CallReference): Heard {
  const meantFor = asked === undefined ? {} : { meantFor: asked };
  const digits = form.get('Digits');
  if (digits !== null && digits !== '')
    return { is: 'words', words: digits, channel: 'voice-keypad', via: 'keypad', ...meantFor };
  const speech = form.get('SpeechResult');
  if (speech !== null && speech.trim() !== '') {
    const confidence = Number.parseFloat(form.get('Confidence') ?? '');
    return {
      is: 'words',
      words: speech,
      channel: 'voice-speech',
      via: 'speech',
      ...meantFor,
      ...(Number.isFinite(confidence) ? { confidence: Math.min(1, Math.max(0, confidence)) } : {}),
    };
  }
  return { is: 'silence', channel: 'voice-keypad', times: held === true ? 0 : silences + 1 };
}

/** One turn with a known story: two round trips, the second of them the commit. */
export async function converse(deps: VoiceTurnTakenDeps, reference: CallReference, heard: Heard): Promise<string> {
  const cause = `call/${reference.sid}/${reference.turn}`;
  const view = reference.story === undefined ? undefined : await deps.store.story(reference.story);
  if (view === undefined) return somethingIsWrong(deps);
  const silences = heard.is === 'silence' ? heard.times : 0;
  const next: CallReference = {
    sid: reference.sid,
    turn: reference.turn + 1,
    silences,
    phone: reference.phone,
    story: view.story.id,
    ...(reference.untexted === true ? { untexted: true } : {}),
  };
  const taken = await takeTurn(deps, {
    cause,
    view,
    heard,
    phone: reference.phone,
    ...(heard.is === 'words' ? { words: heard.words, channel: heard.channel } : {}),
    express: (decision) => {
      const held = decision.effects.some((effect) => effect.do === 'hold');
      const paths = pathsOf(deps, { ...next, ...askedIn(decision), ...(held ? { held } : {}) });
      const turn = renderVoiceTurn(deps.speaker, decision.story, decision.effects, paths, reference);
      return { reply: deps.renderVoice(turn) };
    },
  });
  if (taken.is === 'duplicate') {
    deps.log.info('TURN_DUPLICATE', { cause });
    return taken.outcome.reply;
  }
  deps.log.info(taken.tries > 1 ? 'TURN_CONFLICT' : 'TURN_TAKEN', { cause, tries: taken.tries });
  return taken.reply;
}

function askedIn({ effects }: Decision): Pick<CallReference, 'asked'> {
  const ask = effects.findLast((effect) => effect.do === 'ask' || effect.do === 'choose');
  return ask?.do === 'ask' ? { asked: ask.slot.key } : {};
}

/** Several people share the number: whom this call is about, by key or by first name; a person is always one key away. */
async function chooseCaller(deps: VoiceTurnTakenDeps, reference: CallReference, heard: Heard): Promise<string> {
  const phone = await deps.store.phone(reference.phone);
  if (phone === undefined) return somethingIsWrong(deps);
  const language = phone.members[0]?.language ?? 'en';
  const said = heard.is === 'words' ? fold(heard.words).trim() : '';
  const flags = heard.is === 'words' ? readRedFlags(heard.words, deps.clinic.redFlags) : [];
  const next = { ...reference, turn: reference.turn + 1, silences: heard.is === 'silence' ? heard.times : 0 };
  const [flag] = flags;
  if (flag !== undefined) {
    const reply = deps.renderVoice({
      steps: [
        { do: 'say', ...warning(deps.speaker, language, flag.kind), language },
        ...putThrough(deps.speaker, language, 'on-call', pathsOf(deps, next)),
      ],
    });
    // Whoever hangs up before anybody answers is looked for all the same.
    const cause = `call/${reference.sid}/${reference.turn}`;
    const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant };
    const concern = {
      concern: `concern/${cause}`,
      flags: flags.map(({ code }) => code),
      kind: flag.kind,
      phone: reference.phone,
    };
    const committed = await deps.store.commit({
      cause,
      outcome: { reply },
      moments: [],
      events: [eventOf(concernRaised, occasion, concern)],
    });
    return committed.is === 'duplicate' ? committed.outcome.reply : reply;
  }
  const member = memberSaid(phone, said);
  if (member !== undefined)
    return converse(deps, { ...next, story: member.story }, { is: 'arrived', channel: 'voice-speech' });
  if (said === '0' || next.silences >= 3 || next.turn > 4) {
    return deps.renderVoice({
      steps: putThrough(deps.speaker, language, 'desk', pathsOf(deps, next)),
    });
  }
  return askWhoCalls(deps, next, phone, true);
}

function memberSaid(phone: Phone, said: string): Phone['members'][number] | undefined {
  const words = said.split(/\s+/);
  const named = phone.members.filter(
    (member, index) => said === String(index + 1) || words.includes(fold(member.firstName)),
  );
  return named.length === 1 ? named[0] : undefined;
}

/** Nobody picked up: say so, leave the desk a note, and never leave the caller in the air. */
async function afterDial(deps: VoiceTurnTakenDeps, reference: CallReference, form: URLSearchParams): Promise<string> {
  const view = reference.story === undefined ? undefined : await deps.store.story(reference.story);
  const language: Language = view?.story.person.language ?? 'en';
  if (form.get('DialCallStatus') === 'completed') return deps.renderVoice({ steps: [{ do: 'hangup' }] });
  const cause = `call/${reference.sid}/${reference.turn}/dialled`;
  const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient: view?.story.id };
  const urgency = reference.dialling === 'on-call' ? ('stat' as const) : ('urgent' as const);
  const { catalogue } = deps.speaker;
  const warn =
    reference.dialling === 'on-call'
      ? [{ do: 'say' as const, ...warning(deps.speaker, language, 'emergency'), language }]
      : [];
  const reply = deps.renderVoice({
    steps: [
      ...warn,
      { do: 'say', language, text: sentence(catalogue, language, 'voice.desk-missed') },
      { do: 'say', language, text: sentence(catalogue, language, 'voice.goodbye') },
      { do: 'hangup' },
    ],
  });
  const committed = await deps.store.commit({
    cause,
    outcome: { reply },
    moments: [],
    events: [eventOf(personRequested, occasion, { because: 'not-answered', urgency, phone: reference.phone })],
  });
  return committed.is === 'duplicate' ? committed.outcome.reply : reply;
}

export function pathsOf(deps: VoiceTurnTakenDeps, reference: CallReference): CallPaths {
  const to = (carried: CallReference) => `/twilio/voice/turn?c=${sealCall(deps.seals, carried, deps.clock.now())}`;
  let next: string | undefined;
  return {
    next: () => {
      next ??= to(reference);
      return next;
    },
    dialled: (dialling) => to({ ...reference, dialling }),
  };
}

function somethingIsWrong(deps: VoiceTurnTakenDeps): string {
  const text = sentence(deps.speaker.catalogue, 'en', 'voice.not-now', { desk: sayNumber(deps.clinic.desk) });
  return deps.renderVoice({
    steps: [
      { do: 'say', language: 'en', text },
      { do: 'dial', number: deps.clinic.desk, timeout: 25 },
    ],
  });
}
