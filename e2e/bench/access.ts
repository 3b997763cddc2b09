import { builtinKinds } from '@tabernetes/api';
import type { KubeObject, UserInfo } from '@tabernetes/apimachinery';
import {
  type AdmissionPlugin,
  type Authorizer,
  bootstrapRbac,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  claimResize,
  createApiServer,
  createSystemObjects,
  defaultIngressClass,
  defaultStorageClass,
  defaultTolerationSeconds,
  limitRanger,
  nodeAuthorizer,
  nodeRestriction,
  nodeTaint,
  podSecurity,
  priorityAdmission,
  privilegedGroups,
  rbacAuthorizer,
  rbacEscalation,
  resourceQuotaAdmission,
  runtimeClassAdmission,
  serviceAccountAdmission,
  storageObjectInUse,
  unionAuthorizer,
} from '@tabernetes/apiserver';
import { type Clock, seededRng, virtualClock } from '@tabernetes/base';
import { createClient } from '@tabernetes/client';
import { memoryStore } from '@tabernetes/storage';
import { cpuMicroseconds } from './cpu.ts';
import type { BenchRow } from './main.ts';

/** Pods of a slice: few enough that what the machine does meanwhile meets all servers alike. */
const N = 100;
const ROUNDS = 150;
/** Rounds until the engine has compiled what is measured. */
const WARM_UP = 50;
const ADMIN: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
const CONTROLLER: UserInfo = {
  name: 'system:serviceaccount:kube-system:replicaset-controller',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
};

/** What it costs a write to ask whether it may be, and to have it looked at. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  const servers = {
    plain: await server({ authorize: () => ({ allowed: true }) }, () => [], CONTROLLER),
    authorized: await server('rbac', () => [], CONTROLLER),
    whole: await server('rbac', defaults, CONTROLLER),
    masters: await server('rbac', defaults, ADMIN),
  };
  const took = { plain: [], authorized: [], whole: [], masters: [] } as Record<keyof typeof servers, number[]>;
  const names = Object.keys(servers) as (keyof typeof servers)[];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    // In turns, and each as often before as behind the others.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const microseconds = await servers[name]();
      if (round >= WARM_UP) took[name].push(microseconds);
    }
  }
  const row = (name: string, value: number, unit: string): void => report({ name, n: N * ROUNDS, value, unit });
  row('Pod created, everybody may, no admission', median(took.plain), 'µs');
  row('Pod created by a controller, RBAC', median(took.authorized), 'µs');
  row('Pod created by a controller, RBAC, default admission', median(took.whole), 'µs');
  row('Pod created by system:masters, default admission', median(took.masters), 'µs');
  // Of each round by itself: rounds differ more than servers do.
  const added = (name: keyof typeof servers): number =>
    median(took[name].map((value, i) => (100 * value) / (took.plain[i] ?? value) - 100));
  row('authorization adds to the cost of a write', added('authorized'), '%');
  row('authorization and admission add to the cost of a write', added('whole'), '%');
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

type Rbac = Awaited<ReturnType<typeof rbacAuthorizer>>;

/** Creates N Pods, and deletes them unmeasured, so that all rounds are alike; microseconds per Pod. */
async function server(
  authorizer: Authorizer | 'rbac',
  admission: (rbac: Rbac, clock: Clock) => readonly AdmissionPlugin[],
  user: UserInfo,
): Promise<() => Promise<number>> {
  const clock = virtualClock({ startMs: 0 });
  const rng = seededRng(1);
  const store = memoryStore<KubeObject>({ clock });
  const rbac = await rbacAuthorizer(store);
  const api = createApiServer({
    store,
    clock,
    rng,
    kinds: builtinKinds,
    authorizer:
      authorizer === 'rbac' ? unionAuthorizer([privilegedGroups, await nodeAuthorizer(store), rbac]) : authorizer,
    admission: admission(rbac, clock),
  });
  await api.ready;
  await createSystemObjects(api, { advertiseAddress: { ip: '172.18.0.1', port: 6443 }, serviceIP: '10.96.0.1' });
  await bootstrapRbac(api);
  const admin = createClient(api, { user: ADMIN, userAgent: 'bench' });
  const core = { group: '', version: 'v1', namespaced: true };
  const accounts = { ...core, plural: 'serviceaccounts', kind: 'ServiceAccount' };
  await admin
    .resource(accounts)
    .create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } });
  const podKind = { ...core, plural: 'pods', kind: 'Pod' };
  const pods = createClient(api, { user, userAgent: 'bench' }).resource(podKind);
  return async () => {
    const used = await cpuMicroseconds(async () => {
      for (let i = 0; i < N; i++) await pods.create(pod(`p-${i}`));
    });
    await admin.resource(podKind).deleteCollection({ namespace: 'default' });
    return used / N;
  };
}

const defaults = (rbac: Rbac, clock: Clock): readonly AdmissionPlugin[] => [
  limitRanger(),
  serviceAccountAdmission(seededRng(2)),
  nodeRestriction(clock),
  nodeTaint(),
  podSecurity(clock),
  priorityAdmission(),
  defaultTolerationSeconds(),
  defaultStorageClass(),
  storageObjectInUse(),
  claimResize(),
  runtimeClassAdmission(),
  certificateApproval(),
  certificateSigning(),
  certificateSubjectRestriction(),
  defaultIngressClass(),
  rbacEscalation(rbac),
  resourceQuotaAdmission(),
];

/** As a ReplicaSet makes them; with what admission would add, so that all store the same. */
const pod = (name: string): KubeObject & { readonly spec: object } => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'web' } },
  spec: {
    serviceAccountName: 'default',
    automountServiceAccountToken: false,
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: ['not-ready', 'unreachable'].map((what) => ({
      key: `node.kubernetes.io/${what}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    })),
    containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '100m' } } }],
  },
});
