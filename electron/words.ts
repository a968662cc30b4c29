import type { MenuItemConstructorOptions } from 'electron';

export type MenuRole = NonNullable<MenuItemConstructorOptions['role']>;

/** What the main process itself says; everything else is said by the window. */
export interface Words {
  readonly file: string;
  readonly edit: string;
  readonly view: string;
  readonly window: string;
  /** Electron words its roles in English only. */
  readonly roles: Readonly<Partial<Record<MenuRole, string>>>;
  readonly openLink: string;
  readonly open: string;
  readonly cancel: string;
  readonly cannotStart: string;
}

const ENGLISH: Words = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  roles: {},
  openLink: 'Open this link in your browser?',
  open: 'Open',
  cancel: 'Cancel',
  cannotStart: 'Signalbox cannot start',
};

const CHINESE: Words = {
  file: '文件',
  edit: '编辑',
  view: '视图',
  window: '窗口',
  roles: {
    about: '关于 Signalbox',
    hide: '隐藏 Signalbox',
    hideOthers: '隐藏其他',
    unhide: '全部显示',
    quit: '退出',
    close: '关闭窗口',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    delete: '删除',
    selectAll: '全选',
    reload: '重新加载',
    toggleDevTools: '开发者工具',
    resetZoom: '实际大小',
    zoomIn: '放大',
    zoomOut: '缩小',
    togglefullscreen: '切换全屏',
    minimize: '最小化',
    zoom: '缩放窗口',
  },
  openLink: '在浏览器中打开此链接？',
  open: '打开',
  cancel: '取消',
  cannotStart: 'Signalbox 无法启动',
};

/** `locale` as Electron names it: `en-US`, `zh-CN`. */
export function wordsFor(locale: string): Words {
  return /^zh\b/i.test(locale) ? CHINESE : ENGLISH;
}
