import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type Consumer, queueKeyOf, type Subscription, subscriptions } from '../events/subscriptions.ts';
import { type FunctionSpec, type Need, variables } from '../functions/function-spec.ts';
import { type FunctionName, functions } from '../functions/functions.ts';
import { watchApi, watchCodes, watchDeadLetters, watchFunction, watchRelay, watchSubscription } from './alarms.ts';
import { ClinicBus } from './constructs/clinic-bus.ts';
import { ClinicFunction } from './constructs/clinic-function.ts';
import { flowKey } from './constructs/keys.ts';
import { OnCall } from './constructs/on-call.ts';
import { Relay } from './constructs/relay.ts';
import { SubscribedQueue } from './constructs/subscribed-queue.ts';
import { Sweep } from './constructs/sweep.ts';
import { Timers } from './constructs/timers.ts';
import { WebhookApi } from './constructs/webhook-api.ts';
import type { Settings } from './settings.ts';
import type { StatefulStack } from './stateful-stack.ts';

export interface StatelessStackProps extends StackProps {
  readonly settings: Settings;
  readonly kept: StatefulStack;
  /** Where the functions' code comes from; their bundles where nothing else is said. */
  readonly codeOf?: (name: string) => Code;
}

/** What can be thrown away and made again: the door, the functions, the bus, the queues, the alarms. */
export class StatelessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatelessStackProps) {
    super(scope, id, props);
    const { settings, kept } = props;
    const logRetention = settings.logRetentionDays;
    const key = flowKey(this, settings.tenant, this.stackName);
    const bus = new ClinicBus(this, 'Bus', {
      key,
      name: this.stackName,
      archive: settings.archive && !settings.emulated,
    });
    const timers = new Timers(this, 'Timers', { bus: bus.bus, emulated: settings.emulated });
    const onCall = new OnCall(this, 'OnCall', { key, email: settings.alarmEmail });
    const api = new WebhookApi(this, 'Webhooks', {
      key,
      logRetention,
      publicUrl: settings.publicUrl,
      certificateArn: settings.certificateArn,
    });

    const grants: Record<Need, (fn: ClinicFunction) => void> = {
      table: (fn) => kept.stories.grantStories(fn),
      bus: (fn) => bus.grantPublish(fn),
      scheduler: (fn) => timers.grantTimers(fn),
      media: (fn) => kept.media.grantMedia(fn),
      twilio: (fn) => kept.secrets.grantTwilio(fn, settings.twilioApiUrl),
      ehr: (fn) => kept.secrets.grantEhr(fn, settings.ehrBaseUrl),
      'house-keys': (fn) => kept.secrets.grantHouseKeys(fn),
      'notification-secret': (fn) => kept.secrets.grantNotificationSecret(fn),
      'cds-issuers': ({ lambda }) => {
        lambda.addEnvironment(variables['cds-issuers'].issuers, JSON.stringify(settings.cdsIssuers));
        lambda.addEnvironment(variables['cds-issuers'].origins, JSON.stringify(settings.cdsOrigins));
      },
    };

    const made = new Map<FunctionName, ClinicFunction>();
    for (const spec of functions as readonly (FunctionSpec & { readonly name: FunctionName })[]) {
      const fn = new ClinicFunction(this, spec.name, {
        spec,
        key,
        tenant: settings.tenant,
        publicUrl: api.url,
        logLevel: settings.logLevel,
        logRetention,
        codeOf: props.codeOf,
      });
      for (const need of spec.needs) grants[need](fn);
      watchFunction(onCall, spec.name, fn);
      made.set(spec.name, fn);
      const { trigger } = spec;
      if (trigger.by === 'http') api.addRoutes(fn, trigger.routes);
      else if (trigger.by === 'stream') {
        const relay = new Relay(this, 'Relay', { table: kept.stories.table, key, relay: fn });
        watchRelay(onCall, fn, relay.deadLetters);
      } else if (trigger.by === 'schedule') {
        const sweep = new Sweep(this, `${spec.name}-schedule`, { key, sweep: fn, everyMinutes: trigger.everyMinutes });
        watchDeadLetters(onCall, spec.name, sweep.deadLetters, 'sweep-failing');
      } else if (trigger.by === 'invoke') {
        // Whoever may invoke it is a matter of the account's own policies; the runbook asks for it by this name.
        new CfnOutput(this, `${spec.name}-name`, { key: 'OperatorFunctionName', value: fn.lambda.functionName });
      }
    }
    const listening: readonly (Subscription & { readonly consumer: Consumer })[] = subscriptions;
    for (const subscription of listening) {
      const consumer = made.get(subscription.consumer);
      if (consumer?.spec.trigger.by !== 'queue')
        throw new Error(`${subscription.consumer} listens, but no function of that name takes from a queue`);
      const subscribed = new SubscribedQueue(this, `${queueKeyOf(subscription)}-subscription`, {
        subscription,
        bus: bus.bus,
        key,
        consumer,
      });
      watchSubscription(onCall, subscription, subscribed);
    }
    watchApi(onCall, api.stage);
    if (!settings.emulated)
      watchCodes(onCall, settings.tenant, (name) => {
        const fn = made.get(name);
        if (fn === undefined) throw new Error(`${name} is not among the functions`);
        return fn;
      });

    new CfnOutput(this, 'PublicUrl', { value: api.url });
    new CfnOutput(this, 'ApiId', { value: api.api.apiId });
    new CfnOutput(this, 'BusName', { value: bus.bus.eventBusName });
    new CfnOutput(this, 'AlarmTopicArn', { value: onCall.topic.topicArn });
  }
}
