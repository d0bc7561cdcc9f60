import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { renderSms } from '../../adapters/twilio/twiml.ts';
import { decide } from '../../domain/conversation/decide.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { createHandler } from '../../functions/sms-received/handler.ts';
import { clinic, content, keyOf, monday } from '../engine/conversation.ts';
import { newStory } from './drive.ts';
import { memoryStore } from './memory-store.ts';

const number = '+13125550123';

/** The SMS webhook on a store in memory, with one patient who is being asked an intake. */
export function textingHouse(intake: Intake, pause?: () => Promise<void>) {
  const house = memoryStore(pause);
  let now = monday;
  const begun = decide(
    { story: newStory(), intakes: { [keyOf(intake)]: intake } },
    { is: 'intake-asked', conversation: { id: 'task/1' }, intake, waits: false },
    { clinic, now: new Date(now), cause: 'ehr/Task/1' },
  );
  const view: StoryView = { story: begun.story, intakes: { [keyOf(intake)]: intake } };
  const phone: Phone = {
    id: 'phone/anna',
    version: 1,
    number,
    members: [{ story: 'anna', firstName: 'Anna', as: 'self', language: 'en' }],
    blocked: false,
    introduced: true,
    queue: [],
  };
  house.put(view, phone);
  const silent = () => undefined;
  const handler = createHandler({
    store: house.store,
    clinic,
    clock: { now: () => new Date(now) },
    log: { info: silent, warn: silent, error: silent },
    speaker: { clinic, catalogue: content.catalogueFor('US'), emergencyNumber: content.emergencyNumberFor('US') },
    verifier: { verify: ({ signature }) => signature === 'signed' },
    phoneHash: () => 'phone/anna',
    renderSms,
    statusCallback: (id) => `https://clinic.example/status/${encodeURIComponent(id)}`,
  });
  return {
    ...house,
    clinic,
    passes: (minutes: number) => {
      now += minutes * 60_000;
    },
    /** One text as the carrier posts it; the TwiML that was answered. */
    text: async (sid: string, body: string, signature = 'signed') => {
      const response = await handler(eventOf(sid, body, signature));
      return { status: response.statusCode ?? 200, twiml: response.body ?? '' };
    },
  };
}

export function messagesIn(twiml: string): number {
  return twiml.split('<Message').length - 1;
}

function eventOf(sid: string, body: string, signature: string): APIGatewayProxyEventV2 {
  const path = '/twilio/sms';
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    requestContext: {
      accountId: '1',
      apiId: '1',
      domainName: 'clinic.example',
      domainPrefix: 'clinic',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'carrier' },
      requestId: sid,
      routeKey: `POST ${path}`,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    body: new URLSearchParams({ MessageSid: sid, From: number, To: clinic.desk, Body: body, NumMedia: '0' }).toString(),
    isBase64Encoded: false,
  };
}
