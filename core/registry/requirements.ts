import { z } from 'zod';
import type { Tokens } from '../base/units.ts';
import type { Rejection } from '../journal/pick.ts';
import type { Instance } from './instance.ts';

const tokens = z.int().min(0);

/** What somebody who looks for an instance asks of it; everything may be left open. */
export const requirementsSchema = z.strictObject({
  capabilities: z
    .array(z.string().min(1))
    .optional()
    .describe('What it must be able to do: tools, vision, audio, json, reasoning, …'),
  minContextWindow: z.int().positive().optional().describe('Tokens that it must hold, at least.'),
  maxPriceUsdPerMillion: z
    .number()
    .min(0)
    .optional()
    .describe('What a million tokens may cost at most, in USD, of input as of output.'),
  zone: z.string().min(1).optional(),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe('Labels that it must have, with these values.'),
  inputTokens: tokens.optional().describe('Of the call that is meant for it.'),
  outputTokens: tokens.optional().describe('Of the answer that is expected.'),
});

export type Requirements = Readonly<z.output<typeof requirementsSchema>>;

/** What a call demands: the part of the requirements that every pick looks at. */
export interface CallDemand {
  readonly capabilities: readonly string[];
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
}

export type Unfit = Extract<Rejection, { reason: 'maintenance' | 'lacks-capability' | 'context-too-small' }>;

/** The first requirement that an instance does not meet. */
export type Unmet =
  | Unfit
  /** `zone` is absent where it has none. */
  | { readonly reason: 'other-zone'; readonly wanted: string; readonly zone?: string }
  /** `value` is absent where it does not have the label at all. */
  | {
      readonly reason: 'other-label';
      readonly label: string;
      readonly wanted: string;
      readonly value?: string;
    }
  /** The dearer of its two prices; absent where none is known, since what is not known is not cheap. */
  | { readonly reason: 'too-expensive'; readonly limit: number; readonly price?: number };

/** Why an instance can never take such a call, as it is configured: no live figure enters. */
export function unfit(instance: Instance, demand: CallDemand): Unfit | undefined {
  const { capabilities, inputTokens, outputTokens } = demand;
  return unfitFor(instance, capabilities) ?? tooSmall(instance, inputTokens, outputTokens);
}

/** The same for somebody who looks for an instance, and may ask for more than a call does. */
export function unmet(instance: Instance, requirements: Requirements): Unmet | undefined {
  const { capabilities, minContextWindow, inputTokens, outputTokens } = requirements;
  return (
    unfitFor(instance, capabilities ?? []) ??
    tooSmall(instance, inputTokens ?? 0, outputTokens ?? 0, minContextWindow) ??
    otherZone(instance, requirements) ??
    otherLabel(instance, requirements) ??
    tooExpensive(instance, requirements)
  );
}

/** What was not declared is assumed to be there. */
function unfitFor({ maintenance, capabilities }: Instance, wanted: readonly string[]): Unfit | undefined {
  if (maintenance) return { reason: 'maintenance' };
  if (capabilities && wanted.length > 0) {
    const missing = wanted.filter((capability) => !capabilities.includes(capability));
    if (missing.length > 0) return { reason: 'lacks-capability', missing };
  }
  return undefined;
}

/** Where nobody has declared a window, an estimate must be so many times too large for it before it keeps a call away. */
const CERTAINLY_TOO_LARGE = 1.5;

/** A context window holds input and output together; one that is only assumed holds the input. */
function tooSmall(
  { contextWindow, assumedContextWindow }: Instance,
  input: Tokens,
  output: Tokens,
  least: Tokens = 0,
): Unfit | undefined {
  if (contextWindow !== undefined) {
    const needed = Math.max(least, input + output);
    return needed > contextWindow ? { reason: 'context-too-small', needed, limit: contextWindow } : undefined;
  }
  if (assumedContextWindow === undefined) return undefined;
  const needed = input > assumedContextWindow * CERTAINLY_TOO_LARGE ? Math.max(least, input) : least;
  return needed > assumedContextWindow
    ? { reason: 'context-too-small', needed, limit: assumedContextWindow }
    : undefined;
}

function otherZone({ zone }: Instance, { zone: wanted }: Requirements): Unmet | undefined {
  if (wanted === undefined || zone === wanted) return undefined;
  return { reason: 'other-zone', wanted, ...(zone !== undefined && { zone }) };
}

function otherLabel({ labels }: Instance, { labels: wanted }: Requirements): Unmet | undefined {
  const has = new Map(Object.entries(labels ?? {}));
  const [label, value] = Object.entries(wanted ?? {}).find(([name, value]) => has.get(name) !== value) ?? [];
  if (label === undefined || value === undefined) return undefined;
  const own = has.get(label);
  return { reason: 'other-label', label, wanted: value, ...(own !== undefined && { value: own }) };
}

function tooExpensive(
  { price }: Instance,
  { maxPriceUsdPerMillion: limit }: Requirements,
): Unmet | undefined {
  if (limit === undefined) return undefined;
  if (!price) return { reason: 'too-expensive', limit };
  const dearer = Math.max(price.input, price.output);
  return dearer > limit ? { reason: 'too-expensive', limit, price: dearer } : undefined;
}
