/** Where the carrier goes with what we send: addresses of our own, each naming the message by its id. */
export interface Callbacks {
  /** What became of a text. */
  readonly statusCallback: (messageId: string) => string;
  /** What a call says once it is answered, and where its end is reported. */
  readonly call: (messageId: string) => { readonly url: string; readonly statusCallback: string };
}

export function callbacksAt(publicUrl: string): Callbacks {
  const named = (path: string, id: string) => `${publicUrl}/twilio/${path}?m=${encodeURIComponent(id)}`;
  return {
    statusCallback: (id) => named('sms/status', id),
    call: (id) => ({ url: named('voice', id), statusCallback: named('voice/status', id) }),
  };
}
