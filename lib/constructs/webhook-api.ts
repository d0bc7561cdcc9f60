import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Route } from '../../functions/function-spec.ts';
import { accept } from '../findings.ts';
import type { ClinicFunction } from './clinic-function.ts';

export interface WebhookApiProps {
  readonly key: IKey;
  readonly logRetention: RetentionDays;
  readonly publicUrl?: string | undefined;
  readonly certificateArn?: string | undefined;
}

/**
 * What is logged of each request. The route's key says which route; a path, a query or an address would say who: links carry tokens,
 * FHIR servers put ids into paths.
 */
const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  functionStatus: '$context.integrationStatus',
  functionLatencyMs: '$context.integrationLatency',
  bytes: '$context.responseLength',
};

const httpMethods = {
  GET: HttpMethod.GET,
  POST: HttpMethod.POST,
  PUT: HttpMethod.PUT,
  OPTIONS: HttpMethod.OPTIONS,
} as const satisfies Record<Route['method'], HttpMethod>;

/** The one door from outside. It exists before the functions, so that they can be told its address; routes are added after. */
export class WebhookApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: WebhookApiProps) {
    super(scope, id);
    const ownDomain = props.certificateArn !== undefined && props.publicUrl !== undefined;
    this.api = new HttpApi(this, 'Api', {
      description: 'Texts, calls, pages, EHR notifications and cards',
      createDefaultStage: false,
      // With a name of its own nobody has a reason to come by the other door.
      disableExecuteApiEndpoint: ownDomain,
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      encryptionKey: props.key,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 500, burstLimit: 1000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    if (ownDomain) this.answerAt(new URL(props.publicUrl).host, props.certificateArn);
    this.url = props.publicUrl ?? this.api.apiEndpoint;
  }

  addRoutes(fn: ClinicFunction, routes: readonly Route[]): void {
    const integration = new HttpLambdaIntegration(fn.spec.name, fn.lambda);
    for (const { method, path } of routes)
      for (const route of this.api.addRoutes({ path, methods: [httpMethods[method]], integration }))
        accept(route, { 'AwsSolutions-APIG4': trustOf(path) });
  }

  private answerAt(domainName: string, certificateArn: string): void {
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    const domain = new DomainName(this, 'Domain', { domainName, certificate, securityPolicy: SecurityPolicy.TLS_1_2 });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName: domain, stage: this.stage });
  }
}

/** Why a route has no authorizer of API Gateway: who its callers are, and how they are known. */
function trustOf(path: string): string {
  if (path.startsWith('/twilio/'))
    return 'Twilio is known by its signature over address and body, which only the function has whole; without a valid one it answers 403.';
  if (path.startsWith('/ehr/'))
    return 'The EHR is known by a secret header, compared in constant time by the function.';
  if (path.startsWith('/cds-services'))
    return 'CDS Hooks clients sign each call with a JWT whose audience is the address called and whose id counts once, which a JWT authorizer cannot check; discovery and preflight are public by the standard.';
  if (path.startsWith('/u/'))
    return 'The link’s sealed, expiring token is what lets a patient in; the function opens it.';
  if (path.startsWith('/staff/'))
    return 'Staff sign in by SMART on FHIR in the function; the route must be reachable before that.';
  if (path === '/health') return 'Says only that the product is there.';
  throw new Error(`Nothing is said about who may call ${path}`);
}
