export type CalledPath =
  | { readonly is: 'notification'; readonly pathType?: string; readonly pathId?: string }
  | { readonly is: 'unknown' };

/** The place below `/ehr/notifications`, as rest-hook servers append it: nothing, `/{Type}` or `/{Type}/{id}`. */
export function readCalledPath(path: string): CalledPath {
  const below = /^\/ehr\/notifications(?:\/([A-Z][A-Za-z]{1,63})(?:\/([A-Za-z0-9\-.]{1,64}))?)?\/?$/.exec(path);
  if (below === null) return { is: 'unknown' };
  const [, pathType, pathId] = below;
  return {
    is: 'notification',
    ...(pathType === undefined ? {} : { pathType }),
    ...(pathId === undefined ? {} : { pathId }),
  };
}
