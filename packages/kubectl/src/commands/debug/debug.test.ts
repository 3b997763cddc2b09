import { expect, test } from 'vitest';
import { runKubectl } from '../../testing/run-kubectl.ts';

test('KCT-38 a custom profile that is neither JSON nor YAML is refused as YAML', async () => {
  const files = { '/work/bad.json': '{"env":\n' };
  const { stderr } = await runKubectl('debug a --image=b -c d --custom=bad.json'.split(' '), { files });
  expect(stderr).toContain(
    'error: bad.json does not contain a valid container spec: error converting YAML to JSON: yaml: line 1: did not find expected node content\n',
  );
});
