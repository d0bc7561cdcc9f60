import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { queueKeyOf, type Subscription } from '../events/subscriptions.ts';
import type { FunctionName } from '../functions/functions.ts';
import type { ClinicFunction } from './constructs/clinic-function.ts';
import { everyFiveMinutes, everyMinute, type OnCall } from './constructs/on-call.ts';
import type { SubscribedQueue } from './constructs/subscribed-queue.ts';
import type { RunbookHeading } from './runbook.ts';

interface Watch {
  /** Where to read on when it fails. */
  readonly heading: RunbookHeading;
  /** p99 of its duration, ms, above which somebody waits too long: only where somebody waits. */
  readonly slowAboveMs?: number;
}

/** For each function: what its failure means. */
const watched = {
  'sms-received': { heading: 'texts-not-answered', slowAboveMs: 3000 },
  // Silence on a call is long after two seconds.
  'voice-turn-taken': { heading: 'calls-not-answered', slowAboveMs: 2000 },
  'message-status-changed': { heading: 'texts-not-sent', slowAboveMs: 3000 },
  'page-opened': { heading: 'pages-not-answered', slowAboveMs: 3000 },
  'desk-opened': { heading: 'pages-not-answered', slowAboveMs: 5000 },
  'ehr-notified': { heading: 'ehr-notifications-refused', slowAboveMs: 3000 },
  // CDS Hooks: a card that comes later than this is a clinician who stopped waiting.
  'cds-hook-called': { heading: 'cards-slow-or-failing', slowAboveMs: 500 },
  'health-asked': { heading: 'api-failing' },
  'outbox-relayed': { heading: 'relay-behind' },
  'chart-changed': { heading: 'worker-failing' },
  'hl7-received': { heading: 'worker-failing' },
  'chart-due': { heading: 'chart-behind' },
  'message-due': { heading: 'texts-not-sent' },
  'reply-overdue': { heading: 'texts-not-sent' },
  'person-needed': { heading: 'nurse-not-reached' },
  'media-received': { heading: 'worker-failing' },
  'phone-freed': { heading: 'worker-failing' },
  'time-came': { heading: 'worker-failing' },
  // Somebody has chosen a time and waits to hear that it is theirs.
  'scheduling-asked': { heading: 'worker-failing' },
  'clinic-runs-late': { heading: 'worker-failing' },
  'clinic-swept': { heading: 'sweep-failing' },
  'operator-asked': { heading: 'worker-failing' },
} as const satisfies Record<FunctionName, Watch>;

/** Errors and throttles of every function; slowness of those that somebody waits for. */
export function watchFunction(onCall: OnCall, name: FunctionName, fn: ClinicFunction): void {
  const watch: Watch = watched[name];
  onCall.alarm(`${name}-errors`, {
    says: `${name} failed: ${fn.spec.does}`,
    heading: watch.heading,
    metric: fn.lambda.metricErrors({ period: everyMinute }),
    above: 0,
    // Queues and schedules try again by themselves; where somebody waits, the first failure is one too many.
    periods: fn.spec.trigger.by === 'http' ? 1 : 5,
  });
  onCall.alarm(`${name}-throttles`, {
    says: `${name} was held back for want of concurrency.`,
    heading: 'functions-throttled',
    metric: fn.lambda.metricThrottles({ period: everyMinute }),
    above: 0,
    periods: 3,
  });
  if (watch.slowAboveMs !== undefined)
    onCall.alarm(`${name}-slow`, {
      says: `${name} takes longer than ${watch.slowAboveMs} ms for one in a hundred.`,
      heading: watch.heading,
      metric: fn.lambda.metricDuration({ period: everyFiveMinutes, statistic: Stats.p(99) }),
      above: watch.slowAboveMs,
      periods: 3,
    });
}

/** The relay's distance from now: what patients were told "got it" for and nobody else has heard of yet. */
export function watchRelay(onCall: OnCall, relay: ClinicFunction, deadLetters: Queue): void {
  onCall.alarm('relay-behind', {
    says: 'Events wait longer than a minute in the table’s stream.',
    heading: 'relay-behind',
    metric: relay.lambda.metric('IteratorAge', { period: everyMinute, statistic: Stats.MAXIMUM }),
    above: 60_000,
    periods: 2,
  });
  watchDeadLetters(onCall, 'relay', deadLetters, 'relay-gave-up');
}

/** A first dead letter, and a queue whose oldest message waits too long. */
export function watchSubscription(
  onCall: OnCall,
  subscription: Subscription & { readonly consumer: FunctionName },
  subscribed: SubscribedQueue,
): void {
  const queue = queueKeyOf(subscription);
  const { consumer, mayWaitMinutes = 15 } = subscription;
  watchDeadLetters(onCall, queue, subscribed.deadLetters, 'dead-letters');
  onCall.alarm(`${queue}-waiting`, {
    says: `The oldest message for ${queue} waits longer than ${mayWaitMinutes} minutes.`,
    heading: watched[consumer].heading,
    metric: subscribed.queue.metricApproximateAgeOfOldestMessage({ period: everyMinute, statistic: Stats.MAXIMUM }),
    above: mayWaitMinutes * 60,
    periods: 5,
  });
}

export function watchDeadLetters(onCall: OnCall, name: string, deadLetters: Queue, heading: RunbookHeading): void {
  onCall.alarm(`${name}-dead-letters`, {
    says: `Something for ${name} could not be done and waits for a person.`,
    heading,
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: everyMinute, statistic: Stats.MAXIMUM }),
    above: 0,
  });
}

/** Log codes that call a person although no function failed: which functions say them, and how many in five minutes are too many. */
export const watchedCodes = [
  {
    code: 'SIGNATURE_INVALID',
    from: ['sms-received', 'voice-turn-taken', 'message-status-changed'],
    says: 'Many webhooks come without a valid signature: the token was changed, or somebody tries.',
    heading: 'signatures-invalid',
    above: 20,
  },
  {
    code: 'CALL_REFUSED',
    from: ['person-needed'],
    says: 'The on-call nurse could not be rung for a concern.',
    heading: 'nurse-not-reached',
    above: 0,
  },
  {
    code: 'CHART_REFUSED',
    from: ['chart-due'],
    says: 'The EHR refuses what we write, and trying again will not help.',
    heading: 'chart-behind',
    above: 0,
  },
  {
    code: 'NOTIFICATION_QUARANTINED',
    from: ['ehr-notified', 'hl7-received'],
    says: 'Something that the EHR sent could not be taken, and waits for a person.',
    heading: 'quarantine',
    above: 0,
  },
] as const satisfies readonly {
  readonly code: string;
  readonly from: readonly FunctionName[];
  readonly says: string;
  readonly heading: RunbookHeading;
  readonly above: number;
}[];

export function watchCodes(onCall: OnCall, tenant: string, functionOf: (name: FunctionName) => ClinicFunction): void {
  const metricNamespace = `told-once/${tenant}`;
  for (const { code, from, says, heading, above } of watchedCodes) {
    for (const name of from)
      new MetricFilter(functionOf(name), code, {
        logGroup: functionOf(name).logGroup,
        filterPattern: FilterPattern.stringValue('$.code', '=', code),
        metricNamespace,
        metricName: code,
        metricValue: '1',
      });
    onCall.alarm(code, {
      says,
      heading,
      metric: new Metric({
        namespace: metricNamespace,
        metricName: code,
        statistic: Stats.SUM,
        period: everyFiveMinutes,
      }),
      above,
    });
  }
}

/** The door itself. */
export function watchApi(onCall: OnCall, stage: HttpStage): void {
  onCall.alarm('api-failing', {
    says: 'The API answers with 5xx.',
    heading: 'api-failing',
    metric: stage.metricServerError({ period: everyMinute, statistic: Stats.SUM }),
    above: 0,
    periods: 2,
  });
  onCall.alarm('api-slow', {
    says: 'The API takes longer than 5 seconds for one in a hundred; Twilio gives up at 15.',
    heading: 'api-failing',
    metric: stage.metricLatency({ period: everyFiveMinutes, statistic: Stats.p(99) }),
    above: 5000,
    periods: 2,
  });
}
