import { sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import { moveMessage } from '../../edge/queue/message-delivery.ts';
import { sayNumber } from '../../edge/speech.ts';
import { putThrough } from '../../edge/voice/render-voice.ts';
import { converse, pathsOf } from './call-continued.ts';
import type { CallReference } from './call-reference.ts';
import type { VoiceTurnTakenDeps } from './dependencies.ts';

/** A call of ours to a patient, who has not said yet that it is they. */
type Reaching = CallReference & { readonly message: string };

/** How often who picked up is asked who they are; a machine hears it as often. */
const mostAsked = 3;

/**
 * A call of ours was picked up, by a person or a machine: until a key is pressed they hear the clinic, the name and the desk's number, and
 * nothing of what the message says or what it is about.
 */
export async function reachOut(deps: VoiceTurnTakenDeps, sid: string, id: string): Promise<string> {
  const message = (await deps.records.get('message', id))?.value;
  const view = message?.story === undefined ? undefined : await deps.store.story(message.story);
  // What we called for is gone (a death, a merged record): whoever picked up is not left with silence.
  if (message === undefined || view === undefined || view.story.person.deceased)
    return goodbye(deps, message?.language ?? 'en');
  const isFirst = message.content.some((each) => each.startsWith('need.first'));
  const reference: Reaching = {
    sid,
    turn: 0,
    silences: 0,
    phone: message.phone,
    story: view.story.id,
    message: id,
    untexted: true,
    ...(isFirst ? { first: true } : {}),
  };
  return askWhoAnswered(deps, reference, view.story.person);
}

/** 1: they, or who helps them, and the message is told. 0: a person. Anything else was no. Silence is asked again, then let be. */
export async function hearWhoAnswered(
  deps: VoiceTurnTakenDeps,
  reference: Reaching,
  form: URLSearchParams,
): Promise<string> {
  const view = reference.story === undefined ? undefined : await deps.store.story(reference.story);
  if (view === undefined) return goodbye(deps, 'en');
  const { person } = view.story;
  const key = form.get('Digits') ?? '';
  const { message, ...known } = reference;
  if (key === '1') {
    const reply = await converse(deps, known, { is: 'arrived', channel: 'voice-keypad' });
    // After the turn is kept: from here on the message has been heard by who it is for, however the call ends.
    await moveMessage(deps.records, deps.clinic.tenant, message, 'delivered', deps.clock.now().toISOString(), {
      sid: reference.sid,
    });
    return reply;
  }
  if (key === '0')
    return deps.renderVoice({
      steps: putThrough(deps.speaker, person.language, 'desk', pathsOf(deps, { ...known, turn: reference.turn + 1 })),
    });
  const next: Reaching = { ...reference, turn: reference.turn + 1, silences: reference.silences + 1 };
  if (key !== '' || next.silences >= mostAsked) return goodbye(deps, person.language);
  return askWhoAnswered(deps, next, person);
}

/** Keys only: a machine's greeting would be heard as words. */
function askWhoAnswered(
  deps: VoiceTurnTakenDeps,
  reference: Reaching,
  { firstName, language }: { readonly firstName: string; readonly language: Language },
): string {
  const text = sentence(deps.speaker.catalogue, language, 'voice.reaching-out', {
    clinic: deps.clinic.name,
    name: firstName,
    desk: sayNumber(deps.clinic.desk),
  });
  return deps.renderVoice({
    steps: [
      {
        do: 'gather',
        say: [{ text, language }],
        action: pathsOf(deps, reference).next(),
        input: ['dtmf'],
        finishOnKey: '',
        numDigits: 1,
        timeout: 6,
        language,
        bargeIn: true,
        actionOnEmptyResult: true,
      },
    ],
  });
}

function goodbye(deps: VoiceTurnTakenDeps, language: Language): string {
  const text = sentence(deps.speaker.catalogue, language, 'voice.reaching-out.goodbye', {
    desk: sayNumber(deps.clinic.desk),
  });
  return deps.renderVoice({ steps: [{ do: 'say', text, language }, { do: 'hangup' }] });
}
