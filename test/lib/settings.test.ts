import { expect, test } from 'vitest';
import { parseSettings } from '../../lib/settings.ts';

test('lists and flags are taken as text, as the command line gives them, and as values, as cdk.json does', () => {
  const issuers = [{ issuer: 'https://ehr.example', jwksUrl: 'https://ehr.example/jwks' }];
  const asText = parseSettings({ cdsIssuers: JSON.stringify(issuers), emulated: 'true', logRetentionDays: '90' });
  expect(asText).toMatchObject({ cdsIssuers: issuers, emulated: true, logRetentionDays: 90 });
  expect(parseSettings({ cdsIssuers: issuers, emulated: true, logRetentionDays: 90 })).toEqual(asText);
});

test.each([
  [
    'a public address with a slash at its end, over which Twilio’s signature would differ',
    { publicUrl: 'https://clinic.example/' },
  ],
  ['a list that is no JSON', { cdsIssuers: 'https://ehr.example' }],
  ['a certificate for no name', { certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' }],
  ['a clinic that no stack could be named after', { tenant: 'St. Mary' }],
  ['a retention that CloudWatch does not know', { logRetentionDays: '100' }],
  ['a name that means nothing', { ehrBaseURL: 'https://ehr.example' }],
])('%s is refused with its name', (_what, given) => {
  expect(() => parseSettings(given)).toThrow(Object.keys(given)[0]);
});
