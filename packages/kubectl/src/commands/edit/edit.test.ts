import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-44 edit opens YAML and JSON, and refuses other forms before the editor starts', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a');
  let started = 0;
  const edit = (output: string) =>
    run(`edit cm a -o ${output}`, {
      spawn() {
        started++;
        return 0;
      },
    });
  for (const output of ['foo', 'name', 'jsonpath={.metadata}']) {
    expect(await edit(output)).toEqual({
      stdout: '',
      stderr: `error: unable to match a printer suitable for the output format "${output}", allowed formats are: json,yaml\n`,
      code: 1,
    });
  }
  expect(started).toBe(0);
  expect((await edit('JSON')).stderr).toBe('Edit cancelled, no changes made.\n');
  expect(started).toBe(1);
});
