// CSI and OSC sequences, then any other control character except a tab: a terminal's business, not a reader's.
const CONTROLS =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]|[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** A line as it reads once a terminal's colours and cursor movements are taken out. */
export function stripAnsi(text: string): string {
  return text.replace(CONTROLS, '');
}
