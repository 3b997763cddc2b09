import { expect, test } from 'vitest';
import { problemsOf } from './problems.ts';

const SOURCE = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: x
spec:
  replica: 3
  template:
    spec:
      containers:
        - name: a
        - name: b
          image: ""
          ports:
            - containerPort: 99999
`;
const applied = (message: string) => [
  { at: 11, source: SOURCE, name: 'x', outcome: 'refused' as const, message, causes: [], warnings: [] },
];
/** What is underlined. */
const marked = (message: string) =>
  problemsOf(applied(message)).map(({ from, to }) => SOURCE.slice(from - 11, to - 11));

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['strict decoding error: unknown field "spec.replica"', ['replica']],
  ['strict decoding error: unknown field "spec.replica", unknown field "spec.template.spec"', ['replica', 'spec']],
  [
    'failed to create typed patch object (/x; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
    ['replica'],
  ],
  [
    'failed to create typed patch object (/x; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="b"].image: field not declared in schema',
    ['image'],
  ],
  ['Deployment "x" is invalid: spec.template.spec.containers[1].image: Required value', ['""']],
  ['Deployment "x" is invalid: spec.template.spec.containers[0].image: Required value', ['name: a']],
  [
    'Deployment "x" is invalid: spec.template.spec.containers[1].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive',
    ['99999'],
  ],
  ['nobody knows where', ['apiVersion: apps/v1']],
];
for (const [message, want] of CASES) {
  test(`UI-4 a refusal stands on the field that it speaks of: ${message}`, () => expect(marked(message)).toEqual(want));
}

test('UI-4 every field that was refused has a problem of its own', () => {
  const [result] = applied('Deployment "x" is invalid: [...]');
  const causes = [
    { field: 'spec.replicas', message: 'spec.replicas: Required value' },
    { field: 'metadata.name', message: 'metadata.name: Invalid value: "x"' },
  ];
  const problems = problemsOf(result === undefined ? [] : [{ ...result, causes }]);
  expect(problems.map(({ from, to, message }) => [SOURCE.slice(from - 11, to - 11), message])).toEqual([
    ['spec', 'spec.replicas: Required value'],
    ['x', 'metadata.name: Invalid value: "x"'],
  ]);
});

test('UI-4 a field that the kind does not have is told as one', () => {
  const [problem] = problemsOf(applied('unknown field "spec.replica"'));
  expect(problem?.unknownField).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', path: ['spec', 'replica'] });
});
