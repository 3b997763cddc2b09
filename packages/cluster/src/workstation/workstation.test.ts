import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../index.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ clock: 'virtual' });
});
afterEach(() => cluster.stop());

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

test('CLU-50 a line of the command box runs kubectl as the administrator', async () => {
  const { exitCode, stdout, stderr } = await cluster.kubectl('get nodes -o name');
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: 'node/node-1\nnode/node-2\nnode/node-3\n',
    stderr: '',
  });
});

test('CLU-50 without its token, the kubeconfig makes nobody of those who ask', async () => {
  const { stderr, exitCode } = await cluster.kubectl('get nodes --token nobodys');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('You must be logged in to the server');
});

test('CLU-51 files of the machine are what -f reads, and what redirections write', async () => {
  cluster.workstation.files.writeFile('a.yaml', CONFIG_MAP);
  expect((await cluster.kubectl('kubectl apply -f a.yaml')).stdout).toBe('configmap/a created\n');
  await cluster.sh('kubectl get cm a -o name > got.txt');
  expect(cluster.workstation.files.readText('got.txt')).toBe('configmap/a\n');
});

const SCRIPTS: readonly (readonly [script: string, stdout: string, exitCode?: number])[] = [
  ['kubectl get nodes -o name | grep -c node', '3\n'],
  ['for n in {1..3}; do kubectl get node/node-$n -o name; done | tac', 'node/node-3\nnode/node-2\nnode/node-1\n'],
  [`cat <<EOF | kubectl apply -f -\n${CONFIG_MAP}EOF`, 'configmap/a created\n'],
  ['N=$(kubectl get nodes -o name | wc -l); echo "$((N * 2)) nodes"', '6 nodes\n'],
  ['kubectl get nodes nowhere 2>/dev/null || echo "none: $?"', 'none: 1\n'],
  ['kubectl get nodes -o json | jq -r ".items[1].metadata.name"', 'node-2\n'],
  ["kubectl get nodes --no-headers | awk '{print $1, $2}' | head -1", 'node-1 Ready\n'],
  [
    'kubectl create secret generic s --from-literal=k=v >/dev/null; kubectl get secret s -o jsonpath={.data.k} | base64 -d',
    'v',
  ],
  [
    'while read -r n; do echo "got $n"; done < <(kubectl get nodes -o name | head -2)',
    'got node/node-1\ngot node/node-2\n',
  ],
  ['kubectl proxy --port=8001 >/dev/null & sleep 1; curl -s localhost:8001/version | jq -r .major; kill $!', '1\n'],
  ['timeout 2 kubectl get nodes -w -o name >/dev/null; echo $?', '124\n'],
  ['timeout -s KILL 1 sleep 9; echo $?', '137\n'],
  ['bash -c "time sleep 2" 2>&1', '\nreal\t0m2.000s\nuser\t0m0.000s\nsys\t0m0.000s\n'],
  ['bash -c "time -p sleep 2" 2>&1', 'real 2.00\nuser 0.00\nsys 0.00\n'],
  [
    "script -qec 'tty; exit 3' log </dev/null; echo $?; cat log | tail -n +2",
    '/dev/pts/1\r\n3\n/dev/pts/1\r\n\nScript done on 2025-01-01 00:00:00+00:00 [COMMAND_EXIT_CODE="3"]\n',
  ],
  ["echo abc | script -qc 'read x; echo [$x]' /dev/null", 'abc\r\n[abc]\r\n'],
  [
    'script -c "echo hi" </dev/null | head -2; ls typescript',
    "Script started, output log file is 'typescript'.\nhi\r\ntypescript\n",
  ],
  ['shopt_is_not_here 2>/dev/null; exit 3', '', 3],
];
for (const [script, stdout, exitCode = 0] of SCRIPTS) {
  test(`CLU-52 what a shell can do, the command box does: ${script.replaceAll('\n', '⏎')}`, async () => {
    const running = cluster.sh(script);
    // What sleeps, sleeps on the cluster's clock.
    await cluster.clock.advance(5_000);
    expect(await running).toEqual({ stdout, stderr: '', exitCode });
  });
}

test('CLU-52 KUBE_EDITOR is a program on a file', async () => {
  await cluster.sh(`kubectl create cm a --from-literal=colour=red`);
  const { stdout, stderr } = await cluster.sh(`KUBE_EDITOR='sed -i s/red/blue/' kubectl edit cm a`);
  expect({ stdout, stderr }).toEqual({ stdout: 'configmap/a edited\n', stderr: '' });
  expect((await cluster.kubectl('get cm a -o jsonpath={.data.colour}')).stdout).toBe('blue');
});

test('CLU-52 KUBECTL_EXTERNAL_DIFF is a program on two directories', async () => {
  cluster.workstation.files.writeFile('a.yaml', CONFIG_MAP);
  const listed = await cluster.sh(`KUBECTL_EXTERNAL_DIFF='ls -1' kubectl diff -f a.yaml`);
  expect(listed.stderr).toBe('');
  expect(listed.stdout.match(/v1\.ConfigMap\.default\.a/g)).toHaveLength(2);
  const missing = await cluster.sh(`KUBECTL_EXTERNAL_DIFF=nope kubectl diff -f a.yaml`);
  expect([missing.exitCode, missing.stderr]).toEqual([
    2,
    'error: failed to run "nope": executable file not found in $PATH\n',
  ]);
  expect((await cluster.sh('ls /tmp')).stdout).toBe('');
});

test('CLU-54 a port is forwarded from both addresses of localhost; a port of the Pod that nobody listens on answers nothing', async () => {
  const running = await createCluster({ clock: 'virtual', nodes: 1, kubelet: 'simulated' });
  const script = `kubectl run web --image=nginx:1.27 >/dev/null; kubectl wait --for=condition=Ready pod/web >/dev/null
    kubectl port-forward pod/web 8080:80 8081:81 >pf.txt 2>/dev/null & sleep 1
    for at in 127.0.0.1:8080 '[::1]:8080' 127.0.0.1:8081; do curl -sg -o /dev/null $at; echo $?; done; grep -v Handling pf.txt; kill %1`;
  const printed = running.sh(script);
  await running.clock.advance('20s');
  expect((await printed).stdout).toBe(
    '0\n0\n52\nForwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\nForwarding from 127.0.0.1:8081 -> 81\nForwarding from [::1]:8081 -> 81\n',
  );
  await running.stop();
});

test('CLU-53 files are written, renamed, listed and removed with the errors of Linux', () => {
  const { files } = cluster.workstation;
  files.mkdir('d/e', { recursive: true });
  files.writeFile('d/e/f', 'one');
  files.writeFile('d/e/f', ' two', { append: true });
  files.rename('d', 'g');
  expect(files.readText('/root/g/e/f')).toBe('one two');
  expect(files.readDirectory('g')).toEqual(['e']);
  expect(() => files.remove('g')).toThrow('Directory not empty');
  expect(() => files.readText('g')).toThrow('Is a directory');
  expect(() => files.writeFile('nowhere/f', '')).toThrow('No such file or directory');
  files.remove('g', { recursive: true });
  expect(files.exists('g/e/f')).toBe(false);
});
