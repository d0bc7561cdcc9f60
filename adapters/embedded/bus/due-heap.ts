/** What waits for its time, earliest first and in order of arrival among equals. */
export interface DueHeap<T extends Due> {
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
  readonly size: number;
}

export interface Due {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly visible: number;
}

export function createDueHeap<T extends Due>(): DueHeap<T> {
  const items: T[] = [];

  function swap(a: number, b: number): void {
    const one = items[a];
    const other = items[b];
    if (one === undefined || other === undefined) return;
    items[a] = other;
    items[b] = one;
  }

  function before(a: number, b: number): boolean {
    const one = items[a];
    const other = items[b];
    if (one === undefined || other === undefined) return other === undefined && one !== undefined;
    return one.visible === other.visible ? one.seq < other.seq : one.visible < other.visible;
  }

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push(item) {
      items.push(item);
      let at = items.length - 1;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!before(at, parent)) return;
        swap(at, parent);
        at = parent;
      }
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (first === undefined || last === undefined || items.length === 0) return first;
      items[0] = last;
      let at = 0;
      for (;;) {
        const left = 2 * at + 1;
        const smaller = before(left + 1, left) ? left + 1 : left;
        if (!before(smaller, at)) return first;
        swap(smaller, at);
        at = smaller;
      }
    },
  };
}
