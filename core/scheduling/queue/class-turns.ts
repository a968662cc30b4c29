import { CALL_CLASSES, type CallClass, type PerClass } from './call-class.ts';

/** How far the next turn of each class lies ahead of the virtual time; a turn takes its class's stride of it. */
type Leads = PerClass<number>;
type Sizes = PerClass<{ readonly size: number }>;

/** Where no turn has been taken. */
export const NO_LEADS: Leads = { high: 0, normal: 0, low: 0 };

/** The inverses of the weights, as whole numbers, so that sums of them stay exact. */
export function stridesOf({ high, normal, low }: PerClass<number>): PerClass<number> {
  return { high: normal * low, normal: high * low, low: high * normal };
}

/**
 * Whose turn it is: start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996) with calls of one length. While two
 * classes both have calls, their turns divided by their weights never differ by more than one turn of each; a class
 * that had none in between has saved nothing up. Of those that tie it is the higher.
 */
export function classInTurn(leads: Leads, lines: Sizes): CallClass | undefined {
  let chosen: CallClass | undefined;
  for (const one of CALL_CLASSES) {
    if (lines[one].size > 0 && (chosen === undefined || leads[one] < leads[chosen])) chosen = one;
  }
  return chosen;
}

/** The virtual time is now where that turn began: the leads are the start tags less that, at least 0. */
export function afterTurn(leads: Leads, strides: PerClass<number>, taken: CallClass): Leads {
  const passed = leads[taken];
  const lead = (one: CallClass) => (one === taken ? strides[one] : Math.max(0, leads[one] - passed));
  return { high: lead('high'), normal: lead('normal'), low: lead('low') };
}

/** How many calls of other classes go before one that has `before` of its own before it, if none comes or leaves. */
export function othersBefore(
  leads: Leads,
  strides: PerClass<number>,
  lines: Sizes,
  own: CallClass,
  before: number,
): number {
  const turn = leads[own] + before * strides[own];
  let others = 0;
  for (const other of CALL_CLASSES) {
    if (other === own) continue;
    const strideCount = (turn - leads[other]) / strides[other];
    const winsTies = CALL_CLASSES.indexOf(other) < CALL_CLASSES.indexOf(own);
    const turns = winsTies ? Math.floor(strideCount) + 1 : Math.ceil(strideCount);
    others += Math.min(lines[other].size, Math.max(0, turns));
  }
  return others;
}
