import { expect, test } from 'vitest';
import { problemsOf } from './problems.ts';

const FIRST = 'kind: A\n';
const SECOND = `
apiVersion: apps/v1
kind: Deployment
spec:
  replica: 3
  template:
    spec:
      containers:
        - name: a
        - name: b
          image: ""
`;
const TEXT = `${FIRST}---${SECOND}`;
const applied = (message: string) => [
  { at: 11, source: SECOND, name: 'x', outcome: 'refused' as const, message, warnings: [] },
];
const CASES: readonly (readonly [string, number])[] = [
  ['strict decoding error: unknown field "spec.replica"', 6],
  ['Deployment "x" is invalid: spec.template.spec.containers[1].image: Required value', 12],
  ['Deployment "x" is invalid: spec.template.spec.containers[0].image: Required value', 10],
  ['nobody knows where', 3],
];
for (const [message, line] of CASES) {
  test(`UI-4 a refusal stands on the line that it speaks of: ${message}`, () => {
    expect(problemsOf(TEXT, applied(message))).toEqual([{ line, message, isWarning: false }]);
  });
}
