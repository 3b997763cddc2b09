import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ask, create, type Manifest } from './api.ts';
import { runLine } from './lines.ts';

let cluster: Cluster;

afterEach(() => cluster.stop());

async function start(manifests: string): Promise<void> {
  cluster = await createCluster({ kubelet: 'simulated', clock: 'virtual', addons: ['storage'] });
  await cluster.clock.advance(1000);
  await apply(manifests);
}

async function apply(manifests: string): Promise<void> {
  for (const document of parseAllDocuments(manifests)) {
    const made = await create(cluster, document.toJS() as Manifest);
    if ('refusal' in made) throw new Error(made.refusal);
  }
}

async function get<T>(path: string): Promise<T> {
  const got = await ask<T>(cluster, 'GET', path);
  if ('refusal' in got) throw new Error(got.refusal);
  return got.value;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly nodeName: string };
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state: { readonly waiting?: { readonly reason: string; readonly message: string } };
    }[];
  };
}

const pods = async (selector: string): Promise<readonly Pod[]> =>
  (await get<{ items: readonly Pod[] }>(`/api/v1/namespaces/default/pods?labelSelector=${selector}`)).items;
const pod = (name: string): Promise<Pod> => get(`/api/v1/namespaces/default/pods/${name}`);
const logs = async (line: string): Promise<string> => (await runLine(cluster, `kubectl logs ${line}`)).stdout;
const exec = async (line: string): Promise<string> => (await runLine(cluster, `kubectl exec ${line}`)).stdout;

const WEB = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: web
        image: nginx
        readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 }
        lifecycle: { preStop: { exec: { command: [sleep, '5'] } } }
`;

describe('the hardest sentences of the books', () => {
  test('an init container waits for a Service by wget in a loop', async () => {
    await start(`
apiVersion: v1
kind: Pod
metadata: { name: client }
spec:
  initContainers:
  - name: wait
    image: busybox
    command: [sh, -c, 'while true; do echo waiting; wget http://web -q -T 1 -O /dev/null >/dev/null 2>/dev/null && break; sleep 1; done; echo up']
  containers:
  - name: main
    image: busybox
    command: [sh, -c, 'wget -q -O - http://web; sleep 100000']
`);
    await cluster.clock.advance('30s');
    expect((await pod('client')).status.phase).toBe('Pending');
    await apply(WEB);
    await cluster.clock.advance('30s');
    expect((await pod('client')).status.phase).toBe('Running');
    expect(await logs('client -c wait')).toMatch(/^(waiting\n){10,}up\n$/);
    expect(await logs('client')).toContain('Welcome to nginx!');
  });

  test('a controller that is a shell script watches ConfigMaps and deletes Pods', async () => {
    const script = [
      'T=$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)',
      'api() { curl -s --cacert /var/run/secrets/kubernetes.io/serviceaccount/ca.crt -H "Authorization: Bearer $T" "$@"; }',
      'base=https://kubernetes.default.svc/api/v1/namespaces/default',
      'api -N $base/configmaps?watch=true | while read -r event; do',
      '  type=$(echo "$event" | jq -r .type)',
      '  name=$(echo "$event" | jq -r .object.metadata.name)',
      '  selector=$(echo "$event" | jq -r \'.object.metadata.annotations | select(. != null) | to_entries | .[] | select(.key == "podDeleteSelector") | .value | @uri\')',
      '  echo "::: $type -- $name -- $selector"',
      '  if [ $type = MODIFIED ] && [ -n "$selector" ]; then',
      '    for pod in $(api $base/pods?labelSelector=$selector | jq -r .items[].metadata.name); do',
      '      code=$(api -X DELETE -o /dev/null -w "%{http_code}" $base/pods/$pod)',
      '      echo "deleted $pod: $code"',
      '    done',
      '  fi',
      'done',
    ];
    await start(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: controller }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: controller }
subjects: [{ kind: ServiceAccount, name: controller }]
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: webapp, annotations: { podDeleteSelector: app=web } }
data: { message: one }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: script }
data:
  run.sh: |
${script.map((line) => `    ${line}`).join('\n')}
---
apiVersion: v1
kind: Pod
metadata: { name: controller }
spec:
  serviceAccountName: controller
  containers:
  - name: main
    image: k8spatterns/curl-jq
    command: [sh, /script/run.sh]
    volumeMounts: [{ name: script, mountPath: /script }]
  volumes: [{ name: script, configMap: { name: script } }]
---
${WEB}`);
    await cluster.clock.advance('20m');
    const before = (await pods('app=web')).map(({ metadata }) => metadata.uid);
    await runLine(cluster, `kubectl patch configmap webapp -p '{"data":{"message":"two"}}'`);
    await cluster.clock.advance('1m');
    const after = (await pods('app=web')).map(({ metadata }) => metadata.uid);
    expect(await logs('controller')).toMatch(/::: MODIFIED -- webapp -- app%3Dweb\n(?:deleted web-\S+: 200\n){3}/);
    expect(after).toHaveLength(3);
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
  });

  test('a DaemonSet writes into a directory of its node', async () => {
    await start(`
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: refresher }
spec:
  selector: { matchLabels: { app: refresher } }
  template:
    metadata: { labels: { app: refresher } }
    spec:
      containers:
      - name: main
        image: k8spatterns/random-generator:1.0
        command: [sh, -c, 'while true; do java RandomRunner /host/random 3; sleep 30; done']
        volumeMounts: [{ name: host, mountPath: /host }]
      volumes: [{ name: host, hostPath: { path: /var/random } }]
`);
    await cluster.clock.advance('95s');
    const [first] = await pods('app=refresher');
    expect(await exec(`${first?.metadata.name} -- wc -l /host/random`)).toBe('12 /host/random\n');
    // The directory is the node's: whoever comes after finds it.
    await runLine(cluster, `kubectl delete pod ${first?.metadata.name} --grace-period=1`);
    await cluster.clock.advance('5s');
    const again = (await pods('app=refresher')).find(({ spec }) => spec.nodeName === first?.spec.nodeName);
    expect(await exec(`${again?.metadata.name} -- wc -l /host/random`)).toBe('15 /host/random\n');
  });

  test('no request fails while a Deployment is rolled over under load', async () => {
    await start(`${WEB}
---
apiVersion: v1
kind: Pod
metadata: { name: load }
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, 'sleep 10; i=0; while true; do if wget -q -T 2 -O /dev/null http://web; then i=$((i+1)); echo $i >/tmp/count; else echo FAILED; fi; sleep 0.05; done']
`);
    await cluster.clock.advance('20s');
    await runLine(cluster, 'kubectl set image deployment/web web=nginx:1.27');
    await cluster.clock.advance('2m');
    const now = await pods('app=web');
    expect(now.map(({ status }) => status.containerStatuses?.[0]?.ready)).toEqual([true, true, true]);
    expect(Number(await exec('load -- cat /tmp/count'))).toBeGreaterThan(2000);
    expect(await logs('load')).toBe('');
  });

  test('the peers of a StatefulSet find each other by SRV records', async () => {
    await start(`
apiVersion: v1
kind: Service
metadata: { name: kubia }
spec: { clusterIP: None, selector: { app: kubia }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: kubia }
spec:
  serviceName: kubia
  replicas: 3
  selector: { matchLabels: { app: kubia } }
  template:
    metadata: { labels: { app: kubia } }
    spec:
      containers:
      - name: kubia
        image: luksa/kubia-pet-peers
        volumeMounts: [{ name: data, mountPath: /var/data }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: srvlookup }
spec: { containers: [{ name: main, image: tutum/dnsutils, command: [sleep, '100000'] }] }
`);
    await cluster.clock.advance('1m');
    const found = await exec('srvlookup -- dig SRV kubia.default.svc.cluster.local +short');
    expect(
      found
        .trim()
        .split('\n')
        .map((line) => line.split(' ').at(-1))
        .sort(),
    ).toEqual([0, 1, 2].map((i) => `kubia-${i}.kubia.default.svc.cluster.local.`));
    await exec('srvlookup -- sh -c "curl -s -d hello http://kubia-1.kubia:8080"');
    expect(await exec('srvlookup -- curl -s http://kubia-0.kubia:8080')).toContain(
      '- kubia-1.kubia.default.svc.cluster.local: hello\n',
    );
  });

  test('CrashLoopBackOff is seen through ten minutes in under a second', async () => {
    await start(`
apiVersion: v1
kind: Pod
metadata: { name: crash }
spec: { containers: [{ name: main, image: busybox, command: [sh, -c, 'exit 1'] }] }
`);
    // Its own time: what else runs on the machine does not count.
    const began = process.cpuUsage();
    await cluster.clock.advance('10m');
    const { user, system } = process.cpuUsage(began);
    const [status] = (await pod('crash')).status.containerStatuses ?? [];
    // 10, 20, 40, 80, 160 seconds, then 300.
    expect(status).toMatchObject({ restartCount: 6, state: { waiting: { reason: 'CrashLoopBackOff' } } });
    expect(status?.state.waiting?.message).toContain('back-off 5m0s restarting failed container=main');
    expect((user + system) / 1000).toBeLessThan(1000);
  });

  test('the Pods of a node that fails are made anew elsewhere, once they have tolerated it long enough', async () => {
    await start(WEB);
    await cluster.clock.advance('10s');
    const before = await pods('app=web');
    const lost = before[0]?.spec.nodeName ?? '';
    const gone = before.filter(({ spec }) => spec.nodeName === lost).map(({ metadata }) => metadata.name);
    cluster.nodes.stop(lost);
    await cluster.clock.advance('5m');
    expect((await pods('app=web')).map(({ metadata }) => metadata.name).sort()).toEqual(
      before.map(({ metadata }) => metadata.name).sort(),
    );
    await cluster.clock.advance('2m');
    const after = await pods('app=web');
    const running = after.filter(({ metadata }) => !gone.includes(metadata.name));
    expect(running).toHaveLength(3);
    expect(running.map(({ spec }) => spec.nodeName)).not.toContain(lost);
  });
});
