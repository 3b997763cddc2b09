import { decodeYaml, type KubeObject } from '@tabernetes/apimachinery';
import type { PageAnswer } from '@tabernetes/worker/connect';
import type { ClusterConnection } from '../world/cluster-connection.ts';

/** What became of one document. */
export interface Applied {
  readonly name: string;
  readonly outcome: 'created' | 'configured' | 'unchanged' | 'refused';
  /** The server's words, when it refused. */
  readonly message: string;
  readonly warnings: readonly string[];
}

/** Applies every document of a file, in order, as the field manager of the editor. A document that is refused does not keep others back. */
export async function applyDocuments(
  { host }: ClusterConnection,
  text: string,
  namespace: string,
): Promise<readonly Applied[]> {
  const results: Applied[] = [];
  for (const document of documentsOf(text)) {
    let object: KubeObject;
    try {
      object = decodeYaml(document).value as KubeObject;
    } catch (error) {
      results.push(refusal('', error instanceof Error ? error.message : String(error)));
      continue;
    }
    if (object === null || object === undefined) continue;
    results.push(await applyObject(host, object, namespace));
  }
  return results;
}

const refusal = (name: string, message: string): Applied => ({ name, outcome: 'refused', message, warnings: [] });

/** Parts between lines that hold only `---`. */
const documentsOf = (text: string): readonly string[] =>
  text.split(/^---[ \t]*(?:#.*)?$/m).filter((part) => part.trim() !== '');

async function applyObject(host: ClusterConnection['host'], object: KubeObject, namespace: string): Promise<Applied> {
  const label = `${object.kind}/${object.metadata?.name ?? ''}`;
  if (typeof object.kind !== 'string' || typeof object.apiVersion !== 'string') {
    return refusal(label, 'apiVersion and kind are needed to know what this is.');
  }
  const path = await pathOf(host, object, namespace);
  if (path === undefined)
    return refusal(label, `no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
  const before = await host.request({ method: 'GET', path });
  const answer = await host.request({
    method: 'PATCH',
    path,
    query: { fieldManager: 'editor', force: 'true', fieldValidation: 'Strict' },
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  });
  if (answer.status >= 400) return { ...refusal(label, messageOf(answer)), warnings: answer.warnings };
  const version = (each: PageAnswer): unknown => (each.body as Partial<KubeObject>).metadata?.resourceVersion;
  const isSame = before.status === 200 && version(before) === version(answer);
  const outcome = answer.status === 201 ? 'created' : isSame ? 'unchanged' : 'configured';
  return { name: label, outcome, message: '', warnings: answer.warnings };
}

const messageOf = ({ body }: PageAnswer): string =>
  (body as { readonly message?: string } | null)?.message ?? String(body);

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

async function pathOf(
  host: ClusterConnection['host'],
  { apiVersion, kind, metadata }: KubeObject,
  namespace: string,
): Promise<string | undefined> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await host.request({ method: 'GET', path: root });
  if (status !== 200) return undefined;
  const resource = (body as ResourceList).resources?.find((each) => each.kind === kind && !each.name.includes('/'));
  if (resource === undefined) return undefined;
  const scope = resource.namespaced ? `/namespaces/${metadata?.namespace ?? namespace}` : '';
  return `${root}${scope}/${resource.name}/${metadata?.name ?? ''}`;
}
