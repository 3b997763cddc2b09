import { describe, expect, test } from 'vitest';
import { fullImageName, taggedImageName } from './image-name.ts';

describe('image names', () => {
  const tagged = [
    ['nginx', 'nginx:latest'],
    ['nginx:1.27', 'nginx:1.27'],
    ['localhost:5000/a/b', 'localhost:5000/a/b:latest'],
    [`nginx@sha256:${'a'.repeat(64)}`, `nginx@sha256:${'a'.repeat(64)}`],
  ] as const;
  for (const [name, want] of tagged) {
    test(`KUB-11 ${name.slice(0, 20)} gets a tag where it has none`, () => expect(taggedImageName(name)).toBe(want));
  }
  const refused = [
    ['Nginx:1.27', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
    ['nginx:1.27:x', 'invalid reference format'],
    ['nginx@sha256:123', 'invalid reference format'],
    ['', 'invalid reference format'],
  ] as const;
  for (const [name, why] of refused) {
    test(`KUB-11 ${name} is refused`, () =>
      expect(() => taggedImageName(name)).toThrow(`couldn't parse image name ${JSON.stringify(name)}: ${why}`));
  }
  test('KUB-11 names are completed as containerd does', () => {
    expect(['nginx:1', 'a/b:1', 'quay.io/a/b:1'].map(fullImageName)).toEqual([
      'docker.io/library/nginx:1',
      'docker.io/a/b:1',
      'quay.io/a/b:1',
    ]);
  });
});
