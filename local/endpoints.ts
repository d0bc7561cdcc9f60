/** What `.told-once/endpoints.json` holds, for hands and tests; URLs without a trailing slash. */
export interface Endpoints {
  readonly pid: number;
  readonly api: string;
  readonly ehr: string;
  readonly carrier: string;
  readonly console: string;
  readonly twilio: { readonly accountSid: string; readonly authToken: string; readonly number: string };
  readonly ehrNotification: { readonly header: string; readonly secret: string };
  readonly cdsHooks: { readonly issuer: string; readonly privateJwk: Readonly<Record<string, unknown>> };
  readonly people: { readonly desk: string; readonly onCall: string };
}

export function addressesOf(ports: { readonly api: number; readonly ehr: number; readonly console: number }) {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return { api: at(ports.api), ehrOrigin: at(ports.ehr), console: at(ports.console) };
}
