import { readFileSync } from 'node:fs';
import { type Catalogue, type MessageKey, messageKeys } from '../../domain/guidance/catalogue.ts';
import type { DeskPageView } from '../../web/desk/desk-page.ts';
import type { FileView } from '../../web/desk/file-part.ts';
import type { DeskVisit } from '../../web/desk/visit-part.ts';
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

export const aFile: FileView = {
  entries: [
    {
      label: 'Name',
      value: 'Anna Kowalska',
      source: 'Patient record',
      age: 'since January 5, 2024 (2 years ago)',
      confirmed: 'today at 9:38 AM by Maya Torres',
    },
    {
      label: 'Coverage',
      value: 'Prairie Health, PH-1',
      source: 'Insurance record',
      age: 'since March 1, 2026 (yesterday)',
    },
  ],
  hidden: { file: 'digest', shown: '2026-03-02T15:40:00.000Z' },
};

export const aVisit: DeskVisit = {
  when: 'today at 9:40 AM',
  isToday: true,
  standing: ['The patient is running late, said today at 9:20 AM', 'Confirmed yesterday at 2:00 PM'],
  open: [
    {
      id: 'authorisation',
      what: 'Authorisation by the payer',
      owner: 'For: insurance team',
      stands: 'under way, cannot be done in time any more',
      due: 'yesterday at 5:00 PM',
      because: 'MRI with contrast, payer Prairie Health',
      presses: true,
      isStaffs: false,
    },
    {
      id: 'fasting',
      what: 'Preparation',
      owner: 'For: patient',
      stands: 'to do',
      due: 'today at 5:40 AM',
      because: 'MRI with contrast',
      presses: false,
      isStaffs: false,
    },
  ],
  settled: [
    {
      id: 'metal',
      what: 'Document',
      owner: 'For: front desk',
      stands: 'not needed: had it last week, said by staff',
      due: 'today at 8:00 AM',
      because: 'MRI',
      presses: false,
      isStaffs: true,
    },
  ],
  canCheckIn: true,
  late: [
    { value: 'practitioner', label: 'Whom this patient sees' },
    { value: 'location', label: 'Everyone at this place' },
  ],
  hidden: { appointment: '940', shown: '2026-03-02T15:40:00.000Z' },
};

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
    visits: [],
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
