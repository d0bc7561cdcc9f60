/** What a handler is made with, as soon as the secrets in it have been read. */
export interface Container<Deps> {
  /** The parts as the secrets are now; the very same as long as these are. */
  ready(): Promise<Deps>;
  /** What Lambda calls: waits until the parts are ready and hands the event on. */
  serve<Event, Answer>(
    createHandler: (deps: Deps) => (event: Event) => Promise<Answer>,
  ): (event: Event) => Promise<Answer>;
}

/**
 * Secrets arrive asynchronously and a CommonJS bundle cannot await at its top, so the parts are put together at the first event rather
 * than when the module loads (a read begun there could be frozen with the instance, and find its connection dead when it thaws).
 * `read` is asked at every event, so it should remember; where it gives the same texts, the same parts serve on, with their open
 * connections and tokens; where a secret was changed, they are put together anew. A failure is thrown to whoever sent the event, and
 * the next event tries again.
 */
export function whenReady<Texts extends Readonly<Record<string, string>>, Deps>(
  read: () => Promise<Texts>,
  putTogether: (texts: Texts) => Deps,
): Container<Deps> {
  let current: { readonly texts: Texts; readonly deps: Deps } | undefined;
  const ready = async (): Promise<Deps> => {
    const texts = await read();
    if (current === undefined || !same(current.texts, texts)) current = { texts, deps: putTogether(texts) };
    return current.deps;
  };
  return {
    ready,
    serve: (createHandler) => {
      type Handle = ReturnType<typeof createHandler>;
      let serving: { readonly deps: Deps; readonly handle: Handle } | undefined;
      return async (event) => {
        const deps = await ready();
        if (serving?.deps !== deps) serving = { deps, handle: createHandler(deps) };
        return serving.handle(event);
      };
    },
  };
}

/** For a function that keeps no secret. */
export function readyAtOnce<Deps>(deps: Deps): Container<Deps> {
  return whenReady(
    async () => ({}),
    () => deps,
  );
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return Object.keys(other).every((name) => one[name] === other[name]);
}
