import type { Messages } from './en.ts';

const ofRun = { run: '运行的 id', agent: '运行的名称' };

const ofEvent = {
  ...ofRun,
  seq: '在运行中的序号',
  span: '所属 span 的 id',
  time: '发生的时刻',
  atMs: '发生的时刻，从运行开始算起',
};

/** What can be filtered by, for each kind of row. */
export const zhFields: Messages['filter']['fields'] = {
  runs: {
    id: '运行的 id',
    name: '运行的名称',
    status: '运行的状态',
    source: '运行是如何录制的',
    command: '程序及其参数，未知时为空',
    time: '开始的时刻',
    durationMs: '从开始到结束，或到最新的事件',
    calls: '运行中的调用数',
    openCalls: '进行中的调用数',
    errors: '以错误结束的调用数',
    retries: '每次调用首次尝试之后的尝试数',
    hedges: '在尝试进行时并行发出的尝试数',
    inputTokens: '全部调用的输入 token',
    outputTokens: '全部调用的输出 token',
    tokens: '全部调用的输入与输出 token',
    cost: '已知的费用',
    unknownCosts: '费用未知的调用数',
    exitCode: '进程的退出码；没有则为 -1',
    reason: '运行如此结束的原因',
    reportedSpans: '通过 OTLP 上报的 span 数',
    mcpRequests: '发往 MCP 服务器的请求数',
  },
  spans: {
    ...ofRun,
    id: 'span 的 id',
    kind: '类型',
    status: '状态',
    name: '名称',
    label: '调用的模型、尝试的实例、MCP 的服务器',
    time: '开始的时刻',
    startMs: '开始的时刻，从运行开始算起',
    durationMs: '持续多久；进行中时未知',
    inputTokens: '输入 token；未知时为 0',
    outputTokens: '输出 token；未知时为 0',
    tokens: '输入与输出 token；未知时为 0',
    cost: '未知的费用不参与比较',
    error: '错误信息；没有错误则为空',
    httpStatus: '应答的状态码；没有则为 0',
    details: '录制的全部内容：details.path',
  },
  events: { ...ofEvent, event: '发生了什么：call-received、attempt-ended…', data: '事件的内容：data.status' },
  logs: { ...ofEvent, stream: '这一行的来源', text: '这一行的内容' },
};
