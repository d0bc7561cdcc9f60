import type { CardHook } from '../../domain/handoff/card.ts';

/** What we offer to an EHR. No prefetch: a card is made from our own store, so that it never waits for the chart. */
export const services = [
  {
    id: 'told-once-patient-view',
    hook: 'patient-view',
    title: 'Told Once: what the patient has told',
    description:
      'What the patient said by text, phone, page or at the desk, how and when, what the next visit still needs and who sees to it, and what is new since you last saw it.',
  },
  {
    id: 'told-once-appointment-book',
    hook: 'appointment-book',
    title: 'Told Once: what is known before a visit is booked',
    description:
      'What the patient has told already and need not be asked again, what the next visit still needs, and what is still open.',
  },
] as const satisfies readonly {
  readonly id: string;
  readonly hook: CardHook;
  readonly title: string;
  readonly description: string;
}[];

export type Service = (typeof services)[number];

export function serviceNamed(id: string | undefined): Service | undefined {
  return services.find((service) => service.id === id);
}
