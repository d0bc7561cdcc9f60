import { createHash, createHmac } from 'node:crypto';

type Hashing = ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

/** Stands in bundles for the SDK's checksums: the one that signs requests, on Node's own crypto, without the pure-JavaScript fall-back. */
export class Sha256 {
  readonly #secret: Uint8Array | string | undefined;
  #hash: Hashing;

  constructor(secret?: Uint8Array | ArrayBuffer | string) {
    this.#secret = secret instanceof ArrayBuffer ? new Uint8Array(secret) : secret;
    this.#hash = this.#begun();
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    this.#hash = this.#begun();
  }

  #begun(): Hashing {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}
