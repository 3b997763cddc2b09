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

test('KCT-44 a mistake is told of by its line, comments not counted', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a --from-literal=k=v');
  const opened: string[] = [];
  await run('edit cm a', {
    spawn(argv, fs) {
      const path = argv.at(-1) ?? '';
      const text = fs.readText(path);
      opened.push(text);
      fs.writeFile(path, opened.length === 1 ? text.replace('k: v', 'k: [') : text.replace('k: [', 'k: w'));
      return 0;
    },
  });
  const lines = (opened[1] ?? '').split('\n');
  const at = lines.filter((line) => !line.startsWith('#')).indexOf('  k: [') + 2;
  expect(lines.find((line) => line.startsWith('# * '))).toBe(
    `# * <nil>: Invalid value: "The edited file failed validation": yaml: line ${at}: did not find expected ',' or ']'`,
  );
  expect((await run('get cm a -o jsonpath={.data}')).stdout).toBe('{"k":"w"}');
});
