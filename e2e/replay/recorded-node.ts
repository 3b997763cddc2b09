import type { Cluster, ClusterOptions, HostImage } from '@tabernetes/cluster';

/** The node that the recordings with a real kubelet were made on, and how its own files are reached here. */
export interface RecordedNode {
  readonly options: Partial<ClusterOptions>;
  /** How long it is up before the session begins. */
  readonly up: string;
  /** What is done before the session begins. */
  readonly before?: string;
  run(cluster: Cluster, script: string): ReturnType<Cluster['sh']>;
}

/** The recorder had no registry of the world: his nginx was busybox, and some images were his own. */
const PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
`;
const shell = (script: string): HostImage => ({ bin: {}, entrypoint: [], cmd: ['/bin/sh', '-c', script] });
const IMAGES: Readonly<Record<string, HostImage>> = {
  'nginx:1.27': {
    ...shell(
      "trap 'exit 0' QUIT TERM; echo '/docker-entrypoint.sh: Configuration complete; ready for start up'; httpd -f -v -p 80 -h /usr/share/nginx/html & wait",
    ),
    files: { '/usr/share/nginx/html/index.html': PAGE },
    env: { NGINX_VERSION: '1.27.5' },
  },
  '127.0.0.1:5000/team/app:1.0': shell("trap 'exit 0' TERM; echo app 1.0; sleep 3600 & wait"),
  '127.0.0.1:5000/team/app:2.0': shell("trap 'exit 0' TERM; echo app 2.0; sleep 3600 & wait"),
  'nobody:1.0': { ...shell('id; sleep 3600'), user: 'nobody' },
  'uid1000:1.0': { ...shell('id; sleep 3600'), user: '1000' },
};

/** What was on the node before: the first session that used an image pulled it. */
const PRELOADED: Readonly<Record<string, readonly string[]>> = {
  'kubelet-pod-running': ['busybox:1.36'],
  'kubelet-crashloop': ['nginx:1.27'],
  'kubelet-share-pid': ['nginx:1.27'],
  'kubelet-resize-update': ['nginx:1.27', '127.0.0.1:5000/team/app:1.0', '127.0.0.1:5000/team/app:2.0'],
};

/** How long the node had been up when a session began, where that shows. */
const UP: Readonly<Record<string, string>> = {
  'kubelet-cni-missing': '353s',
  'kubelet-drain': '148s',
  'kubelet-node-facts': '670s',
  'kubelet-restart': '715s',
};

const MANIFEST = '/srv/node/kubelet/manifests/static.yaml';
/** In the Pod that reaches the node's files. */
const MANIFEST_HERE = '/host/etc/kubernetes/manifests/static.yaml';
const ON_NODE = 'kubectl exec -i -n kube-system node-files --';
const NODE_FILES = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'node-files', namespace: 'kube-system' },
  spec: {
    nodeName: 'node-1',
    containers: [
      {
        name: 'files',
        image: 'busybox:1.36',
        command: ['sleep', '1d'],
        volumeMounts: [{ name: 'host', mountPath: '/host' }],
      },
    ],
    volumes: [{ name: 'host', hostPath: { path: '/' } }],
  },
};

/** Some sessions reach into the machine that the recorder's node was: here the same is done to ours. */
function reach(cluster: Cluster, script: string): ReturnType<Cluster['sh']> {
  const plugin = cluster.chaos.lasting.find(({ trouble }) => trouble.kind === 'networkPlugin');
  if (script.includes('mv /srv/node/cni/')) cluster.chaos.begin({ kind: 'networkPlugin', node: 'node-1' });
  if (script.includes('cat /srv/node/cni/') && plugin !== undefined) cluster.chaos.end(plugin.id);
  if (script.includes('/srv/node/kubelet.nspid')) cluster.nodes.stop('node-1');
  if (script.includes('/srv/node/tools/kubelet.sh')) cluster.nodes.start('node-1');
  return cluster.sh(
    script
      .replace(/(mv|cat) \/srv\/node\/cni\/[^;]*; /, '')
      .replace('kill $(cat /srv/node/kubelet.nspid); ', '')
      .replace('/srv/node/tools/kubelet.sh; ', '')
      .replace(`> ${MANIFEST}`, `| ${ON_NODE} sh -c 'cat > ${MANIFEST_HERE}'`)
      .replace(`rm ${MANIFEST}`, `${ON_NODE} rm ${MANIFEST_HERE}`),
  );
}

export function recordedNode(transcript: string): RecordedNode {
  return {
    options: {
      kubelet: 'simulated',
      latency: 'real',
      nodeCapacity: { cpu: '2', memory: '24684084Ki' },
      preloadedImages: PRELOADED[transcript] ?? ['busybox:1.36', 'nginx:1.27'],
      images: IMAGES,
    },
    up: UP[transcript] ?? '3s',
    ...(transcript === 'kubelet-static-pod' && {
      before: `kubectl apply -f - <<'EOF'\n${JSON.stringify(NODE_FILES)}\nEOF\nkubectl wait -n kube-system --for=condition=Ready pod/node-files`,
    }),
    run: reach,
  };
}
