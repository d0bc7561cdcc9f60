/** Stands in bundles for the SDK's event streams: loaded lazily by it, and used by none of the calls we make. */
export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are left out of our bundles.');
  }
}

export function eventStreamSerdeProvider(): never {
  throw new Error('Event streams are left out of our bundles.');
}
