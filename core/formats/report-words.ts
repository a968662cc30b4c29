/** The languages that a report is written in, as the window has them. */
export type ReportLanguage = 'en' | 'zh';

const ENGLISH = {
  calls: 'Calls',
  errors: 'Errors',
  retries: 'Retries',
  tokens: 'Tokens in / out',
  cost: 'Cost',
  duration: 'Duration',
  started: 'Started',
  status: 'Status',
  spans: 'Spans',
  timeline: 'Timeline',
  notDrawn: 'more spans are not drawn',
  filter: 'Filter calls',
  request: 'Request',
  answer: 'Answer',
  error: 'Error',
  cut: 'characters more are left out',
  unknown: 'unknown',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  interrupted: 'interrupted',
  cancelled: 'cancelled',
  ok: 'ok',
  none: 'No calls of models in this run.',
};

export type ReportWords = Readonly<Record<keyof typeof ENGLISH, string>>;

const CHINESE: ReportWords = {
  calls: '调用',
  errors: '错误',
  retries: '重试',
  tokens: '输入 / 输出 token',
  cost: '费用',
  duration: '时长',
  started: '开始时间',
  status: '状态',
  spans: '跨度',
  timeline: '时间线',
  notDrawn: '个跨度未绘制',
  filter: '筛选调用',
  request: '请求',
  answer: '回答',
  error: '错误',
  cut: '个字符已省略',
  unknown: '未知',
  running: '运行中',
  completed: '已完成',
  failed: '失败',
  interrupted: '已中断',
  cancelled: '已取消',
  ok: '成功',
  none: '此运行没有模型调用。',
};

export const REPORT_WORDS: Readonly<Record<ReportLanguage, ReportWords>> = { en: ENGLISH, zh: CHINESE };
