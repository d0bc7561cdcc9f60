import { sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { VoiceReply } from '../../edge/reply.ts';
import { putThrough } from '../../edge/voice/render-voice.ts';
import { eventOf } from '../../events/envelope.ts';
import { numberUnknown } from '../../events/number-unknown.ts';
import { converse, pathsOf } from './call-continued.ts';
import type { CallReference } from './call-reference.ts';
import type { VoiceTurnTakenDeps } from './dependencies.ts';

/** A call begins: one look for the number, one for the story, one commit. A number nobody knows is put through to the desk. */
export async function answerCall(
  deps: VoiceTurnTakenDeps,
  sid: string,
  caller: string,
  outbound: boolean,
): Promise<string> {
  if (outbound && caller === deps.clinic.onCall) return tellOnCall(deps);
  const id = deps.phoneHash(caller);
  const phone = await deps.store.phone(id);
  const untexted = phone?.texts === false ? ({ untexted: true } as const) : {};
  const reference: CallReference = { sid, turn: 0, silences: 0, phone: id, ...untexted };
  if (phone === undefined || phone.members.length === 0) return greetUnknown(deps, reference, phone, caller);
  const [only, second] = phone.members;
  if (only !== undefined && second === undefined)
    return converse(deps, { ...reference, story: only.story }, { is: 'arrived', channel: 'voice-speech' });
  return askWhoCalls(deps, reference, phone, false);
}

/** Several people share the number: by first names only. */
export function askWhoCalls(deps: VoiceTurnTakenDeps, reference: CallReference, phone: Phone, again: boolean): string {
  const language = phone.members[0]?.language ?? 'en';
  const { catalogue } = deps.speaker;
  const next = pathsOf(deps, { ...reference, turn: reference.turn + 1, choosing: true }).next();
  const lines = [
    sentence(catalogue, language, again ? 'who.again' : 'voice.who'),
    ...phone.members.map((member, index) =>
      sentence(catalogue, language, 'voice.press', { label: member.firstName, number: index + 1 }),
    ),
    sentence(catalogue, language, 'voice.way-out'),
  ];
  const greeting = again
    ? []
    : [sentence(catalogue, language, 'voice.greeting', { name: '', clinic: deps.clinic.name }).replace(' ,', ',')];
  return deps.renderVoice({
    steps: [
      {
        do: 'gather',
        say: [...greeting, ...lines].map((text) => ({ text, language })),
        action: next,
        input: ['dtmf', 'speech'],
        finishOnKey: '#',
        timeout: 6,
        speechTimeout: 'auto',
        language,
        bargeIn: true,
        actionOnEmptyResult: true,
      },
    ],
  });
}

async function greetUnknown(
  deps: VoiceTurnTakenDeps,
  reference: CallReference,
  phone: Phone | undefined,
  caller: string,
): Promise<string> {
  const language: Language = 'en';
  const { catalogue, emergencyNumber } = deps.speaker;
  const now = deps.clock.now().toISOString();
  const current: Phone = phone ?? {
    id: reference.phone,
    version: 0,
    number: caller,
    members: [],
    blocked: false,
    introduced: false,
    queue: [],
  };
  const unknown = current.unknown ?? { since: now, said: [], looked: false };
  const cause = `call/${reference.sid}`;
  const reply: VoiceReply = {
    steps: [
      {
        do: 'say',
        language,
        text: sentence(catalogue, language, 'voice.greeting-unknown', {
          clinic: deps.clinic.name,
          emergency: emergencyNumber,
        }),
      },
      { do: 'say', language, text: sentence(catalogue, language, 'voice.unknown-number') },
      ...putThrough(deps.speaker, language, 'desk', pathsOf(deps, { ...reference, turn: 1 })).slice(1),
    ],
  };
  const rendered = deps.renderVoice(reply);
  // The look-up behind the bus is worth having, the caller's minute more: a conflict here changes nothing for them.
  await deps.store.commit({
    cause,
    outcome: { reply: rendered },
    phones: [{ ...current, unknown, version: current.version + 1 }],
    moments: [],
    events: [eventOf(numberUnknown, { cause, time: now, tenant: deps.clinic.tenant }, { phone: reference.phone })],
  });
  return rendered;
}

/** Whoever is on call hears that they are needed: no name, no reason, since anyone may have picked up. */
function tellOnCall(deps: VoiceTurnTakenDeps): string {
  const language: Language = 'en';
  const text = sentence(deps.speaker.catalogue, language, 'voice.on-call', { clinic: deps.clinic.name });
  return deps.renderVoice({
    steps: [
      { do: 'say', text, language },
      { do: 'pause', seconds: 1 },
      { do: 'say', text, language },
      { do: 'hangup' },
    ],
  });
}
