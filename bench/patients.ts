import { questionnaires } from '../content/questionnaires.ts';
import type { Clinic } from '../domain/conversation/clinic.ts';
import { decide } from '../domain/conversation/decide.ts';
import type { StoryStore } from '../domain/ports/story-store.ts';
import { emptyStory } from '../domain/story/empty-story.ts';
import { compileQuestionnaire } from '../fhir-mappings/questionnaire.ts';

/** A patient to whom the first question of the first-visit intake was put, on a phone of their own. */
export async function seedPatient(
  {
    store,
    clinic,
    phone,
    now,
  }: { readonly store: StoryStore; readonly clinic: Clinic; readonly phone: string; readonly now: Date },
  id: string,
  number: string,
): Promise<void> {
  const [first] = questionnaires;
  const compiled = first === undefined ? undefined : compileQuestionnaire(first);
  if (compiled?.ok !== true) throw new Error('The questionnaire does not compile.');
  const { intake } = compiled;
  const story = emptyStory(id, { firstName: 'Anna', language: 'en', deceased: false, phones: [phone] });
  const key = `${intake.canonical}|${intake.version}`;
  const begun = decide(
    { story, intakes: { [key]: intake } },
    { is: 'intake-asked', conversation: { id: `task/${id}` }, intake, waits: false },
    { clinic, now, cause: `bench/${id}` },
  );
  await store.commit({
    cause: `seed/${id}`,
    outcome: { reply: '' },
    story: { ...begun.story, version: 1 },
    intakes: { [key]: intake },
    phones: [
      {
        id: phone,
        version: 1,
        number,
        members: [{ story: id, firstName: 'Anna', as: 'self', language: 'en' }],
        blocked: false,
        introduced: true,
        queue: [],
      },
    ],
    moments: [],
    events: [],
  });
}
