import { sentence } from '../../domain/guidance/catalogue.ts';
import type { Language } from '../../domain/guidance/language.ts';
import { readConsentWords } from '../../domain/intake/reading/consent-words.ts';
import { fold } from '../../domain/intake/reading/fold.ts';
import type { Outcome } from '../../domain/ports/story-store.ts';
import { readRedFlags } from '../../domain/safety/read-red-flags.ts';
import type { RaisedFlag } from '../../domain/safety/red-flags.ts';
import type { Message } from '../../domain/story/message.ts';
import type { Member, Phone } from '../../domain/story/phone.ts';
import { sayNumber, warning } from '../../edge/speech.ts';
import { concernRaised } from '../../events/concern-raised.ts';
import { eventOf } from '../../events/envelope.ts';
import { messageQueued } from '../../events/message-queued.ts';
import { numberUnknown } from '../../events/number-unknown.ts';
import { personRequested } from '../../events/person-requested.ts';
import type { SmsReceivedDeps } from './dependencies.ts';
import { commitPhone, type PhoneDecision } from './phone-turn.ts';
import type { Text } from './text.ts';

/** Texts of a phone that are held until we know whose they are; each is also kept as a moment. */
const mostHeld = 20;

/**
 * Whose text this is. Alone on the number: theirs. On a shared phone: of whom we are asking something, else of whom they name in answer to
 * "who is this about?"; what they had said before counts then.
 */
export function memberMeant(phone: Phone, words: string): { readonly member?: Member; readonly words: string } {
  const [only, second] = phone.members;
  if (only !== undefined && second === undefined) return { member: only, words };
  const asked =
    phone.asking === undefined ? undefined : phone.members.find((member) => member.story === phone.asking?.story);
  if (asked !== undefined) return { member: asked, words };
  if (phone.choosing === undefined) return { words };
  const said = fold(words).trim();
  const named = phone.members.filter((member, index) => said === String(index + 1) || fold(member.firstName) === said);
  const [member] = named;
  return member === undefined || named.length > 1 ? { words } : { member, words: phone.choosing.said.join('\n') };
}

/** Several people share the number: ask who, by first names only. Danger is answered first, whoever it is. */
export function askWho(
  deps: SmsReceivedDeps,
  text: Text,
  phone: Phone,
): Promise<{ readonly is: 'duplicate' | 'answered'; readonly outcome: Outcome }> {
  return commitPhone(deps, text, phone, (current) => {
    const language = current.members[0]?.language ?? 'en';
    const again = current.choosing !== undefined;
    const names = current.members.map((member, index) =>
      sentence(deps.speaker.catalogue, language, 'options.item', { number: index + 1, label: member.firstName }),
    );
    const lines = [sentence(deps.speaker.catalogue, language, again ? 'who.again' : 'who'), ...names];
    const said = [...(current.choosing?.said ?? []), text.words].slice(-mostHeld);
    const flags = readRedFlags(text.words, deps.clinic.redFlags);
    const choosing = { said: again ? (current.choosing?.said ?? []) : said, at: deps.clock.now().toISOString() };
    return withReply(
      deps,
      text,
      { ...current, choosing: flags.length > 0 ? { ...choosing, said } : choosing },
      language,
      lines,
      flags,
    );
  });
}

/** A number nobody knows: answered at once, looked up behind the bus; what was said is kept for whoever it turns out to be. */
export function answerUnknownNumber(
  deps: SmsReceivedDeps,
  text: Text,
  phone: Phone | undefined,
): Promise<{ readonly is: 'duplicate' | 'answered'; readonly outcome: Outcome }> {
  return commitPhone(deps, text, phone, (current) => {
    const now = deps.clock.now().toISOString();
    const flags = readRedFlags(text.words, deps.clinic.redFlags);
    const looked = current.unknown?.looked === true;
    const unknown = {
      since: current.unknown?.since ?? now,
      said: [...(current.unknown?.said ?? []), text.words].filter((words) => words.trim() !== '').slice(-mostHeld),
      looked,
    };
    const stops = readConsentWords(text.words) === 'opt-out-in-words';
    const waits = current.unknown === undefined ? 'unknown-number' : 'unknown-number.waiting';
    const key = stops ? 'opt-out.done' : waits;
    const line = sentence(deps.speaker.catalogue, 'en', key, {
      clinic: deps.clinic.name,
      desk: sayNumber(deps.clinic.desk),
    });
    const decision = withReply(deps, text, { ...current, unknown }, 'en', [line], flags);
    const occasion = { cause: text.cause, time: now, tenant: deps.clinic.tenant };
    const look = eventOf(numberUnknown, occasion, { phone: text.phone });
    const tell = looked
      ? [eventOf(personRequested, occasion, { because: 'unknown-number', urgency: 'routine', phone: text.phone })]
      : [];
    return { ...decision, events: [...decision.events, look, ...tell] };
  });
}

function withReply(
  deps: SmsReceivedDeps,
  text: Text,
  phone: Phone,
  language: Language,
  lines: readonly string[],
  flags: readonly RaisedFlag[],
): PhoneDecision {
  const time = deps.clock.now().toISOString();
  const occasion = { cause: text.cause, time, tenant: deps.clinic.tenant };
  const kinds = (['emergency', 'crisis'] as const).filter((kind) => flags.some((flag) => flag.kind === kind));
  const raised = kinds.map((kind) =>
    eventOf(
      concernRaised,
      { ...occasion, part: kind },
      {
        concern: `concern/${text.cause}`,
        flags: flags.filter((flag) => flag.kind === kind).map((flag) => flag.code),
        kind,
        phone: text.phone,
      },
    ),
  );
  const warnings = kinds.map((kind) => warning(deps.speaker, language, kind));
  const told = kinds.map((kind) =>
    sentence(deps.speaker.catalogue, language, kind === 'crisis' ? 'crisis.told' : 'emergency.told'),
  );
  const intro = phone.introduced
    ? []
    : [sentence(deps.speaker.catalogue, language, 'intro', { clinic: deps.clinic.name })];
  if (phone.blocked) return { phone, reply: '[]', what: 'withheld', events: raised };
  const body = [...warnings.map((words) => words.text), ...told, ...intro, ...lines].join('\n');
  const id = `message/${text.cause}`;
  const message: Message = {
    id,
    phone: phone.id,
    to: phone.number,
    body,
    language,
    kind: 'reply',
    priority: 'urgent',
    channel: 'sms',
    content: warnings.map((words) => words.content),
    createdAt: time,
    state: 'queued',
  };
  return {
    phone: { ...phone, introduced: true },
    reply: JSON.stringify([{ body, statusCallback: deps.statusCallback(id) }]),
    what: 'asked who',
    events: [...raised, eventOf(messageQueued, occasion, { message: id, carriedBy: 'reply', priority: 'urgent' })],
    records: [{ kind: 'message', id, expect: 'absent', value: message }],
  };
}
