import type { DynamoDBRecord } from 'aws-lambda';
import type { Bus } from '../../domain/ports/bus.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Envelope } from '../../events/envelope.ts';

export interface OutboxRelayedDeps {
  readonly bus: Bus;
  readonly log: Log;
  /** The events that a transaction kept in this record, none for any other item. Throws for an outbox item that holds no events. */
  readonly envelopesIn: (record: DynamoDBRecord) => readonly Envelope[];
}
