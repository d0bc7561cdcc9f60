import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { readConsentWords } from '../../domain/intake/reading/consent-words.ts';
import { readRedFlags } from '../../domain/safety/read-red-flags.ts';
import type { Phone } from '../../domain/story/phone.ts';
import { expressByText } from '../../edge/texting.ts';
import type { ChartChangedDeps } from './dependencies.ts';

/** A number nobody knew turns out to be this patient's: what was said while we looked counts now, and is answered; the commit that keeps it forgets what waited. */
export async function hearLateWords(deps: ChartChangedDeps, id: string, phone: Phone): Promise<void> {
  const said = phone.unknown?.said ?? [];
  const view = await deps.store.story(id);
  if (said.length === 0 || view === undefined) return;
  const cause = `late/${phone.id}/${phone.unknown?.since ?? ''}`;
  const words = said.join('\n');
  // They were told that no more texts come: that must not be lost among what else they said, unless that is danger.
  const stops = said.find((each) => readConsentWords(each) === 'opt-out-in-words');
  const isDanger = readRedFlags(words, deps.clinic.redFlags).length > 0;
  await takeTurn(deps, {
    cause,
    view,
    channel: 'sms',
    phone: phone.id,
    words,
    heard: { is: 'words', words: isDanger ? words : (stops ?? words), channel: 'sms', via: 'text' },
    express: async (decision, before) => {
      const expression = await expressByText(deps, cause, decision, before.story, { answering: phone.id });
      const changed = expression.phones?.find((each) => each.id === phone.id);
      const current = changed ?? (await deps.store.phone(phone.id));
      if (current === undefined) return expression;
      const { unknown: _, ...heard } = current;
      const others = (expression.phones ?? []).filter((each) => each.id !== phone.id);
      const version = changed?.version ?? current.version + 1;
      return { ...expression, phones: [...others, { ...heard, version }] };
    },
  });
}
