/** Marks that no code, name or word of ours contains: where one turns up, patient data has got out. */
export interface Canaries {
  /** The names under which each was planted. */
  readonly planted: Readonly<Record<string, string>>;
}

/** In the forms in which something planted may show: as it is, in any case, percent-encoded, escaped in JSON, in base64. */
function formsOf(canary: string): readonly string[] {
  const encoded = encodeURIComponent(canary);
  return [...new Set([canary, encoded, encoded.replaceAll('%20', '+'), JSON.stringify(canary).slice(1, -1)])].map(
    (form) => form.toLowerCase(),
  );
}

/** What of the planted is in some text, each with a little around it for whoever must find the leak. */
export function found({ planted }: Canaries, text: string): readonly string[] {
  const lower = `${text}\n${decodedParts(text)}`.toLowerCase();
  return Object.entries(planted).flatMap(([name, canary]) =>
    formsOf(canary).flatMap((form) => {
      const at = lower.indexOf(form);
      return at < 0 ? [] : [`${name}: …${lower.slice(Math.max(0, at - 160), at + 80)}…`];
    }),
  );
}

/** Whatever looks like base64 in it, decoded: a token that only hides its content is found out. */
function decodedParts(text: string): string {
  return [...text.matchAll(/[A-Za-z0-9_+/-]{16,}/g)]
    .slice(0, 20_000)
    .map(([part]) => Buffer.from(part, 'base64url').toString('latin1'))
    .join('\n');
}
