import { expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from './default-options.ts';
import { readSandbox } from './sandbox.ts';

test('UI-3 a sandbox is read with defaults for what it does not say', () => {
  const files = [{ name: 'a.yaml', text: 'a' }];
  expect(readSandbox({ version: 1, files, options: { nodes: 5, seed: -1 } })).toEqual({
    version: 1,
    files,
    options: { ...DEFAULT_OPTIONS, nodes: 5 },
  });
});

const BROKEN: readonly (readonly [string, unknown, string])[] = [
  ['of a newer version', { version: 2, files: [] }, 'it was made by a newer version of Tabernetes'],
  ['of something else', 'text', 'it is not a sandbox of Tabernetes'],
  [
    'with a file outside of home',
    { version: 1, files: [{ name: '../x', text: '' }] },
    'one of its files has no name or no text',
  ],
];
for (const [name, value, text] of BROKEN) {
  test(`UI-3 a sandbox ${name} is refused`, () => expect(() => readSandbox(value)).toThrow(text));
}
