import { expect, test } from 'vitest';
import { interruptedCode } from './kubectl-command.ts';

test.each([
  ['get pods', 130],
  ['get pods -o wide', 130],
  ['get pods -w', 1],
  ['get pods -Aw', 1],
  ['events --watch', 1],
  ['get pods --watch-only=true', 1],
  ['-n demo wait pod/a --for=delete', 1],
  ['logs a -f', 1],
  ['apply -f a.yaml', 130],
  ['get pod run', 130],
  ['logs get -f', 1],
])('TAB-10 `kubectl %s` ends with %i when it is interrupted', (line, code) => {
  expect(interruptedCode(line.split(' '))).toBe(code);
});
