/** The keys of an agent that has some of its own. */
export const KEYS = { openai: 'sk-agent-00000000000000000001', anthropic: 'sk-ant-agent-0000000000000001' };

/** As `signalbox run` and the Connect page would set them. */
export function environment(
  openai: string,
  anthropic: string,
  keys: typeof KEYS,
): Readonly<Record<string, string>> {
  return {
    OPENAI_BASE_URL: openai,
    OPENAI_API_KEY: keys.openai,
    ANTHROPIC_BASE_URL: anthropic,
    ANTHROPIC_API_KEY: keys.anthropic,
    OPENAI_AGENTS_DISABLE_TRACING: '1',
    AI_SDK_LOG_WARNINGS: 'false',
  };
}
