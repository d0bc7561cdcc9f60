/** Whether two pieces of plain data say the same, whatever order their keys come in. A key that is absent is one that is undefined. */
export function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return [...new Set([...left.keys(), ...right.keys()])].every((key) => alike(left.get(key), right.get(key)));
}
