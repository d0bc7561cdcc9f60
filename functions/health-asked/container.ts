import { createJsonLog } from '../../adapters/log/json-log.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, readyAtOnce } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import type { HealthAskedDeps } from './dependencies.ts';
import { healthAsked } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<HealthAskedDeps> {
  const given = configurationOf(healthAsked, environment);
  const log = atLevel(
    given.always.logLevel,
    createJsonLog({ clock: wallClock, context: { function: healthAsked.name } }),
  );
  return readyAtOnce({ log });
}
