import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import { Construct } from 'constructs';
import { type FunctionSpec, variables } from '../../functions/function-spec.ts';
import { bundle } from '../bundling/bundle.ts';
import { accept } from '../findings.ts';

export interface ClinicFunctionProps {
  readonly spec: FunctionSpec;
  readonly key: IKey;
  readonly tenant: string;
  readonly publicUrl: string;
  readonly logLevel: string;
  readonly logRetention: RetentionDays;
  /** Where the code comes from; the bundle of `functions/<name>` where nothing else is said. */
  readonly codeOf?: ((name: string) => Code) | undefined;
}

/** One Lambda as its `environment.ts` declares it, with a role and a log group of its own. */
export class ClinicFunction extends Construct {
  readonly spec: FunctionSpec;
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ClinicFunctionProps) {
    super(scope, id);
    const { spec } = props;
    this.spec = spec;
    this.logGroup = new LogGroup(this, 'Logs', {
      encryptionKey: props.key,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Not the managed policy: that one may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    const code = props.codeOf ?? ((name: string) => Code.fromAsset(bundle(name).folder));
    this.lambda = new LambdaFunction(this, 'Function', {
      description: spec.does,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: code(spec.name),
      handler: 'index.handler',
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      tracing: Tracing.ACTIVE,
      role,
      logGroup: this.logGroup,
      environmentEncryption: props.key,
      ...(spec.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: spec.reservedConcurrency }),
      environment: {
        // Reading the map costs a cold start some 25 ms of 120: not where somebody waits. The map lies beside the code all the same, so
        // that an operator can read a stack with it.
        ...(spec.trigger.by === 'http' ? {} : { NODE_OPTIONS: '--enable-source-maps' }),
        [variables.always.publicUrl]: props.publicUrl,
        [variables.always.tenant]: props.tenant,
        [variables.always.logLevel]: props.logLevel,
      },
    });
    this.acceptFindings();
  }

  /** Lets the function do what a `Need` calls for, and nothing beside it. */
  allow(actions: readonly string[], resources: readonly string[], conditions?: Record<string, unknown>): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [...resources],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
  }

  /**
   * As `allow`, for everything under one resource whose names are only known at run time. `why` is kept beside the finding that
   * cdk-nag has for it.
   */
  allowBelow(actions: readonly string[], resource: string, why: string): void {
    this.allow(actions, [`${resource}/*`]);
    const named = flattenCfnReference(Stack.of(this).resolve(resource));
    accept(this, { [`AwsSolutions-IAM5[Resource::${named}/*]`]: why });
  }

  private acceptFindings(): void {
    accept(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords are allowed on all or on none.',
      'HIPAA.Security-IAMNoInlinePolicy':
        'The policy belongs to one role of one function, is made with it and goes with it; a managed one could be attached elsewhere.',
      'HIPAA.Security-LambdaInsideVPC':
        'It talks to AWS endpoints, Twilio and the EHR over TLS only and has no private resource to reach; a VPC would add a NAT path, not a wall.',
      'HIPAA.Security-LambdaDLQ':
        'It is called by the API or by an operator (who hear of a failure), by a queue with dead letters, or by a stream or schedule with dead letters of their own; nothing reaches it by the asynchronous path that Lambda dead letters serve.',
      ...(this.spec.reservedConcurrency === undefined
        ? {
            'HIPAA.Security-LambdaConcurrency':
              'Patients who write or ring, and the relay, must never be held back by a limit of their own; the others have one, which leaves these the rest of the account.',
          }
        : {}),
    });
  }
}
