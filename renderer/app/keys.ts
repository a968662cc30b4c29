/** What of a keyboard event matters for a shortcut. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** `mod` is Ctrl, and Cmd on a Mac. Shift is not named: it is already in the character (`?`). */
function nameOfPress(press: Press): string | undefined {
  if (press.altKey || press.key === 'Shift' || press.key === 'Control' || press.key === 'Meta')
    return undefined;
  // On many keyboards + is Shift and =: whoever means to zoom in does not press Shift.
  const key = press.key === '=' ? '+' : press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return press.ctrlKey || press.metaKey ? `mod+${key}` : key;
}

export type KeyMatch =
  | { readonly kind: 'command'; readonly keys: string }
  | { readonly kind: 'begun'; readonly keys: string }
  | { readonly kind: 'none' };

/** Reads one press, after `begun` (the first half of a two-key shortcut, or empty), against all shortcuts. */
export function matchPress(all: Iterable<string>, begun: string, press: Press): KeyMatch {
  const name = nameOfPress(press);
  if (name === undefined) return begun ? { kind: 'begun', keys: begun } : { kind: 'none' };
  const shortcuts = [...all];
  for (const keys of begun ? [`${begun} ${name}`, name] : [name]) {
    if (shortcuts.includes(keys)) return { kind: 'command', keys };
    if (shortcuts.some((shortcut) => shortcut.startsWith(`${keys} `))) return { kind: 'begun', keys };
  }
  return { kind: 'none' };
}

/** How a shortcut is shown: `Ctrl K`, `⌘ K`, `G R`. */
export function showKeys(keys: string, mac: boolean): readonly string[] {
  return keys
    .split(/[ ]|(?<=mod)\+/)
    .map((key) => (key === 'mod' ? (mac ? '⌘' : 'Ctrl') : key.length === 1 ? key.toUpperCase() : key));
}
