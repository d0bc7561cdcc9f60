const GSM_7 = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_7_TWO = new Set('\f^{}\\[~]|€');

/**
 * How many segments a text is billed as: GSM-7 in 160 (153 when split), anything else UCS-2 in 70 (67).
 * Counted here because the library for it takes some two milliseconds a message, more than the rest of the carrier's turn.
 * @see https://www.twilio.com/docs/glossary/what-sms-character-limit
 */
export function segmentsOf(body: string): number {
  let septets = 0;
  for (const character of body) {
    if (GSM_7.has(character)) septets += 1;
    else if (GSM_7_TWO.has(character)) septets += 2;
    else return body.length <= 70 ? 1 : Math.ceil(body.length / 67);
  }
  return septets <= 160 ? 1 : Math.ceil(septets / 153);
}
