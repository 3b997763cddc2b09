import type { ApiRequest, Transport } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { memoryFiles } from '../testing/memory-files.ts';
import { runKubectl } from '../testing/run-kubectl.ts';

/** When the tests' kubectl is called. */
const NOW = Date.UTC(2025, 0, 1);
const DIRECTORY = '/root/.kube/cache/discovery/kubernetes';

/** One group beside the core one, and no object. */
function server(): Transport & { readonly asked: string[] } {
  const asked: string[] = [];
  const resource = (name: string, kind: string, group: string, shortName: string) => ({
    resource: name,
    singularResource: kind.toLowerCase(),
    scope: 'Namespaced',
    responseKind: { group, version: '', kind },
    shortNames: [shortName],
    verbs: ['get', 'list'],
    subresources: [{ subresource: 'status', responseKind: { group, version: '', kind }, verbs: ['get'] }],
  });
  const groups = (name: string, resources: object[]) => ({
    items: [{ metadata: { name }, versions: [{ version: 'v1', resources }] }],
  });
  const answer = ({ path }: ApiRequest): object => {
    if (path === '/api') return groups('', [resource('pods', 'Pod', '', 'po')]);
    if (path === '/apis') return groups('apps', [resource('deployments', 'Deployment', '', 'deploy')]);
    return { kind: 'List', apiVersion: 'v1', metadata: {}, items: [] };
  };
  return {
    asked,
    async request(request) {
      asked.push(request.path);
      return { status: 200, headers: {}, body: { kind: 'object', object: answer(request) } };
    },
  };
}

test('KCT-65 discovery is kept in the files that kubectl keeps, and asked for once', async () => {
  const fs = memoryFiles({}, NOW);
  const api = server();
  await runKubectl(['get', 'po', '-o', 'name'], { fs, server: api });
  expect(fs.readText(`${DIRECTORY}/servergroups.json`)).toBe(
    '{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"","versions":[{"groupVersion":"v1","version":"v1"}],"preferredVersion":{"groupVersion":"v1","version":"v1"}},{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]}\n',
  );
  expect(fs.readText(`${DIRECTORY}/v1/serverresources.json`)).toBe(
    '{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"],"shortNames":["po"]},{"name":"pods/status","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get"]}]}\n',
  );
  api.asked.length = 0;
  const { stderr } = await runKubectl(['get', 'deploy', '-o', 'name', '-v=10'], { fs, server: api });
  expect(api.asked).toEqual(['/apis/apps/v1/namespaces/default/deployments']);
  expect(stderr).toContain(
    `cached_discovery.go:77] returning cached discovery info from ${DIRECTORY}/apps/v1/serverresources.json`,
  );
});

test('KCT-65 what kubectl has kept is of use', async () => {
  const files = {
    [`${DIRECTORY}/servergroups.json`]:
      '{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"example.com","versions":[{"groupVersion":"example.com/v1","version":"v1"}],"preferredVersion":{"groupVersion":"example.com/v1","version":"v1"}}]}',
    [`${DIRECTORY}/example.com/v1/serverresources.json`]:
      '{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"example.com/v1","resources":[{"name":"widgets","singularName":"widget","namespaced":true,"group":"example.com","version":"v1","kind":"Widget","verbs":["list"],"shortNames":["wd"]}]}',
  };
  const api = server();
  await runKubectl(['get', 'wd', '-o', 'name'], { fs: memoryFiles(files, NOW), server: api });
  expect(api.asked).toEqual(['/apis/example.com/v1/namespaces/default/widgets']);
});

test.each([
  ['is missing', undefined],
  ['is half a file', '{"kind":"APIResourceList","apiVer'],
])('KCT-65 the server is asked where a part of what was kept %s', async (_, text) => {
  const fs = memoryFiles({}, NOW);
  const api = server();
  await runKubectl(['get', 'po', '-o', 'name'], { fs, server: api });
  api.asked.length = 0;
  const path = `${DIRECTORY}/apps/v1/serverresources.json`;
  if (text === undefined) fs.remove(path);
  else fs.writeFile(path, text);
  await runKubectl(['get', 'po', '-o', 'name'], { fs, server: api });
  expect(api.asked).toEqual(['/api', '/apis', '/api/v1/namespaces/default/pods']);
});
