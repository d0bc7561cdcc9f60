/** Pictures and files that patients sent, kept under an id derived from their cause. Keeping the same id again changes nothing. */
export interface MediaVault {
  keep(id: string, media: { readonly bytes: Uint8Array; readonly contentType: string }): Promise<void>;
  fetch(id: string): Promise<{ readonly bytes: Uint8Array; readonly contentType: string } | undefined>;
}
