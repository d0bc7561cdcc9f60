/** Deeper than any resource made by hand; a check by recursion would not survive what is made on purpose. */
const deepest = 150;

/** Whether something nests deeper than a reader can follow. Walks without recursion. */
export function nestsTooDeep(root: unknown): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}
