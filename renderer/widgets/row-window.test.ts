import fc from 'fast-check';
import { expect, test } from 'vitest';
import { offsetAt, rowsIn, scrollHeight, scrollTo, scrollToRow } from './row-window.ts';

const extents = fc.record({
  rows: fc.integer({ min: 0, max: 20_000_000 }),
  rowHeight: fc.constantFrom(20, 24, 32),
  viewport: fc.integer({ min: 0, max: 2_000 }),
});

test('every row can be scrolled to, and is then among those that are shown', () => {
  fc.assert(
    fc.property(extents, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (extent, wanted, place) => {
      fc.pre(extent.rows > 0 && extent.viewport >= extent.rowHeight);
      const row = wanted % extent.rows;
      const most = Math.max(0, scrollHeight(extent) - extent.viewport);
      const before = place * most;
      const top = scrollToRow(extent, before, row) ?? before;
      expect(top).toBeGreaterThanOrEqual(-1e-6);
      expect(top).toBeLessThanOrEqual(most + 1e-6);
      const { from, to } = rowsIn(extent, top, 1);
      expect(row).toBeGreaterThanOrEqual(from);
      expect(row).toBeLessThan(to);
      // A row more above and below, and those that are cut.
      expect(to - from).toBeLessThanOrEqual(extent.viewport / extent.rowHeight + 4);
    }),
  );
});

test('a list that fits is scrolled pixel by pixel, one that does not faster', () => {
  const fits = { rows: 100_000, rowHeight: 24, viewport: 500 };
  expect([offsetAt(fits, 1234), scrollTo(fits, 1234)]).toEqual([1234, 1234]);
  const huge = { rows: 10_000_000, rowHeight: 24, viewport: 500 };
  const end = scrollHeight(huge) - 500;
  expect(offsetAt(huge, end)).toBeCloseTo(240_000_000 - 500, 3);
  expect(scrollTo(huge, offsetAt(huge, 77_777))).toBeCloseTo(77_777, 6);
});

test('a row that is seen stays where it is', () => {
  const extent = { rows: 100, rowHeight: 20, viewport: 100 };
  expect(scrollToRow(extent, 200, 12)).toBeUndefined();
  expect(scrollToRow(extent, 200, 9)).toBe(180);
  expect(scrollToRow(extent, 200, 15)).toBe(220);
});
