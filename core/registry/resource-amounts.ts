import { z } from 'zod';

/** Amounts of named resources, each in a unit of its own: cores, GiB, shares of a GPU. */
export type ResourceAmounts = Readonly<Record<string, number>>;

/** A whole number of millionths. */
export type Millionths = number;

const PER_UNIT = 1_000_000;
/** The sum of everything that can be reserved of it stays below 2^53 millionths. */
const LARGEST = 1_000_000_000;

const resourceName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/i, 'a resource is named with letters, digits, "_" and "-", a letter first');

const upToLargest = z.number().max(LARGEST, `at most ${LARGEST}; take a larger unit`);

/** What a machine has. Keys are names, to be left as they are written. */
export const resourceCapacitySchema = z.record(
  resourceName,
  upToLargest.min(1 / PER_UNIT, 'a capacity is at least 0.000001'),
);

/** What one attempt takes; 0 is as if it were not there. */
export const resourceRequirementSchema = z.record(
  resourceName,
  upToLargest.min(0, 'a requirement is not below 0'),
);

/**
 * Shares like 0.1 are not exact in binary, so that reserving and releasing them would leave dust behind: amounts are
 * counted in whole millionths, to the nearest one.
 */
export function millionths(amount: number): Millionths {
  return Math.round(amount * PER_UNIT);
}

export function fromMillionths(count: Millionths): number {
  return count / PER_UNIT;
}
