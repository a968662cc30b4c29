import { expect, test } from 'vitest';
import { isFromOwnPage } from './sender.ts';

const own = { url: 'signalbox://app/#/runs', detached: false, frameTreeNodeId: 1 };
const sender = { mainFrame: own };

test('the main frame of our own page may speak', () => {
  expect(isFromOwnPage({ sender, senderFrame: own })).toBe(true);
});

test.each([
  ['no frame', null],
  ['a frame that has gone', { ...own, detached: true }],
  ['a frame within the page', { ...own, frameTreeNodeId: 2 }],
  ['another host', { ...own, url: 'signalbox://evil/' }],
  ['a host that begins like ours', { ...own, url: 'signalbox://app.evil/' }],
  ['a host with a port', { ...own, url: 'signalbox://app:80/' }],
  ['another scheme, whose origin is as opaque as ours', { ...own, url: 'other://app/' }],
  ['the web', { ...own, url: 'https://app/' }],
  ['a name before the host', { ...own, url: 'signalbox://app@evil/' }],
  ['a file', { ...own, url: 'file:///app/' }],
  ['a blank page', { ...own, url: 'about:blank' }],
  ['no address', { ...own, url: '' }],
])('refuses %s', (_name, senderFrame) => {
  expect(isFromOwnPage({ sender, senderFrame })).toBe(false);
});
