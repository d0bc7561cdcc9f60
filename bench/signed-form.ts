import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A webhook as API Gateway hands it on, signed as Twilio signs. */
export function signedForm(
  by: { readonly publicUrl: string; readonly authToken: string },
  path: string,
  form: Readonly<Record<string, string>>,
): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const signed = `${by.publicUrl}${path}${Object.keys(form)
    .sort()
    .map((name) => name + form[name])
    .join('')}`;
  return {
    version: '2.0',
    routeKey: `POST ${rawPath}`,
    rawPath,
    rawQueryString,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', by.authToken).update(signed).digest('base64'),
    },
    body: new URLSearchParams(form).toString(),
    isBase64Encoded: false,
    requestContext: {
      accountId: '',
      apiId: '',
      domainName: '',
      domainPrefix: '',
      http: { method: 'POST', path: rawPath, protocol: '', sourceIp: '', userAgent: '' },
      requestId: '',
      routeKey: '',
      stage: '',
      time: '',
      timeEpoch: 0,
    },
  };
}
