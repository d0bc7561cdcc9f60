import { eventsOf } from '../../adapters/dynamodb/outbox-stream.ts';
import { createBus, createEventBridgeClient } from '../../adapters/eventbridge/bus.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, readyAtOnce } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import type { OutboxRelayedDeps } from './dependencies.ts';
import { outboxRelayed } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<OutboxRelayedDeps> {
  const given = configurationOf(outboxRelayed, environment);
  const log = atLevel(
    given.always.logLevel,
    createJsonLog({ clock: wallClock, context: { function: outboxRelayed.name } }),
  );
  const bus = createBus({ client: createEventBridgeClient(), busName: given.bus.busName, log });
  return readyAtOnce({ bus, log, envelopesIn: eventsOf });
}
