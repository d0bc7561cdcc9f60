import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Phone } from '../../domain/story/phone.ts';
import { expressByText } from '../../edge/texting.ts';
import type { ChartChangedDeps } from './dependencies.ts';

/** A number nobody knew turns out to be this patient's: what was said while we looked counts now, and is answered; the commit that keeps it forgets what waited. */
export async function hearLateWords(deps: ChartChangedDeps, id: string, phone: Phone): Promise<void> {
  const said = phone.unknown?.said ?? [];
  const view = await deps.store.story(id);
  if (said.length === 0 || view === undefined) return;
  const cause = `late/${phone.id}/${phone.unknown?.since ?? ''}`;
  await takeTurn(deps, {
    cause,
    view,
    channel: 'sms',
    phone: phone.id,
    words: said.join('\n'),
    heard: { is: 'words', words: said.join('\n'), channel: 'sms', via: 'text' },
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
