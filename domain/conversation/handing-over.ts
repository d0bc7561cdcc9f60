import type { Channel } from '../intake/answer.ts';
import type { RaisedFlag } from '../safety/red-flags.ts';
import type { Effect } from './effects.ts';
import type { Turn } from './turn.ts';

/** A red flag: the approved words first, a person told, the questions kept for later. */
export function raise(turn: Turn, flags: readonly RaisedFlag[], words: string, channel: Channel): void {
  const [first] = flags;
  if (first === undefined) return;
  const kinds = (['emergency', 'crisis'] as const).filter((kind) => flags.some((flag) => flag.kind === kind));
  const [main] = kinds;
  const concern = `concern/${turn.circumstances.cause}`;
  const { current } = turn;
  turn.effects.unshift(...kinds.map((kind): Effect => ({ do: 'warn', kind })));
  turn.addConcern({ id: concern, flag: first, raisedAt: turn.now, words: words.slice(0, 500), channel });
  turn.do({
    do: 'raise',
    concern,
    flags,
    kind: main ?? first.kind,
    ...(current === undefined ? {} : { conversation: current.id }),
  });
  turn.do({ do: 'tell', message: main === 'crisis' ? 'crisis.told' : 'emergency.told' });
  if (current !== undefined) {
    turn.change(current.id, { paused: { since: turn.now, because: 'red-flag' }, turn: current.turn + 1 });
    turn.do({ do: 'tell', message: 'emergency.goes-on' });
  }
  if (channel === 'voice-keypad' || channel === 'voice-speech') turn.do({ do: 'connect', to: 'on-call' });
}

/** A person is asked to step in. The intake stays open: plain answers are still recorded. */
export function handOver(
  turn: Turn,
  because: 'asked' | 'misread' | 'message' | 'opted-out',
  urgency: 'routine' | 'urgent',
): void {
  const { current } = turn;
  turn.do({ do: 'hand-over', because, urgency, ...(current === undefined ? {} : { conversation: current.id }) });
}
