/**
 * What the stand-in tells the test that launched it: one JSON document a line on standard output, recognised by its
 * first key among whatever else the app prints.
 */
export type Report =
  /** A window has loaded its page; `cdp` is where the browser that shows it listens. */
  | { readonly standIn: 'window'; readonly cdp: string; readonly url: string }
  | { readonly standIn: 'console'; readonly level: string; readonly text: string }
  | { readonly standIn: 'error-box'; readonly title: string; readonly content: string }
  | { readonly standIn: 'message-box'; readonly message: string; readonly detail: string }
  | { readonly standIn: 'open-external'; readonly url: string }
  | { readonly standIn: 'menu'; readonly labels: readonly string[] }
  | { readonly standIn: 'focus' };

export function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export function readReport(line: string): Report | undefined {
  return line.startsWith('{"standIn":') ? (JSON.parse(line) as Report) : undefined;
}
