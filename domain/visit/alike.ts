/** Whether two pieces of plain data say the same, whatever order their keys come in. A key that is absent is one that is undefined. */
export function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [left, right] = [one as Plain, other as Plain];
  return (
    Object.keys(left).every((key) => alike(left[key], has(right, key) ? right[key] : undefined)) &&
    Object.keys(right).every((key) => has(left, key) || right[key] === undefined)
  );
}

type Plain = Readonly<Record<string, unknown>>;

/** Of its own, as `Object.keys` counts. */
function has(data: Plain, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(data, key);
}
