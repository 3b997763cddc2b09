import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-45 explain reads what it is asked for as JSONPath, and refuses what is no path of fields', async () => {
  const run = await kubectlOnServer({});
  const first = 'error: invalid jsonpath syntax, first node must be field node\n';
  const cases: readonly (readonly [asked: string, stderr: string])[] = [
    ['.spec', first],
    ['..pods', first],
    ['*', first],
    ['pods[0]', first],
    ['pods.spec.containers[*].name', first],
    ['pods.spec[0] --api-version=v1', 'error: invalid jsonpath syntax, all nodes must be field nodes\n'],
    ['.', 'error: a resource must be present, got: /, Resource=\n'],
    ['pods.spec}', 'error: must pass in 1 jsonpath string\n'],
    ['pods.spec[', 'error: unterminated array\n'],
    ['pods(x)', 'the server doesn\'t have a resource type "pods(x)"\n'],
  ];
  for (const [asked, stderr] of cases) expect(await run(`explain ${asked}`)).toEqual({ stdout: '', stderr, code: 1 });
});
