/** A line that is typed at a prompt, and what it must print. */
export interface Line {
  readonly type: string;
  readonly want: RegExp;
}

/** One stop of the tour: a file that is applied, lines that are typed, or both. */
export interface Step {
  readonly title: string;
  /** What one learns here, in a sentence. */
  readonly tells: string;
  /** Of `manifests/`; applied with the page's own button, elsewhere with `kubectl apply -f`. */
  readonly apply?: string;
  /** What the page says of each object, in the order of the file. */
  readonly applied?: readonly string[];
  readonly lines: readonly Line[];
}

const line = (type: string, want: RegExp): Line => ({ type, want });
const pods = (selector: string): string => `kubectl get pods -l ${selector} --no-headers`;

/** From the first Pod to an operator, as the books go. The lines are those of any POSIX shell with kubectl. */
export const STEPS: readonly Step[] = [
  {
    title: 'A first Pod',
    tells: 'A Pod is created, scheduled to a node, and its container starts.',
    lines: [
      line('kubectl run hello --image=nginx:1.27 --port=80', /pod\/hello created/),
      line('kubectl wait pod/hello --for=condition=Ready --timeout=60s', /pod\/hello condition met/),
      line('kubectl exec hello -- hostname', /^hello$/m),
    ],
  },
  {
    title: 'Labels and namespaces',
    tells: 'Labels find objects; namespaces keep names apart.',
    lines: [
      line('kubectl label pod hello tier=front', /pod\/hello labeled/),
      line('kubectl get pods -l tier=front -o name', /^pod\/hello$/m),
      line('kubectl create namespace second', /namespace\/second created/),
      line('kubectl run hello --image=nginx:1.27 -n second', /pod\/hello created/),
      line('kubectl get pods -A -o name | grep -c "^pod/hello$"', /^2$/m),
    ],
  },
  {
    title: 'Replicas that come back',
    tells: 'A ReplicaSet keeps three Pods: whoever deletes one gets another.',
    apply: 'replicas.yaml',
    applied: ['ReplicaSet/trio created'],
    lines: [
      line('kubectl wait rs/trio --for=jsonpath={.status.readyReplicas}=3 --timeout=60s', /condition met/),
      line(`kubectl delete $(${pods('app=trio')} -o name | head -1)`, /pod "trio-\w+" deleted/),
      line('kubectl wait rs/trio --for=jsonpath={.status.readyReplicas}=3 --timeout=60s', /condition met/),
      line(`${pods('app=trio')} | grep -c Running`, /^3$/m),
    ],
  },
  {
    title: 'A Deployment behind a Service',
    tells: 'Three Pods share one name; whoever asks for it gets one of them.',
    apply: 'shop.yaml',
    applied: ['Deployment/shop created', 'Service/shop created'],
    lines: [
      line('kubectl rollout status deploy/shop --timeout=60s | tail -1', /successfully rolled out/),
      line('kubectl exec hello -- curl -s http://shop | grep -o "<title>.*</title>"', /Welcome to nginx!/),
      line('kubectl get endpointslices -o jsonpath={.items[*].endpoints[*].conditions.ready}', /true true true/),
    ],
  },
  {
    title: 'A rolling update, and back',
    tells: 'A new image comes Pod by Pod; one command brings the old one back.',
    lines: [
      line('kubectl set image deploy/shop web=nginx:1.27', /image updated/),
      line('kubectl rollout status deploy/shop --timeout=60s | tail -1', /successfully rolled out/),
      line('kubectl rollout undo deploy/shop', /rolled back/),
      line('kubectl rollout status deploy/shop --timeout=60s | tail -1', /successfully rolled out/),
      line('kubectl get deploy shop -o jsonpath={..image}', /nginx:1\.26/),
      line('kubectl rollout history deploy/shop | grep -c none', /^2$/m),
    ],
  },
  {
    title: 'A probe that fails',
    tells: 'What does not answer its liveness probe is started again.',
    apply: 'broken.yaml',
    applied: ['Pod/broken created'],
    lines: [
      line(
        'kubectl wait pod/broken --for=jsonpath={.status.containerStatuses[0].restartCount}=1 --timeout=60s',
        /pod\/broken condition met/,
      ),
      line('kubectl events --for pod/broken | grep -o "failed liveness probe, will be restarted"', /will be restarted/),
      line('kubectl delete pod broken', /"broken" deleted/),
    ],
  },
  {
    title: 'A Job',
    tells: 'Three Pods run to their end, all at once.',
    apply: 'sum.yaml',
    applied: ['Job/sum created'],
    lines: [
      line('kubectl wait job/sum --for=condition=Complete --timeout=60s', /job\.batch\/sum condition met/),
      line('kubectl logs -l job-name=sum | sort | uniq -c', /3 42/),
    ],
  },
  {
    title: 'Configuration and secrets',
    tells: 'A Pod reads them from its environment and from files.',
    apply: 'settings.yaml',
    applied: ['ConfigMap/settings created', 'Secret/keys created', 'Pod/configured created'],
    lines: [
      line('kubectl wait pod/configured --for=condition=Ready --timeout=60s', /condition met/),
      line('kubectl exec configured -- sh -c \'echo "$GREETING, $PASSWORD"\'', /good morning, open sesame/),
      line('kubectl exec configured -- cat /etc/settings/app.properties', /colour=blue/),
    ],
  },
  {
    title: 'A sidecar',
    tells: 'One container writes what the other one serves, through a volume that both mount.',
    apply: 'sidecar.yaml',
    applied: ['Pod/pair created'],
    lines: [
      line('kubectl wait pod/pair --for=condition=Ready --timeout=60s', /condition met/),
      line('sleep 2; kubectl exec pair -c web -- curl -s localhost', /written beside it/),
    ],
  },
  {
    title: 'An init container, and who am I',
    tells: 'The Pod waits until a Service answers, then says its own name.',
    apply: 'patient.yaml',
    applied: ['Pod/patient created'],
    lines: [
      line('kubectl wait pod/patient --for=condition=Ready --timeout=60s', /condition met/),
      line('kubectl logs patient -c wait | tail -1', /^up$/m),
      line('kubectl logs patient', /I am patient/),
    ],
  },
  {
    title: 'A claim that outlives its Pod',
    tells: 'A volume is made for the claim; the next Pod finds what the first one wrote.',
    apply: 'claim.yaml',
    applied: ['PersistentVolumeClaim/notes created', 'Pod/keeper created'],
    lines: [
      line('kubectl wait pod/keeper --for=condition=Ready --timeout=60s', /condition met/),
      line('kubectl delete pod keeper && kubectl apply -f claim.yaml', /pod\/keeper created/),
      line('kubectl wait pod/keeper --for=condition=Ready --timeout=60s', /condition met/),
      line('sleep 1; kubectl exec keeper -- grep -c started /notes/log', /^2$/m),
    ],
  },
  {
    title: 'Peers with names that stay',
    tells: 'A StatefulSet starts its Pods in order; each has a name of its own in DNS.',
    apply: 'peers.yaml',
    applied: ['Service/peers created', 'StatefulSet/peer created'],
    lines: [
      line('kubectl rollout status sts/peer --timeout=60s', /complete/),
      line('kubectl get pods -l app=peer -o name', /pod\/peer-0\s+pod\/peer-1/),
      line('kubectl exec peer-0 -- curl -s -o /dev/null -w "%{http_code}" http://peer-1.peers', /200/),
    ],
  },
  {
    title: 'Where Pods may run',
    tells: 'A Pod that asks for what no node has waits, and says why.',
    apply: 'picky.yaml',
    applied: ['Pod/picky created'],
    lines: [
      line(
        'kubectl wait pod/picky --for=condition=PodScheduled=false --timeout=60s; kubectl describe pod picky | grep -o "didn.t match Pod.s node affinity/selector"',
        /didn.t match/,
      ),
      line('kubectl label node node-2 disk=ssd', /node\/node-2 labeled/),
      line('kubectl wait pod/picky --for=condition=Ready --timeout=60s', /condition met/),
      line('kubectl get pod picky -o jsonpath={.spec.nodeName}', /node-2/),
    ],
  },
  {
    title: 'A namespace with little room',
    tells: 'A quota counts, and refuses what is too much.',
    apply: 'quota.yaml',
    applied: ['Namespace/small created', 'ResourceQuota/room created'],
    lines: [
      line('kubectl run one --image=nginx:1.27 -n small', /pod\/one created/),
      line(
        'kubectl run two --image=nginx:1.27 -n small',
        /Error from server \(Forbidden\): pods "two" is forbidden: exceeded quota: room, requested: pods=1, used: pods=1, limited: pods=1/,
      ),
    ],
  },
  {
    title: 'Who may do what',
    tells: 'A ServiceAccount has the rights of its Role and no others.',
    apply: 'reader.yaml',
    applied: ['ServiceAccount/reader created', 'Role/reader created', 'RoleBinding/reader created'],
    lines: [
      line('kubectl auth can-i list pods --as=system:serviceaccount:default:reader', /^yes$/m),
      line('kubectl auth can-i delete pods --as=system:serviceaccount:default:reader', /^no$/m),
      line(
        'kubectl delete pod hello --as=system:serviceaccount:default:reader',
        /User "system:serviceaccount:default:reader" cannot delete resource "pods"/,
      ),
    ],
  },
  {
    title: 'Who may speak to whom',
    tells: 'A NetworkPolicy lets one team in; everybody else waits in vain.',
    apply: 'vault.yaml',
    applied: ['NetworkPolicy/shop-is-shut created'],
    lines: [
      line('kubectl exec patient -- wget -q -T 2 -O - http://shop | grep -c Welcome', /^2$/m),
      line('kubectl exec hello -- curl -s -m 2 http://shop || echo no answer', /no answer/),
    ],
  },
  {
    title: 'A node that is emptied',
    tells: 'Drained Pods that somebody keeps come back elsewhere.',
    lines: [
      line(
        'kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --force 2>&1 | tail -1',
        /node\/node-1 drained/,
      ),
      line('kubectl rollout status deploy/shop --timeout=60s | tail -1', /successfully rolled out/),
      line('kubectl get pods -l app=shop -o wide --no-headers | grep -c node-1', /^0$/m),
      line('kubectl uncordon node-1', /node\/node-1 uncordoned/),
    ],
  },
  {
    title: 'A kind of one’s own, and its operator',
    tells: 'A shell script watches ConfigMaps through the API and restarts the Pods that a ConfigWatcher names.',
    apply: 'operator.yaml',
    applied: [
      'CustomResourceDefinition/configwatchers.tour.tabernetes.dev created',
      'ServiceAccount/operator created',
      'Role/operator created',
      'RoleBinding/operator created',
      'ConfigMap/operator created',
      'Deployment/operator created',
    ],
    lines: [
      line('kubectl rollout status deploy/operator --timeout=60s', /successfully rolled out/),
      line('kubectl apply -f watcher.yaml', /configwatcher\.tour\.tabernetes\.dev\/trio created/),
      line(
        'kubectl patch configmap settings -p \'{"data":{"greeting":"good evening"}}\'',
        /configmap\/settings patched/,
      ),
      line('sleep 3; kubectl logs deploy/operator | grep -c "^deleting trio-"', /^3$/m),
      line('kubectl wait rs/trio --for=jsonpath={.status.readyReplicas}=3 --timeout=60s', /condition met/),
    ],
  },
];

/** A short way through it: a Pod, replicas, a Service, configuration, an operator. */
export const SHORT: readonly Step[] = [0, 2, 3, 7, 17].flatMap((index) => STEPS.slice(index, index + 1));
