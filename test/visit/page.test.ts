import { describe, expect, test } from 'vitest';
import { loadContent } from '../../content/content.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { visitNeedsFor } from '../../edge/page/visit-needs.ts';
import { createHandler } from '../../functions/page-opened/handler.ts';
import { asks, clinic, keyOf } from '../engine/conversation.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { httpEvent, listeningLog } from '../functions/ehr-notified/http-event.ts';
import { memoryStore } from '../properties/memory-store.ts';
import { need, theirs, visitWorld } from './visit-world.ts';

const content = loadContent();
const speaker = { clinic, catalogue: content.catalogueFor('US'), emergencyNumber: '911' };

function planned() {
  const world = visitWorld();
  world.shows([
    need('card', {
      says: { default: 'Please bring <your> card by {due}.' },
      details: { default: 'Any card will do.' },
      due: '2026-03-13T14:10:00.000Z',
    }),
    need('disc', { state: 'met', says: { default: 'We have the disc.' } }),
    theirs('approval', { state: 'waiting', says: { default: 'We are getting the approval.' } }),
  ]);
  return world;
}

describe('what a visit needs, on the patient’s page', () => {
  test('is listed with where each thing stands and who sees to it, what is done last', () => {
    const world = planned();
    expect(visitNeedsFor(speaker, world.story(), world.now())).toEqual({
      heading: 'Your visit on Friday, March 13 at 9:40 AM',
      needs: [
        {
          words: 'Please bring <your> card by Friday, March 13 at 9:10 AM.',
          details: 'Any card will do.',
          state: 'To do',
          owner: 'You',
        },
        { words: 'We are getting the approval.', state: 'Under way', owner: 'Our insurance team' },
        { words: 'We have the disc.', state: 'Done', owner: 'You' },
      ],
    });
  });

  test('is in the order in which a text says it: the patient’s own first, whatever came first', () => {
    const world = visitWorld();
    world.shows([theirs('approval', { says: { default: 'We are getting the approval.' } }), need('card')]);
    expect(visitNeedsFor(speaker, world.story(), world.now())?.needs.map(({ owner }) => owner)).toEqual([
      'You',
      'Our insurance team',
    ]);
  });

  test('says when nothing is left, and is not there once the visit is over or where it never needed anything', () => {
    const world = visitWorld();
    world.shows([need('disc', { state: 'met' })]);
    expect(visitNeedsFor(speaker, world.story(), world.now())?.note).toBe('Nothing is left to do.');
    world.ends('cancelled');
    expect(visitNeedsFor(speaker, world.story(), world.now())).toBeUndefined();
    const other = visitWorld();
    other.shows([], { type: 'other' });
    expect(visitNeedsFor(speaker, other.story(), other.now())).toBeUndefined();
  });

  test('stands above the waiting question, which is answered as ever, and is not said to be all while it is open', async () => {
    const world = planned();
    const memory = memoryStore();
    const intake = compiled([asks('q1', 'boolean')]);
    memory.put({ story: world.story(), intakes: { [keyOf(intake)]: intake } });
    const clock = { now: world.now };
    const first: StoryView = memory.view('anna') ?? { story: world.story(), intakes: {} };
    await takeTurn(
      { store: memory.store, clinic, clock },
      {
        cause: 'asked',
        view: first,
        intakes: { [keyOf(intake)]: intake },
        heard: { is: 'intake-asked', conversation: { id: 'appointment/7', quiet: true }, intake, waits: false },
        express: () => ({ reply: '' }),
      },
    );
    const seals = {
      seal: () => '',
      open: () => ({ is: 'open' as const, content: { story: 'anna' } }),
    };
    const handler = createHandler({ store: memory.store, clinic, clock, log: listeningLog(), speaker, seals });
    const get = httpEvent({ route: 'GET /u/{token}', path: '/u/x', parameters: { token: 'x' } });
    const opened = await handler(get);
    expect(opened.statusCode).toBe(200);
    const page = String(opened.body);
    expect(page.indexOf('Your visit on Friday')).toBeGreaterThan(0);
    expect(page.indexOf('Question q1')).toBeGreaterThan(page.indexOf('We have the disc.'));
    expect(page).toContain('&lt;your&gt; card');
    expect(page.match(/<h1/g)).toHaveLength(1);
    const version = /name="version" value="(\d+)"/.exec(page)?.[1] ?? '';
    const answered = await handler(
      httpEvent({
        route: 'POST /u/{token}',
        path: '/u/x',
        parameters: { token: 'x' },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ question: 'q1', version, answer: '1' }).toString(),
      }),
    );
    expect(String(answered.body)).toContain('Thank you.');
    expect(String(answered.body)).not.toContain("That's everything");
    expect(memory.view('anna')?.story.conversations[0]?.status).toBe('completed');
    const again = String((await handler(get)).body);
    expect(again).toContain('Please bring');
    expect(again).not.toContain('Thank you.');
  });
});
