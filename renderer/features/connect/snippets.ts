/** What a card tells the reader to paste, by where it is pasted. Code is the same in every language of the window. */
export type SnippetKind = 'bash' | 'powershell' | 'env' | 'python' | 'typescript';
export type CardId = 'command' | 'openai-python' | 'openai-typescript' | 'langgraph' | 'vercel' | 'curl';

export interface Snippet {
  readonly kind: SnippetKind;
  /** `{key}` stands for the API key. */
  readonly text: string;
}

export interface ConnectCard {
  readonly id: CardId;
  readonly title?: string;
  readonly snippets: readonly Snippet[];
  /** The same, where Signalbox is installed. */
  readonly installed?: string;
}

export const KEY_PLACE = '{key}';

export function connectCards(dataPlane: string): readonly ConnectCard[] {
  const baseUrl = `${dataPlane}/openai/v1`;
  return [
    {
      id: 'command',
      installed: 'signalbox run -- python agent.py',
      snippets: [
        { kind: 'bash', text: 'npm run -s signalbox -- run -- python agent.py' },
        { kind: 'powershell', text: "npm run -s signalbox '--' run '--' python agent.py" },
      ],
    },
    {
      id: 'openai-python',
      title: 'OpenAI SDK · Python',
      snippets: [
        {
          kind: 'python',
          text: `from openai import OpenAI\n\nclient = OpenAI(\n    base_url="${baseUrl}",\n    api_key="${KEY_PLACE}",\n)`,
        },
        ...variables(baseUrl),
      ],
    },
    {
      id: 'openai-typescript',
      title: 'OpenAI SDK · TypeScript',
      snippets: [
        {
          kind: 'typescript',
          text: `import OpenAI from 'openai';\n\nconst client = new OpenAI({\n  baseURL: '${baseUrl}',\n  apiKey: '${KEY_PLACE}',\n});`,
        },
        ...variables(baseUrl),
      ],
    },
    {
      id: 'langgraph',
      title: 'LangGraph · LangChain',
      snippets: [
        {
          kind: 'python',
          text: `from langchain_openai import ChatOpenAI\n\nmodel = ChatOpenAI(\n    model="gpt-4o-mini",\n    base_url="${baseUrl}",\n    api_key="${KEY_PLACE}",\n)`,
        },
        {
          kind: 'typescript',
          text: `import { ChatOpenAI } from '@langchain/openai';\n\nconst model = new ChatOpenAI({\n  model: 'gpt-4o-mini',\n  apiKey: '${KEY_PLACE}',\n  configuration: { baseURL: '${baseUrl}' },\n});`,
        },
        ...variables(baseUrl),
      ],
    },
    {
      id: 'vercel',
      title: 'Vercel AI SDK',
      snippets: [
        {
          kind: 'typescript',
          text: `import { createOpenAI } from '@ai-sdk/openai';\n\nconst openai = createOpenAI({\n  baseURL: '${baseUrl}',\n  apiKey: '${KEY_PLACE}',\n});\n\nconst model = openai.chat('gpt-4o-mini');`,
        },
        ...variables(baseUrl),
      ],
    },
    {
      id: 'curl',
      title: 'curl',
      snippets: [
        {
          kind: 'bash',
          text: `curl ${baseUrl}/chat/completions \\\n  -H 'authorization: Bearer ${KEY_PLACE}' \\\n  -H 'content-type: application/json' \\\n  -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'`,
        },
        {
          kind: 'powershell',
          text: `$body = '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'\nInvoke-RestMethod ${baseUrl}/chat/completions -Method Post \`\n  -Headers @{ authorization = 'Bearer ${KEY_PLACE}' } \`\n  -ContentType 'application/json' -Body $body`,
        },
      ],
    },
  ];
}

function variables(baseUrl: string): readonly Snippet[] {
  return [
    { kind: 'bash', text: `export OPENAI_BASE_URL='${baseUrl}'\nexport OPENAI_API_KEY='${KEY_PLACE}'` },
    {
      kind: 'powershell',
      text: `$env:OPENAI_BASE_URL = '${baseUrl}'\n$env:OPENAI_API_KEY = '${KEY_PLACE}'`,
    },
    { kind: 'env', text: `OPENAI_BASE_URL=${baseUrl}\nOPENAI_API_KEY=${KEY_PLACE}` },
  ];
}

/** A key as it is shown until it is asked for: enough to tell it from another, too little to use. */
export function maskKey(key: string): string {
  return key.length <= 8 ? '••••••••' : `${key.slice(0, 4)}••••••••`;
}
