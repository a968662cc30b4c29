// A small research agent on the official OpenAI SDK: it plans, looks into three topics at once, criticises what it
// found, and streams an answer. It knows nothing of Signalbox: OPENAI_BASE_URL and OPENAI_API_KEY are all it reads.
import OpenAI from 'openai';

const openai = new OpenAI();
const question = process.argv[2] ?? 'Which queue design should a local agent runtime use?';
const system = {
  role: 'system',
  content: 'You are a careful researcher. Be brief, and say what you are unsure of.',
};

const tools = [
  {
    type: 'function',
    function: {
      name: 'research',
      description: 'Look into one topic and report what is known.',
      parameters: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] },
    },
  },
];

/** The one tool: a cheaper model looks into a topic. */
async function research({ topic }) {
  console.log(`researching: ${topic}`);
  const report = await openai.chat.completions.create({
    model: 'fast',
    messages: [system, { role: 'user', content: `Topic: ${topic}. What is known? Three sentences.` }],
  });
  return report.choices[0].message.content;
}

console.log(`question: ${question}`);
const messages = [system, { role: 'user', content: `Plan the research for this question: ${question}` }];
const plan = await openai.chat.completions.create({ model: 'quality', messages, tools });
const { message } = plan.choices[0];
messages.push(message);

const calls = message.tool_calls ?? [];
console.log(`plan: ${calls.length} topics`);
const findings = await Promise.all(calls.map((call) => research(JSON.parse(call.function.arguments))));
for (const [index, call] of calls.entries()) {
  messages.push({ role: 'tool', tool_call_id: call.id, content: findings[index] });
}

messages.push({ role: 'user', content: 'Critique these findings: which claim is the weakest?' });
const critique = await openai.chat.completions.create({ model: 'quality', messages });
messages.push(critique.choices[0].message);
console.log('critique: done');

messages.push({ role: 'user', content: 'Write the answer in one paragraph.' });
const stream = await openai.chat.completions.create({
  model: 'quality',
  messages,
  stream: true,
  stream_options: { include_usage: true },
});
let answer = '';
for await (const chunk of stream) answer += chunk.choices[0]?.delta?.content ?? '';
console.log(`answer: ${answer}`);
