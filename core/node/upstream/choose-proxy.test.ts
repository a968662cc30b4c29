import { describe, expect, it } from 'vitest';
import { chooseProxy, nameOfProxy } from './choose-proxy.ts';

const proxy = 'http://proxy.corp:3128';
const through = (url: string, noProxy: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  chooseProxy(new URL(url), { proxy, noProxy: [...noProxy] }, env)?.href;
const byEnvironment = (url: string, env: NodeJS.ProcessEnv) =>
  chooseProxy(new URL(url), { proxy: 'environment', noProxy: [] }, env)?.href;

describe('a proxy', () => {
  it('is used for everything but this machine', () => {
    expect(through('https://api.openai.com')).toBe('http://proxy.corp:3128/');
    for (const host of ['127.0.0.1:80', '127.8.9.1', 'localhost:11434', 'a.localhost', '[::1]:8000']) {
      expect(through(`http://${host}`)).toBeUndefined();
    }
    expect(through('http://128.0.0.1')).toBeDefined();
    expect(through('http://localhost.corp')).toBeDefined();
  });

  it.each([
    ['*', 'https://anything.test', true],
    ['*:8443', 'https://anything.test', false],
    ['*:8443', 'https://anything.test:8443', true],
    ['example.com', 'https://example.com', true],
    ['Example.COM.', 'https://example.com', true],
    ['example.com', 'https://api.example.com', true],
    ['example.com', 'https://badexample.com', false],
    ['.example.com', 'https://example.com', true],
    ['.example.com', 'https://a.b.example.com', true],
    ['*.example.com', 'https://example.com', false],
    ['*.example.com', 'https://a.example.com', true],
    ['example.com:8443', 'https://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['example.com:80', 'http://example.com', true],
    ['10.0.0.1', 'http://10.0.0.1:8000', true],
    ['10.0.0.1:80', 'http://10.0.0.1:8000', false],
    ['10.0.0.0/8', 'http://10.200.3.4', true],
    ['10.0.0.0/8', 'http://11.0.0.1', false],
    ['10.0.0.0/8', 'http://ten.test', false],
    ['10.0.0.0/99', 'http://10.0.0.1', false],
    ['fd00::/8', 'http://[fd12::1]', true],
    ['fd12::1', 'http://[fd12::1]:8000', true],
    ['[fd12::1]:80', 'http://[fd12::1]:8000', false],
    ['[fd12::1]:80', 'http://[fd12::1]', true],
  ])('under the exception %s is left out for %s: %s', (exception, url, isLeftOut) => {
    expect(through(url, [exception]) === undefined).toBe(isLeftOut);
    expect(through(url, [], { NO_PROXY: `other.test, ${exception}` }) === undefined).toBe(isLeftOut);
  });

  it('is not used where the configuration says so, whatever the environment says', () => {
    const settings = { proxy: 'none', noProxy: [] } as const;
    expect(chooseProxy(new URL('http://a.test'), { ...settings, noProxy: [] }, { HTTP_PROXY: proxy })).toBe(
      undefined,
    );
  });

  it('of the environment is that of the protocol, in small letters first', () => {
    const env = { HTTPS_PROXY: 'http://one:1', HTTP_PROXY: 'http://two:2', ALL_PROXY: 'http://three:3' };
    expect(byEnvironment('https://a.test', env)).toBe('http://one:1/');
    expect(byEnvironment('http://a.test', env)).toBe('http://two:2/');
    expect(byEnvironment('https://a.test', { ...env, https_proxy: 'https://small:4' })).toBe(
      'https://small:4/',
    );
    expect(byEnvironment('https://a.test', { ALL_PROXY: 'three:3' })).toBe('http://three:3/');
    expect(byEnvironment('https://a.test', { HTTP_PROXY: 'http://two:2' })).toBeUndefined();
    expect(byEnvironment('https://a.test', { ...env, NO_PROXY: 'a.test' })).toBeUndefined();
    expect(byEnvironment('https://a.test', { HTTPS_PROXY: 'socks5://no:1' })).toBeUndefined();
  });

  it('is named without its password', () => {
    expect(nameOfProxy(new URL('http://user:secret@proxy.corp:3128/x'))).toBe('http://proxy.corp:3128');
  });
});
