import { readFileSync } from 'node:fs';
import { type Catalogue, type MessageKey, messageKeys } from '../../domain/guidance/catalogue.ts';
import type { DeskPageView } from '../../web/desk/desk-page.ts';
import type { QuestionPageView } from '../../web/page/question-page.ts';
import type { QuestionForm } from '../../web/question-form.ts';

const english: unknown = JSON.parse(readFileSync(new URL('../../content/messages/en.json', import.meta.url), 'utf8'));
const words = new Map(Object.entries(typeof english === 'object' && english !== null ? english : {}));
const messages = Object.fromEntries(messageKeys.map((key) => [key, String(words.get(key))])) as Record<
  MessageKey,
  string
>;

/** The English words as the clinic has them, in every language: what is tested here is the page, not the translation. */
export const catalogue: Catalogue = {
  version: 'test',
  messages: { en: messages, es: messages, pl: messages },
  emergency: { emergency: { en: 'E', es: 'E', pl: 'E' }, crisis: { en: 'C', es: 'C', pl: 'C' } },
};

export function aQuestion(changes: Partial<QuestionForm> = {}): QuestionForm {
  return {
    words: ['Do you take any medicines for your heart?', 'Also those you only take now and then.'],
    input: 'radio',
    choices: [
      { value: '1', label: 'Yes' },
      { value: '2', label: 'No' },
    ],
    required: false,
    canGoBack: true,
    hidden: { question: 'medicines', version: '4' },
    action: '',
    ...changes,
  };
}

export function aPage(changes: Partial<QuestionPageView> = {}): QuestionPageView {
  return {
    language: 'en',
    clinicName: 'Lakeside Clinic',
    emergencyNumber: '911',
    notices: [],
    progress: { position: 4, total: 9 },
    question: aQuestion(),
    ...changes,
  };
}

export function aDesk(changes: Partial<DeskPageView> = {}): DeskPageView {
  return {
    clinicName: 'Lakeside Clinic',
    clerk: 'Rosa Delgado',
    patient: { name: 'Anna Kowalska', birthDate: 'April 12, 1961', language: 'English' },
    notices: [],
    concerns: [
      {
        what: 'Chest pain or tightness',
        words: 'my chest feels tight, can I see someone',
        how: 'by text',
        when: 'Monday, March 2, 2:14 AM',
      },
    ],
    conversations: [
      {
        id: 'task/42',
        title: 'Before your first visit',
        visit: 'Monday, March 2, 9:40 AM',
        open: 1,
        waiting: aQuestion(),
        told: [
          {
            question: 'What brings you in?',
            answer: 'Tight feeling in my chest at night',
            how: 'by text',
            when: 'today, 2:31 AM',
            corrected: [],
            inChart: true,
          },
          {
            question: 'How long have you had it?',
            answer: '3 weeks',
            how: 'on the phone, by voice, read back and confirmed',
            when: 'today, 7:57 AM',
            corrected: [{ was: '3 days', when: 'today, 2:33 AM', how: 'by text' }],
            inChart: false,
          },
        ],
      },
    ],
    ...changes,
  };
}
