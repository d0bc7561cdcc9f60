import type { Identifier } from 'fhir/r4.js';
import { type AppointmentStatement, appointmentIn } from './appointment.ts';
import { mergedPairs } from './check.ts';
import { headerOf, triggerOf } from './header.ts';
import { type Message, segmentOf } from './message.ts';
import { numbersIn, type PersonStatement, personIn } from './person.ts';
import type { MappingContext, Numbered } from './systems.ts';

/** A record that lives on in another one. */
export interface Merge {
  readonly surviving: PersonStatement;
  readonly old: { readonly primary: Numbered; readonly identifiers: readonly Identifier[] };
}

/** What a message asks of the chart. */
export type Instruction =
  | { readonly about: 'appointment'; readonly person: PersonStatement; readonly appointment: AppointmentStatement }
  | { readonly about: 'person'; readonly person: PersonStatement }
  | { readonly about: 'merge'; readonly merges: readonly Merge[] };

/** What a sound message (see `refusalOf`) asks for; undefined where it is not sound. Never throws. */
export function instructionIn(message: Message, context: MappingContext): Instruction | undefined {
  const header = headerOf(message);
  const trigger = triggerOf(header);
  const pid = segmentOf(message, 'PID');
  if (trigger === undefined || pid === undefined) return undefined;
  const { sender } = header;
  switch (trigger.subject) {
    case 'appointment': {
      const person = personIn(message, pid, 'schedule', sender, context);
      const appointment = appointmentIn(message, trigger, sender, context);
      return person === undefined || appointment === undefined
        ? undefined
        : { about: 'appointment', person, appointment };
    }
    case 'person': {
      const person = personIn(message, pid, 'registration', sender, context);
      return person === undefined ? undefined : { about: 'person', person };
    }
    case 'merge': {
      const merges = mergedPairs(message).flatMap((pair): readonly Merge[] => {
        const surviving = personIn(message, pair.pid, 'registration', sender, context);
        const found = numbersIn(message, pair.mrg, 1, sender, context);
        const [old] = found;
        return surviving === undefined || old === undefined
          ? []
          : [
              {
                surviving,
                old: { primary: old.numbered, identifiers: found.map(({ identifier }) => identifier) },
              },
            ];
      });
      return merges.length === 0 ? undefined : { about: 'merge', merges };
    }
  }
}
