import { join } from 'node:path';

/** A host that has every kind of target, with everything that reads bodies switched on. */
export function fuzzConfig(upstream: string): string {
  const child = JSON.stringify([process.execPath, join(import.meta.dirname, 'mcp-child.ts')]);
  return `
[providers.openai]
endpoint = "${upstream}/v1"
[providers.anthropic]
endpoint = "${upstream}/v1"
dialect = "anthropic"
[providers.vectors]
endpoint = "${upstream}/v1"
category = "embedding"
[providers.store]
endpoint = "${upstream}"
category = "vector-db"
adapter = "chroma"
[providers.parse]
endpoint = "${upstream}"
category = "document"
adapter = "unstructured"

[instances.one]
provider = "openai"
model = "raw"
[instances.two]
provider = "openai"
model = "raw"
[instances.three]
provider = "anthropic"
model = "raw"
[instances.embedder]
provider = "vectors"
model = "raw"
[instances.chroma]
provider = "store"
[instances.parser]
provider = "parse"

[pools.fast]
instances = ["one", "two"]
[pools.claude]
instances = ["three"]
[pools.vectors]
instances = ["embedder"]
[pools.store]
instances = ["chroma"]
[pools.parse]
instances = ["parser"]

[[routing]]
when = "category == 'llm' && model == 'auto' && (tools > 3 || complexity > 0.9 || capabilities.exists(c, c == 'audio'))"
to = "fast"
[[policies]]
name = "small only"
deny = "inputTokens > 1000000 && instance == 'two'"

[mcp.remote]
url = "${upstream}/mcp"
[mcp.program]
command = ${child}
`;
}
