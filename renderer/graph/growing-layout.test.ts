import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingLayout } from './growing-layout.ts';
import { layOut, NODE_GAP } from './layered-layout.ts';
import { graphs, pairsOf } from './random-graph.ts';

const HEIGHT = 40;
const STEP = HEIGHT + NODE_GAP;

describe('a layout that grows', () => {
  it('puts a node into the next column, to the free place nearest to its predecessors', () => {
    const layout = new GrowingLayout();
    const root = layout.add(HEIGHT, []);
    for (let child = 0; child < 3; child++) layout.add(HEIGHT, [root]);
    expect(layout.ranks).toEqual([0, 1, 1, 1]);
    expect(layout.middles.map(Math.abs)).toEqual([0, 0, STEP, STEP]);
    const between = layout.add(HEIGHT, [2, 3]);
    expect(layout.ranks[between]).toBe(2);
    expect(layout.middles[between]).toBe(0);
  });

  it('moves a node, and what follows it, behind a new predecessor, and nothing else', () => {
    const layout = new GrowingLayout();
    const [first, second, third] = [layout.add(HEIGHT, []), layout.add(HEIGHT, []), layout.add(HEIGHT, [1])];
    expect(layout.connect(first, second)).toBe(false);
    expect([first, second, third].map((node) => layout.ranks[node])).toEqual([0, 1, 2]);
    expect(layout.middles[first]).toBe(0);
  });

  it('says that an edge leads back, and moves nothing for it', () => {
    const layout = new GrowingLayout();
    const root = layout.add(HEIGHT, []);
    const leaf = layout.add(HEIGHT, [layout.add(HEIGHT, [root])]);
    const before = [...layout.middles];
    expect(layout.connect(leaf, root)).toBe(true);
    expect(layout.connect(leaf, leaf)).toBe(true);
    expect(layout.middles).toEqual(before);
  });

  it('never lays a node over another, and a new one moves none', () => {
    const step = fc.oneof(
      fc.record({ height: fc.integer({ min: 16, max: 80 }), after: fc.array(fc.nat(), { maxLength: 3 }) }),
      fc.record({ from: fc.nat(), to: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const layout = new GrowingLayout();
        const heights: number[] = [];
        const edges: (readonly [number, number])[] = [];
        let hasMoved = false;
        for (const one of steps) {
          const count = heights.length;
          const before = [...layout.middles];
          if ('height' in one) {
            const after = count === 0 ? [] : [...new Set(one.after.map((node) => node % count))];
            const node = layout.add(one.height, after);
            heights.push(one.height);
            for (const from of after) edges.push([from, node]);
            hasMoved ||= before.some((middle, at) => middle !== layout.middles[at]);
          } else if (count > 0) {
            const [from, to] = [one.from % count, one.to % count];
            if (!layout.connect(from, to)) edges.push([from, to]);
          }
        }
        expect(hasMoved).toBe(false);
        for (const [from, to] of edges) expect(layout.ranks[to]!).toBeGreaterThan(layout.ranks[from]!);
        const gaps = [...pairsOf([...heights.keys()])]
          .filter(([one, other]) => layout.ranks[one] === layout.ranks[other])
          .map(([one, other]) => {
            const apart = Math.abs(layout.middles[one]! - layout.middles[other]!);
            return apart - (heights[one]! + heights[other]!) / 2;
          });
        expect(Math.min(NODE_GAP, ...gaps)).toBeCloseTo(NODE_GAP, 6);
      }),
    );
  });

  it('goes on from a whole layout without moving anything of it', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const whole = layOut(graph);
        const layout = GrowingLayout.from(graph, whole);
        const apart = layout.middles.map((middle, node) => Math.abs(middle - whole.middles[node]!));
        expect(Math.max(...apart)).toBeLessThan(1e-6);
        const before = [...layout.middles];
        const added = layout.add(HEIGHT, [0]);
        expect(layout.ranks[added]).toBe(whole.ranks[0]! + 1);
        expect(layout.middles.slice(0, -1)).toEqual(before);
      }),
    );
  });

  it('takes no farther place than there is free', () => {
    const wish = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 40 }), (wishes) => {
        const layout = new GrowingLayout();
        const roots = Array.from({ length: 10 }, () => layout.add(HEIGHT, []));
        const placed: number[] = [];
        for (const which of wishes) {
          const wanted = layout.middles[roots[which]!]!;
          const middle = layout.middles[layout.add(HEIGHT, [roots[which]!])]!;
          const isFree = (place: number) => placed.every((one) => Math.abs(one - place) >= STEP - 1e-6);
          const candidates = [wanted, ...placed.flatMap((one) => [one - STEP, one + STEP])].filter(isFree);
          const nearest = Math.min(...candidates.map((place) => Math.abs(place - wanted)));
          expect(isFree(middle)).toBe(true);
          expect(Math.abs(middle - wanted)).toBeLessThanOrEqual(nearest + 1e-6);
          placed.push(middle);
        }
      }),
    );
  });
});
