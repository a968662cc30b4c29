import type { RunId } from '../base/ids.ts';

/** The variables that point an agent at a run; the token only where the agent has no key of its own. */
export function agentEnvironment(
  dataPlane: string,
  run: RunId,
  token: { readonly openai?: string; readonly anthropic?: string },
): Record<string, string> {
  const prefix = `${dataPlane}/r/${run}`;
  return {
    OPENAI_BASE_URL: `${prefix}/openai/v1`,
    ANTHROPIC_BASE_URL: `${prefix}/anthropic`,
    OTEL_EXPORTER_OTLP_ENDPOINT: prefix,
    SIGNALBOX_RUN: run,
    ...(token.openai !== undefined && { OPENAI_API_KEY: token.openai }),
    ...(token.anthropic !== undefined && { ANTHROPIC_API_KEY: token.anthropic }),
  };
}
