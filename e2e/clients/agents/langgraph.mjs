// LangGraph with LangChain's OpenAI models, which read OPENAI_BASE_URL and OPENAI_API_KEY.
import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { Annotation, END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { createReactAgent, ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import { all, play } from './support.mjs';

const prompt = (scene) => [new HumanMessage(`How is the weather, ☃? [[${scene}]]`)];
const model = (more = {}) => new ChatOpenAI({ model: 'gpt-4.1-mini', maxRetries: 0, ...more });
const weather = tool(({ city }) => `18 °C in ${city}`, {
  name: 'weather',
  description: 'The weather in a city.',
  schema: z.object({ city: z.string(), unit: z.enum(['C', 'F']) }),
});

/** A message as it goes into a store. */
const told = (message) => message.toDict?.() ?? message;

/** The graph that every tutorial draws: a model, its tools, and back. */
function graph(llm) {
  const bound = llm.bindTools([weather]);
  return new StateGraph(MessagesAnnotation)
    .addNode('model', async ({ messages }) => ({ messages: [await bound.invoke(messages)] }))
    .addNode('tools', new ToolNode([weather]))
    .addEdge(START, 'model')
    .addConditionalEdges('model', toolsCondition)
    .addEdge('tools', 'model')
    .compile();
}

const State = Annotation.Root({
  texts: Annotation({ reducer: (one, other) => [...one, ...other].toSorted(), default: () => [] }),
});

const invoke = async (llm, scene) => {
  const { messages } = await graph(llm).invoke({ messages: prompt(scene) });
  return messages.map(told);
};
/** Every piece of every message, and what they came to. */
const stream = async (llm, scene) => {
  const events = await graph(llm).stream({ messages: prompt(scene) }, { streamMode: 'messages' });
  const steps = new Map();
  const tell = async function* () {
    for await (const [message, { langgraph_node, langgraph_step }] of events) {
      const before = steps.get(langgraph_step);
      steps.set(langgraph_step, before?.concat?.(message) ?? message);
      yield { message: told(message), langgraph_node, langgraph_step };
    }
  };
  const pieces = await all(tell());
  return { pieces, came: [...steps.values()].map(told) };
};

const APIS = { chat: {}, responses: { useResponsesApi: true } };

const shared = Object.entries(APIS).flatMap(([api, more]) =>
  Object.entries({
    'a graph, text': () => invoke(model(more), 'text'),
    'a graph, tools called in parallel': () => invoke(model(more), 'tools'),
    'a graph, only tools': () => invoke(model(more), 'only-tools'),
    'a graph, with thoughts': () => invoke(model(more), 'thoughtful-tools'),
    'a graph, cut off by its limit': () => invoke(model(more), 'too-long'),
    'a graph, refused': () => invoke(model(more), 'refused'),
    'a graph streamed, text': () => stream(model({ ...more, streaming: true }), 'text'),
    'a graph streamed, tools called in parallel': () => stream(model({ ...more, streaming: true }), 'tools'),
    'a graph streamed, from the cache': () => stream(model({ ...more, streaming: true }), 'cached'),
    'a graph streamed, in gzip': () => stream(model({ ...more, streaming: true }), 'packed'),
    'a graph streamed, an error inside': () => stream(model({ ...more, streaming: true }), 'error-inside'),
    'branches in parallel': async () => {
      const say = async () => ({ texts: [(await model(more).invoke(prompt('text'))).text] });
      const branches = new StateGraph(State)
        .addNode('one', say)
        .addNode('two', say)
        .addNode('three', say)
        .addEdge(START, 'one')
        .addEdge(START, 'two')
        .addEdge(START, 'three')
        .addEdge('one', END)
        .addEdge('two', END)
        .addEdge('three', END)
        .compile();
      return branches.invoke({ texts: [] });
    },
    structured: () =>
      model(more)
        .withStructuredOutput(z.object({ city: z.string(), celsius: z.number() }))
        .invoke(prompt('json')),
    'cancelled by the client while it streams': async () => {
      const controller = new AbortController();
      const seen = new Set();
      const chunks = await model(more).stream(prompt('slow'), { signal: controller.signal });
      for await (const { type } of chunks) {
        seen.add(type);
        controller.abort();
      }
      return seen;
    },
    'cancelled by the client before an answer': () =>
      model(more).invoke(prompt('never'), { signal: AbortSignal.timeout(300) }),
    'error 401': () => invoke(model(more), 'error-401'),
    'error 429 with retry-after': () =>
      invoke(model({ ...more, model: `gpt-limited-langgraph-${api}` }), 'error-429'),
    'error 500': () => invoke(model(more), 'error-500'),
    'error 500, then an answer': () => invoke(model({ ...more, maxRetries: 2 }), 'error-500-once'),
    'error: the context is too long': () => invoke(model(more), 'error-context'),
    'error: filtered before it was answered': () => invoke(model(more), 'error-policy'),
    'error: a page': () => invoke(model(more), 'error-page'),
  }).map(([name, run]) => [`${api}: ${name}`, run]),
);

await play({
  ...Object.fromEntries(shared),
  'the prebuilt agent': async () => {
    const agent = createReactAgent({ llm: model(), tools: [weather], prompt: 'Be brief.' });
    return (await agent.invoke({ messages: prompt('tools') })).messages.map(told);
  },
  embeddings: () =>
    new OpenAIEmbeddings({ model: 'text-embedding-3-small' }).embedDocuments(['red', 'green ☃']),
});
