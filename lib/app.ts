import {
  App,
  type AppProps,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  type StackProps,
  Tags,
  Validations,
} from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { type Settings, settingsOf } from './settings.ts';
import { StatefulStack } from './stateful-stack.ts';
import { StatelessStack } from './stateless-stack.ts';

export interface ToldOnceApp {
  readonly app: App;
  readonly settings: Settings;
  readonly stateful: StatefulStack;
  readonly stateless: StatelessStack;
}

/** The whole app for one clinic, with the checks that stop a synthesis. */
export function toldOnceApp(props: AppProps = {}, codeOf?: (name: string) => Code): ToldOnceApp {
  const app = new App(props);
  const settings = settingsOf(app);
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  const env = { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
  // The roles that `cdk bootstrap` makes are refused by MiniStack's reading of their policies; its root is not.
  const synthesizer = (): Pick<StackProps, 'synthesizer'> =>
    settings.emulated ? { synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer } : {};
  const stateful = new StatefulStack(app, 'Stateful', {
    stackName: `told-once-${settings.tenant}-kept`,
    description: 'Told Once: stories, media, secrets',
    terminationProtection: !settings.emulated,
    env,
    ...synthesizer(),
    settings,
  });
  const stateless = new StatelessStack(app, 'Stateless', {
    stackName: `told-once-${settings.tenant}`,
    description: 'Told Once: the door, the functions, the bus',
    env,
    ...synthesizer(),
    settings,
    kept: stateful,
    ...(codeOf === undefined ? {} : { codeOf }),
  });
  Tags.of(app).add('told-once:clinic', settings.tenant);
  Validations.of(app).addPlugins(
    new HIPAASecurityChecks(app, { verbose: true }),
    new AwsSolutionsChecks(app, { verbose: true }),
  );
  return { app, settings, stateful, stateless };
}
