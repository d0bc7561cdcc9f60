import type { ServerResponse } from 'node:http';

/** Something that happened, as it stands on the bus. */
export interface FeedEvent {
  /** ISO instant. */
  readonly at: string;
  readonly type: string;
  readonly patient?: string | undefined;
  readonly cause: string;
  readonly data: unknown;
}

const KEPT = 500;

/** Keeps the last events and tells every open page of new ones, without gaps when a page comes back. */
export class Feed {
  readonly #kept: { readonly id: number; readonly event: FeedEvent }[] = [];
  readonly #pages = new Set<ServerResponse>();
  #last = 0;

  add(event: FeedEvent): void {
    this.#last += 1;
    const entry = { id: this.#last, event };
    this.#kept.push(entry);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const page of this.#pages) page.write(frame(entry));
  }

  /** @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
  open(page: ServerResponse, lastSeen: string | undefined): void {
    page.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const after = Number(lastSeen ?? 0);
    // A number from before our restart means nothing here.
    const from = Number.isInteger(after) && after <= this.#last ? after : 0;
    page.write('retry: 1000\n\n');
    for (const entry of this.#kept) if (entry.id > from) page.write(frame(entry));
    this.#pages.add(page);
    page.on('close', () => this.#pages.delete(page));
  }

  close(): void {
    for (const page of this.#pages) page.end();
    this.#pages.clear();
  }
}

function frame({ id, event }: { readonly id: number; readonly event: FeedEvent }): string {
  return `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
}
