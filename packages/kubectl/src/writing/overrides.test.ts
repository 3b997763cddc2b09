import { expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

const MERGED =
  '{"kind":"Pod","metadata":{"name":"x","creationTimestamp":null,"labels":{"run":"x"}},"spec":{"containers":[{"name":"x","image":"i","resources":{}}],"restartPolicy":"Always","dnsPolicy":"ClusterFirst"},"status":{}}';
const SORTED =
  '{"apiVersion":"v1","metadata":{"creationTimestamp":null,"labels":{"run":"x"},"name":"x"},"spec":{"containers":[{"image":"i","name":"x","resources":{}}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always"},"status":{}}';

// As kubectl 1.32.13 said.
const said: readonly (readonly [type: string, overrides: string, text: string])[] = [
  ['merge', 'null', 'error: Invalid JSON Patch\n'],
  ['merge', '1', 'error: Invalid JSON Patch\n'],
  ['merge', '{"apiVersion":null}', `error: Object 'apiVersion' is missing in '${MERGED}'\n`],
  [
    'merge',
    '{"apiVersion":1}',
    "error: couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string\n",
  ],
  ['merge', '{"spec":{"foo":1}}', ''],
  ['strategic', 'null', ''],
  ['strategic', '[]', 'error: invalid JSON document\n'],
  ['strategic', '"x"', 'error: invalid JSON document\n'],
  ['strategic', '{"kind":null}', `error: Object 'Kind' is missing in '${SORTED}'\n`],
];
for (const [type, overrides, text] of said) {
  test(`KCT-46 --override-type=${type} --overrides=${overrides}`, async () => {
    const run = await kubectlOnServer({});
    const { stdout, stderr } = await run(
      `run x --image=i --dry-run=client -o name --override-type=${type} --overrides=${overrides}`,
    );
    expect(stderr).toBe(text);
    expect(stdout).toBe(text === '' ? 'pod/x\n' : '');
  });
}
