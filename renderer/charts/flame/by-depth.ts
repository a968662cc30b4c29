const UNKNOWN = -1;
const ON_PATH = -2;

/** What hangs from others, the outermost first, and how many there are at each depth. Links of a circle are cut, in `parent` too. */
export function byDepth(parent: Int32Array): { readonly order: Uint32Array; readonly depths: Uint32Array } {
  const depth = new Int32Array(parent.length).fill(UNKNOWN);
  const path: number[] = [];
  let deepest = -1;
  for (let ordinal = 0; ordinal < parent.length; ordinal++) {
    let at = ordinal;
    while (at >= 0 && depth[at] === UNKNOWN) {
      depth[at] = ON_PATH;
      path.push(at);
      at = parent[at]!;
    }
    if (at >= 0 && depth[at] === ON_PATH) {
      parent[path.at(-1)!] = -1;
      at = -1;
    }
    let next = at < 0 ? 0 : depth[at]! + 1;
    while (path.length > 0) depth[path.pop()!] = next++;
    deepest = Math.max(deepest, next - 1);
  }
  const depths = new Uint32Array(deepest + 1);
  for (const level of depth) depths[level]! += 1;
  const place = new Uint32Array(deepest + 1);
  for (let level = 1; level <= deepest; level++) place[level] = place[level - 1]! + depths[level - 1]!;
  const order = new Uint32Array(parent.length);
  for (let ordinal = 0; ordinal < parent.length; ordinal++) order[place[depth[ordinal]!]!++] = ordinal;
  return { order, depths };
}
