/** What a model says, whatever the dialect it is said in. */
export interface Said {
  /** Thoughts before anything else, as far as the dialect shows them. */
  readonly thoughts?: string;
  readonly text?: string;
  readonly calls?: readonly ToolCall[];
  /** In words; the dialects have a place of its own for it. */
  readonly refusal?: string;
  readonly stop?: 'length' | 'filtered';
  /** Part of the input came from the provider's cache, and part was put there. */
  readonly cached?: boolean;
}

interface ToolCall {
  readonly name: string;
  readonly input: object;
}

/** As OpenAI and Anthropic name them: the dialect's prefix and 24 characters. */
export function idOf(prefix: string, index = 0): string {
  return `${prefix}01Signalb0xTests0nly000${String(index).padStart(3, '0')}`;
}

/** Another for each thing that is said: a client may take two answers with one id for one. */
export function numberOf(said: Said): number {
  return JSON.stringify(said).length % 1000;
}

/** In pieces as tokens come, which are whole characters. */
export function inTokens(text: string, length = 6): readonly string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, index) =>
    characters.slice(index * length, (index + 1) * length).join(''),
  );
}

/** What a streamed text is filled up with so that its length gives nothing away: other than the next, and always the same. */
export function filling(index: number): string {
  return 'qfQVOwfh62oUstKh'.slice(index % 11);
}
