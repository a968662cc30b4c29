/** An answer that no model gave: a fallback's text. It costs no tokens. */
export interface Preset {
  readonly text: string;
  /** As the call named it. */
  readonly model: string;
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The call asked for the usage at the end of its stream (Chat Completions). */
  readonly includeUsage?: boolean;
}

/** The document and the stream in which a dialect says one text. */
export interface PresetShape {
  document(preset: Preset): unknown;
  stream(preset: Preset): string;
}
