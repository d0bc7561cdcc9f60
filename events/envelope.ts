import type * as z from 'zod/mini';

/** What every event on the bus is wrapped in. Ids derive from causes, so that a retry repeats them. */
export interface Envelope<Type extends string = string, Data = unknown> {
  readonly id: string;
  readonly type: Type;
  /** Major version of the data's shape. Consumers ignore fields they do not know and refuse majors they do not know. */
  readonly version: number;
  /** What made it happen: `sms/SM…`, `call/CA…/3`, `task/…`. */
  readonly cause: string;
  /** ISO instant. */
  readonly time: string;
  /** The clinic. */
  readonly tenant: string;
  /** The FHIR Patient's id; absent where nobody is known yet. */
  readonly patient?: string | undefined;
  readonly data: Data;
}

export const eventSource = 'told-once';

/** One event of the contract: its name, version, shape, example and who sends it. */
export interface EventDefinition<Type extends string, Schema extends z.ZodMiniType> {
  readonly type: Type;
  readonly version: number;
  /** One sentence for the events page. */
  readonly says: string;
  readonly sentBy: readonly string[];
  readonly data: Schema;
  readonly example: Envelope<Type, z.infer<Schema>>;
}

export function defineEvent<const Type extends string, Schema extends z.ZodMiniType>(
  definition: Omit<EventDefinition<Type, Schema>, 'example'> & {
    readonly example: Omit<Envelope<Type, z.infer<Schema>>, 'type' | 'version' | 'tenant'>;
  },
): EventDefinition<Type, Schema> {
  return {
    ...definition,
    example: { ...definition.example, type: definition.type, version: definition.version, tenant: 'lakeside' },
  };
}

/** What an event needs beside its data. */
export interface Occasion {
  readonly cause: string;
  readonly time: string;
  readonly tenant: string;
  readonly patient?: string | undefined;
  /** Tells apart several events of one type from one cause. */
  readonly part?: string;
}

/** An envelope whose id derives from its cause. */
export function eventOf<Type extends string, Schema extends z.ZodMiniType>(
  definition: EventDefinition<Type, Schema>,
  occasion: Occasion,
  data: z.infer<Schema>,
): Envelope<Type, z.infer<Schema>> {
  const { cause, time, tenant, patient, part } = occasion;
  const id = part === undefined ? `${definition.type}/${cause}` : `${definition.type}/${cause}/${part}`;
  return {
    id,
    type: definition.type,
    version: definition.version,
    cause,
    time,
    tenant,
    ...(patient === undefined ? {} : { patient }),
    data,
  };
}
