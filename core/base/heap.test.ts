import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap, type HeapNode } from './heap.ts';

const steps = fc.array(fc.tuple(fc.constantFrom('push', 'pop', 'remove'), fc.integer({ min: 0, max: 20 })), {
  maxLength: 120,
  size: 'max',
});

interface Numbered {
  readonly value: number;
  readonly id: number;
}

describe('a heap', () => {
  it('has the first of what was pushed and neither popped nor removed', () => {
    const check = fc.property(steps, (steps) => {
      const heap = new Heap<Numbered>((one, other) => one.value < other.value);
      const nodes: HeapNode<Numbered>[] = [];
      let naive: readonly Numbered[] = [];
      const drop = (id: number) => (naive = naive.filter((one) => one.id !== id));
      for (const [action, value] of steps) {
        const member = { value, id: nodes.length };
        const node = nodes[value % Math.max(1, nodes.length)];
        if (action === 'push') {
          nodes.push(heap.push(member));
          naive = [...naive, member].toSorted((one, other) => one.value - other.value);
        } else if (action === 'pop') {
          const popped = heap.pop();
          if (popped?.value !== naive[0]?.value) throw new Error(`popped ${popped?.value}`);
          drop(popped?.id ?? -1);
        } else if (node) {
          if (heap.remove(node) !== naive.includes(node.member)) throw new Error(`wrong about ${node.index}`);
          drop(node.member.id);
        }
        expect([heap.size, heap.first?.value]).toEqual([naive.length, naive[0]?.value]);
      }
    });
    fc.assert(check, { numRuns: 500 });
  });

  it('does not remove what is in another heap', () => {
    const [one, other] = [0, 1].map(() => new Heap<string>((a, b) => a < b)) as [Heap<string>, Heap<string>];
    const node = one.push('a');
    other.push('b');
    expect(other.remove(node)).toBe(false);
    expect([one.first, other.first]).toEqual(['a', 'b']);
  });

  it('compares about log n times to push and pop', () => {
    const compared = (size: number) => {
      let count = 0;
      const heap = new Heap<number>((one, other) => (count++, one < other));
      for (let index = 0; index < size; index++) heap.push((index * 7919) % size);
      while (heap.size > 0) heap.pop();
      return count / size;
    };
    for (const size of [64, 1024, 16_384]) expect(compared(size)).toBeLessThan(3 * Math.log2(size));
  });
});
