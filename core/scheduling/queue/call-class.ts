/** The most pressing first. */
export const CALL_CLASSES = ['high', 'normal', 'low'] as const;
export type CallClass = (typeof CALL_CLASSES)[number];
export type PerClass<Value> = Readonly<Record<CallClass, Value>>;

/** The class of a call's priority, which is from 1 to 10. */
export function classOf(priority: number): CallClass {
  if (priority >= 8) return 'high';
  return priority >= 4 ? 'normal' : 'low';
}

/** Nothing is above `high`. */
export function classAbove(one: CallClass): CallClass | undefined {
  return CALL_CLASSES[CALL_CLASSES.indexOf(one) - 1];
}

export function perClass<Value>(make: (one: CallClass) => Value): PerClass<Value> {
  return { high: make('high'), normal: make('normal'), low: make('low') };
}
