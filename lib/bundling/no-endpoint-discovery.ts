/** Stands in bundles for the SDK's endpoint discovery, which DynamoDB's client carries and regional endpoints never use. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};

export function resolveEndpointDiscoveryConfig<Input>(input: Input): Input {
  return input;
}
