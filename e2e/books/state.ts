import type { Cluster } from '@tabernetes/cluster';
import { ask, type Manifest, type Stored } from './api.ts';

interface Table {
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** What stands in these columns of `kubectl get`. */
async function columns(cluster: Cluster, path: string, names: readonly string[]): Promise<readonly string[]> {
  const response = await cluster.fetch(
    new Request(`https://cluster${path}`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    }),
  );
  if (!response.ok) return ['gone'];
  const { columnDefinitions, rows } = (await response.json()) as Table;
  return names.map((name) => String(rows[0]?.cells[columnDefinitions.findIndex((column) => column.name === name)]));
}

/** What an object has come to, in the words of `kubectl get`; `stored` for kinds that nothing becomes of. */
export async function stateOf(cluster: Cluster, { path, object }: Stored): Promise<string> {
  switch (object.kind) {
    case 'Pod': {
      const [ready, status = 'gone'] = await columns(cluster, path, ['Ready', 'Status']);
      return status === 'Running' ? `${status} ${ready}` : status;
    }
    case 'Deployment':
    case 'StatefulSet':
      return (await columns(cluster, path, ['Ready'])).join();
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'DaemonSet':
      return (await columns(cluster, path, ['Ready', 'Desired'])).join('/');
    case 'Job':
      return (await columns(cluster, path, ['Status', 'Completions'])).join(' ');
    case 'PersistentVolumeClaim':
    case 'PersistentVolume':
    case 'Namespace':
      return (await columns(cluster, path, ['Status'])).join();
    case 'CronJob':
      return cronJobState(cluster, path);
    case 'Service':
      return serviceState(cluster, path);
    case 'Ingress':
      return (await columns(cluster, path, ['Address'])).join() === '' ? 'no address' : 'has an address';
    default:
      return Object.hasOwn(await ask(cluster, 'GET', path), 'value') ? 'stored' : 'gone';
  }
}

async function cronJobState(cluster: Cluster, path: string): Promise<string> {
  const got = await ask<Manifest & { status?: { lastScheduleTime?: string } }>(cluster, 'GET', path);
  return 'value' in got && got.value.status?.lastScheduleTime !== undefined ? 'has run' : 'waits';
}

async function serviceState(cluster: Cluster, path: string): Promise<string> {
  const endpoints = await ask<{ subsets?: readonly { addresses?: readonly unknown[] }[] }>(
    cluster,
    'GET',
    path.replace('/services/', '/endpoints/'),
  );
  if ('refusal' in endpoints) return 'no endpoints object';
  const addresses = (endpoints.value.subsets ?? []).flatMap((subset) => subset.addresses ?? []);
  return addresses.length === 0 ? 'nobody behind it' : 'has endpoints';
}
