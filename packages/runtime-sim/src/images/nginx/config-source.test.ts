import { expect, test } from 'vitest';
import { type ConfigSource, KnownConfigs } from './config-source.ts';

test('NGX-1 a configuration is taken apart once, and again as soon as anything that was read for it says something else', () => {
  let texts: Record<string, string> = { '/main': 'main', '/d/a': 'a' };
  const source: ConfigSource = {
    text: (path) => texts[path],
    names: (folder) => Object.keys(texts).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(3)] : [])),
  };
  const known = new KnownConfigs<string>();
  let made = 0;
  const get = (): string =>
    known.get(source, '/main', (from) => {
      made++;
      return [
        from.text('/main'),
        ...from.names('/d').map((name) => from.text(`/d/${name}`)),
        from.text('/none'),
      ].join();
    });
  expect([get(), get(), made]).toEqual(['main,a,', 'main,a,', 1]);
  texts = { ...texts, '/d/b': 'b' };
  expect([get(), made]).toEqual(['main,a,b,', 2]);
  texts = { ...texts, '/none': 'none' };
  expect([get(), made]).toEqual(['main,a,b,none', 3]);
  texts = { '/main': 'main', '/d/a': 'a' };
  expect([get(), made]).toEqual(['main,a,', 3]);
});
