import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { currentConversation } from '../../domain/conversation/turn.ts';
import type { Fact } from '../../domain/intake/fact.ts';
import type { Slot } from '../../domain/intake/slots.ts';
import { isSmallAlphabet, segmentsOf } from '../../edge/segments.ts';
import { renderSms } from '../../edge/sms/render-sms.ts';
import { renderVoiceTurn } from '../../edge/voice/render-voice.ts';
import { clinic, content, lineOf } from '../engine/conversation.ts';
import { counting, seed } from './counting.ts';
import { answers, anyIntake, anySteps, type Driven, drive, finish, reloaded, waitingIn } from './drive.ts';

const speaker = {
  clinic,
  catalogue: content.catalogueFor('US'),
  emergencyNumber: content.emergencyNumberFor('US'),
};
const runs = 1000;

describe('any inputs on any mix of channels', () => {
  const met = counting('any inputs');
  afterAll(met.print);

  test('are each answered with words or a person, and end in completion or a person', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(anyIntake, anyIntake, fc.boolean(), anySteps, (intake, other, visit, steps) => {
        const more = { ...other, canonical: 'https://clinic.example/Questionnaire/more' };
        const driven = drive({ intake, more, visit, reload: (view) => view });
        driven.begin();
        for (const step of steps) {
          const done = driven.step(step);
          met.count(step.is);
          if (done === undefined) continue;
          if ('via' in step) met.count(step.via);
          checkTurn(done);
          for (const { do: what } of done.decision.effects) met.count(`→ ${what}`);
        }
        const asked = currentConversation(driven.view().story)?.id;
        const most =
          80 + 6 * driven.view().story.conversations.reduce((sum, each) => sum + openIn(driven.view(), each.id), 0);
        const end = finish(driven, most);
        for (const done of end) checkTurn(done);
        const { story } = driven.view();
        expect(waitingIn(driven.view())).toBeUndefined();
        expect(story.conversations.filter(({ status }) => status === 'open' || status === 'queued')).toEqual([]);
        met.count('conversations ended', story.conversations.length);
        met.count('turns to the end', end.length);
        if (asked !== undefined) met.count('in the middle when the end began');
      }),
      { numRuns: runs, seed },
    );
    for (const what of [
      '→ record',
      '→ hand-over',
      '→ raise',
      '→ complete',
      '→ close',
      '→ opt-out',
      '→ keep-unused',
      '→ connect',
    ])
      expect(met.of(what), what).toBeGreaterThan(25);
  });
});

function openIn(view: ReturnType<typeof reloaded>, id: string): number {
  const conversation = view.story.conversations.find((each) => each.id === id);
  const intake = conversation === undefined ? undefined : view.intakes[conversation.intake];
  return intake === undefined || conversation === undefined ? 0 : JSON.stringify(intake).split('"linkId"').length;
}

/** What holds of every single turn. */
function checkTurn({ heard, before, decision }: Driven): void {
  const { effects, story } = decision;
  const lines = effects.map(lineOf);
  if (heard.is === 'words' || heard.is === 'form' || heard.is === 'arrived' || heard.is === 'silence')
    expect(answers(effects), `${JSON.stringify(heard)} → ${lines.join('; ')}`).toBe(true);
  if (effects.some(({ do: what }) => what === 'warn') && heard.is !== 'arrived') expect(effects[0]?.do).toBe('warn');
  for (const effect of effects) {
    if (effect.do !== 'ask') continue;
    const { position, total, left } = effect.progress;
    expect(left).toBeGreaterThanOrEqual(0);
    expect(position).toBeGreaterThanOrEqual(1);
    expect(position).toBeLessThanOrEqual(total);
    expect(left).toBeLessThanOrEqual(total);
  }
  const open = story.conversations.filter(({ status }) => status === 'open');
  expect(open.length).toBeLessThanOrEqual(1);
  for (const conversation of story.conversations) {
    const was = before.story.conversations.find((each) => each.id === conversation.id);
    // Nothing that was on file is lost: it is still there, or in the history.
    for (const [slot, answer] of Object.entries(was?.answers ?? {})) {
      if (slot.endsWith('+')) continue;
      const kept =
        JSON.stringify(conversation.answers[slot]) === JSON.stringify(answer) ||
        conversation.history.some((old) => old.slot === slot && JSON.stringify(old.answer) === JSON.stringify(answer));
      expect(kept, `${slot} was ${JSON.stringify(answer)}`).toBe(true);
    }
    const earlier = was?.history ?? [];
    if (earlier.length < 40) expect(conversation.history.slice(0, earlier.length)).toEqual(earlier);
    for (const answer of Object.values(conversation.answers))
      expect(answer.values.length > 0).toBe(answer.absent === undefined);
  }
  const { body, more } = renderSms(speaker, story, effects, { introduce: false });
  // What is told and what is asked take at most two segments each, or four where letters cost double; what goes on behind MORE, too. The
  // emergency words come whole.
  const most = (text: string) => (isSmallAlphabet([body, ...more, text].join('')) ? 2 : 4);
  for (const what of ['tell', 'ask']) {
    const alone = effects.filter(({ do: each }) => each === what);
    const text = renderSms(speaker, story, alone, { introduce: false }).body;
    expect(segmentsOf(text)).toBeLessThanOrEqual(most(text));
  }
  for (const part of more) expect(segmentsOf(part)).toBeLessThanOrEqual(most(part));
  const speaks = effects.some(({ do: what }) => ['tell', 'ask', 'warn', 'say-more'].includes(what));
  expect(body !== '').toBe(speaks);
  expect(
    renderVoiceTurn(speaker, story, effects, { next: () => '/next', dialled: () => '/dialled' }).steps.length,
  ).toBeGreaterThan(0);
}

describe('at any prefix', () => {
  const met = counting('stored and loaded between turns');
  afterAll(met.print);

  test('a story that was stored and loaded goes on exactly as one that was not', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(anyIntake, anySteps, (intake, steps) => {
        const kept = drive({ intake, reload: (view) => view });
        const stored = drive({ intake, reload: reloaded });
        expect(stored.begin().decision.effects).toEqual(kept.begin().decision.effects);
        for (const step of steps) {
          const [one, other] = [kept.step(step), stored.step(step)];
          expect(other?.decision.effects.map(lineOf)).toEqual(one?.decision.effects.map(lineOf));
          met.count('turns');
          if (one?.before.story.conversations.some(({ asked }) => asked?.pending !== undefined))
            met.count('with something asked back');
          if (one?.before.story.conversations.some(({ asked }) => asked?.correcting === true))
            met.count('in a correction');
          if (one?.before.story.conversations.some(({ paused }) => paused !== undefined)) met.count('paused');
        }
        expect(stored.view().story).toEqual(reloaded(kept.view()).story);
      }),
      { numRuns: runs, seed },
    );
    expect(met.of('with something asked back')).toBeGreaterThan(100);
    expect(met.of('in a correction')).toBeGreaterThan(60);
  });
});

describe('nothing is asked twice', () => {
  const met = counting('asked or known');
  afterAll(met.print);
  const codes = ['boolean', 'integer', 'string', 'choice'] as const;
  const values = {
    boolean: [{ kind: 'boolean', value: true }],
    integer: [{ kind: 'integer', value: 2 }],
    string: [{ kind: 'string', value: 'red' }],
    choice: [{ kind: 'coding', system: 'http://clinic.example/codes', code: 'a', display: 'Apple' }],
  } as const;
  const anyFacts = fc.uniqueArray(fc.tuple(fc.nat(3), fc.constantFrom(...codes), fc.boolean()), {
    selector: ([code, type]) => `${code} ${type}`,
    maxLength: 8,
  });

  test('a question whose fact is valid is never asked, and an answered one only to change it', {
    timeout: 240_000,
  }, () => {
    fc.assert(
      fc.property(anyIntake, anyFacts, anySteps, (intake, known, steps) => {
        const facts = Object.fromEntries(
          known.map(([code, type, valid]) => {
            const key = `http://loinc.org|code-${code}-${type}`;
            const validUntil = valid ? '2030-01-01T00:00:00.000Z' : '2026-03-01T00:00:00.000Z';
            return [key, { key, values: values[type], validUntil, provenance: { at: '2026-01-01T00:00:00.000Z' } }];
          }),
        );
        const driven = drive({ intake, facts, reload: (view) => view });
        const turns = [driven.begin(), ...steps.map(driven.step), ...finish(driven, 200)];
        for (const turn of turns) {
          if (turn === undefined) continue;
          for (const effect of turn.decision.effects) {
            if (effect.do !== 'ask' || effect.slot.is !== 'question') continue;
            met.count('questions asked');
            const correcting = turn.decision.story.conversations.some(({ asked }) => asked?.correcting === true);
            const { question, rounds } = effect.slot;
            const [code] = question.codes;
            const fact: Fact | undefined =
              code === undefined ? undefined : turn.before.story.facts[`${code.system}|${code.code}`];
            if (fact !== undefined) met.count('with a fact');
            const valid = fact !== undefined && Date.parse(fact.validUntil) > turn.now.getTime() && rounds.length === 0;
            const fits = fact?.absent === undefined && (fact?.values.length === 1 || question.repeats);
            if (valid && fits && !correcting) expect.fail(`${effect.slot.key} was asked though ${fact.key} is known`);
            const conversation = turn.before.story.conversations.find(({ id }) => id === effect.conversation);
            if (conversation?.answers[effect.slot.key] !== undefined) {
              met.count('asked to change it');
              expect(correcting || takenBack(turn, effect.slot)).toBe(true);
            }
          }
        }
        for (const { answers: given } of driven.view().story.conversations)
          met.count('taken over', Object.values(given).filter(({ provenance }) => provenance.source === 'fact').length);
      }),
      { numRuns: runs, seed },
    );
    expect(met.of('taken over')).toBeGreaterThan(200);
    expect(met.of('asked to change it')).toBeGreaterThan(60);
  });
});

/** The turn itself removed the answer, which nothing but a new round does. */
function takenBack({ decision }: Driven, slot: Slot): boolean {
  return decision.story.conversations.every(({ answers: given }) => given[slot.key] === undefined);
}

test('the same steps give the same decisions', () => {
  fc.assert(
    fc.property(anyIntake, anySteps, (intake, steps) => {
      const twice = [0, 1].map(() => {
        const driven = drive({ intake, reload: (view) => view });
        return [driven.begin(), ...steps.map(driven.step)].map((turn) => turn?.decision);
      });
      expect(twice[0]).toEqual(twice[1]);
    }),
    { numRuns: 100, seed },
  );
});
