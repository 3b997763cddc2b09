import type { KindDefinition, Subresource } from '@tabernetes/api';
import type { GroupVersionKind } from '@tabernetes/apimachinery';
import type { Resource } from '../kinds.ts';
import * as parameters from './parameters.ts';

/** Path to operations, and the schemas that they mention. */
export interface PathItems {
  readonly paths: Record<string, Record<string, unknown>>;
  /** OpenAPI names. */
  readonly schemas: ReadonlySet<string>;
}

type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const SCALE: GroupVersionKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const SCALE_SCHEMA = 'io.k8s.api.autoscaling.v1.Scale';

/** The operations on one resource, as `/openapi/v3` describes them. */
export function operationsOf(resource: Resource): PathItems {
  const { definition, verbs, apiVersion } = resource;
  const { group, version, kind, plural, namespaced, schema, subresources = [], described } = definition;
  const root = group === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const scope = namespaced ? '/namespaces/{namespace}' : '';
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas = new Set<string>();
  const object = schema.openapi ?? described?.name;
  if (object === undefined) return { paths, schemas };
  const title = `${title1(group)}${title1(version)}`;
  const tag = `${group === '' ? 'core' : group.split('.')[0]}_${version}`;
  const gvk = { group, version, kind };
  const has = (verb: string): boolean => (verbs as readonly string[]).includes(verb);

  const add = (path: string, method: Method, operation: Omit<Operation, 'tag' | 'custom'>): void => {
    const item = paths[path] ?? { parameters: pathParameters(path) };
    paths[path] = item;
    item[method] = operationBody({ ...operation, tag, custom: described !== undefined }, method, schemas);
  };
  const scoped = namespaced ? `Namespaced${kind}` : kind;
  const collection = `${root}${scope}/${plural}`;
  const item = `${collection}/{name}`;
  const list = described?.listName ?? `${object}List`;
  const base = { gvk, object };

  if (has('list')) {
    add(collection, 'get', {
      ...base,
      id: `list${title}${scoped}`,
      action: 'list',
      object: list,
      query: parameters.LIST,
      about: `list objects of kind ${kind}`,
    });
    if (namespaced) {
      add(`${root}/${plural}`, 'get', {
        ...base,
        id: `list${title}${kind}ForAllNamespaces`,
        action: 'list',
        object: list,
        query: parameters.LIST,
        about: `list objects of kind ${kind} in all namespaces`,
      });
    }
  }
  if (has('create'))
    add(collection, 'post', {
      ...base,
      id: `create${title}${scoped}`,
      action: 'post',
      body: object,
      query: parameters.WRITE,
      about: `create a ${kind}`,
    });
  if (has('deletecollection')) {
    add(collection, 'delete', {
      ...base,
      id: `delete${title}Collection${scoped}`,
      action: 'deletecollection',
      object: `${META}.Status`,
      body: `${META}.DeleteOptions`,
      query: [...parameters.LIST, ...parameters.DELETE],
      about: `delete objects of kind ${kind}`,
    });
  }
  if (has('get')) add(item, 'get', { ...base, id: `read${title}${scoped}`, action: 'get', about: `read a ${kind}` });
  if (has('update'))
    add(item, 'put', {
      ...base,
      id: `replace${title}${scoped}`,
      action: 'put',
      body: object,
      query: parameters.WRITE,
      about: `replace a ${kind}`,
    });
  if (has('patch'))
    add(item, 'patch', {
      ...base,
      id: `patch${title}${scoped}`,
      action: 'patch',
      query: parameters.PATCH,
      about: `change parts of a ${kind}`,
    });
  if (has('delete'))
    add(item, 'delete', {
      ...base,
      id: `delete${title}${scoped}`,
      action: 'delete',
      object: `${META}.Status`,
      body: `${META}.DeleteOptions`,
      query: parameters.DELETE,
      about: `delete a ${kind}`,
    });
  if (has('watch') && described === undefined) {
    const watch = (path: string, id: string, action: string): void =>
      add(path, 'get', {
        ...base,
        id,
        action,
        object: `${META}.WatchEvent`,
        query: parameters.LIST,
        about: `watch ${kind} (deprecated: use list with watch)`,
      });
    watch(`${root}/watch${scope}/${plural}`, `watch${title}${scoped}List`, 'watchlist');
    watch(`${root}/watch${scope}/${plural}/{name}`, `watch${title}${scoped}`, 'watch');
    if (namespaced) watch(`${root}/watch/${plural}`, `watch${title}${kind}ListForAllNamespaces`, 'watchlist');
  }
  for (const subresource of subresources) addSubresource(definition, subresource, { item, title, scoped, object, add });
  return { paths, schemas };
}

interface SubresourceSite {
  readonly item: string;
  readonly title: string;
  readonly scoped: string;
  readonly object: string;
  readonly add: (path: string, method: Method, operation: Omit<Operation, 'tag' | 'custom'>) => void;
}

function addSubresource(
  parent: KindDefinition,
  subresource: Subresource,
  { item, title, scoped, object, add }: SubresourceSite,
): void {
  const path = `${item}/${subresource.name}`;
  const suffix = `${title}${scoped}${title1(subresource.name)}`;
  const about = `${subresource.name} of a ${parent.kind}`;
  switch (subresource.type) {
    case 'update':
    case 'scale': {
      const scale = subresource.type === 'scale';
      const base = scale ? { gvk: SCALE, object: SCALE_SCHEMA } : { gvk: parent, object };
      const verbs: readonly string[] = scale
        ? ['get', 'update', 'patch']
        : (subresource.verbs ?? ['get', 'update', 'patch']);
      if (verbs.includes('get'))
        add(path, 'get', { ...base, id: `read${suffix}`, action: 'get', about: `read ${about}` });
      if (verbs.includes('update'))
        add(path, 'put', {
          ...base,
          id: `replace${suffix}`,
          action: 'put',
          body: base.object,
          query: parameters.WRITE,
          about: `replace ${about}`,
        });
      if (verbs.includes('patch'))
        add(path, 'patch', {
          ...base,
          id: `patch${suffix}`,
          action: 'patch',
          query: parameters.PATCH,
          about: `change ${about}`,
        });
      return;
    }
    case 'create': {
      const posted = subresource.schema.openapi;
      if (posted !== undefined)
        add(path, 'post', {
          gvk: subresource.kind,
          object: posted,
          body: posted,
          id: `create${suffix}`,
          action: 'post',
          query: parameters.WRITE,
          about: `create ${about}`,
        });
      return;
    }
    case 'connect': {
      if (subresource.name === 'log') {
        add(path, 'get', {
          gvk: parent,
          id: `read${suffix}`,
          action: 'get',
          query: parameters.LOG,
          about: `read ${about}`,
        });
        return;
      }
      const proxy = subresource.name === 'proxy';
      const methods: readonly Method[] = proxy
        ? ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']
        : ['get', 'post'];
      for (const at of proxy ? [path, `${path}/{path}`] : [path]) {
        for (const method of methods)
          add(at, method, {
            gvk: subresource.kind,
            id: `connect${title}${title1(method)}${scoped}${title1(subresource.name)}${at === path ? '' : 'WithPath'}`,
            action: 'connect',
            about: `connect to ${about}`,
          });
      }
    }
  }
}

interface Operation {
  readonly gvk: GroupVersionKind;
  readonly id: string;
  readonly action: string;
  readonly about: string;
  readonly tag: string;
  /** Of a kind that was made at run time: no protobuf, no strategic patches. */
  readonly custom: boolean;
  /** Schema of the answer; undefined: text. */
  readonly object?: string;
  readonly body?: string;
  readonly query?: readonly parameters.Parameter[];
}

const ANSWERS: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAMS: readonly string[] = [
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
];
const PATCHES: readonly string[] = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

function operationBody(operation: Operation, method: Method, schemas: Set<string>): unknown {
  const ref = (name: string): unknown => {
    schemas.add(name);
    return { $ref: `#/components/schemas/${name}` };
  };
  const content = (types: readonly string[], name: string): unknown =>
    Object.fromEntries(types.map((t) => [t, { schema: ref(name) }]));
  const { id, about, tag, action, gvk, object, body, query, custom } = operation;
  const plain = (types: readonly string[]): readonly string[] =>
    custom ? types.filter((type) => !/protobuf|strategic/.test(type)) : types;
  const streams = action === 'list' || action.startsWith('watch');
  const answer =
    object === undefined
      ? { description: 'OK', content: { '*/*': { schema: { type: 'string' } } } }
      : { description: 'OK', content: content(plain(streams && !custom ? [...ANSWERS, ...STREAMS] : ANSWERS), object) };
  const codes =
    method === 'post' && action === 'post'
      ? ['200', '201', '202']
      : method === 'put' || method === 'patch'
        ? ['200', '201']
        : action === 'delete'
          ? ['200', '202']
          : ['200'];
  return {
    tags: [tag],
    description: about,
    operationId: id,
    ...(query && { parameters: query }),
    ...(body !== undefined && {
      requestBody: {
        content: { '*/*': { schema: ref(body) } },
        ...(action !== 'delete' && action !== 'deletecollection' && { required: true }),
      },
    }),
    ...(action === 'patch' && { requestBody: { content: content(plain(PATCHES), `${META}.Patch`), required: true } }),
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, { ...answer, description: DESCRIPTIONS[code] }])),
      '401': { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: gvk.group, version: gvk.version, kind: gvk.kind },
  };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted' };

function pathParameters(path: string): readonly parameters.Parameter[] {
  return [
    ...(path.includes('{name}') ? [parameters.NAME] : []),
    ...(path.includes('{namespace}') ? [parameters.NAMESPACE] : []),
    ...(path.includes('{path}') ? [parameters.PATH] : []),
    parameters.PRETTY,
  ];
}

/** `rbac.authorization.k8s.io` is RbacAuthorization, the core group is Core, `v1` is V1. */
function title1(text: string): string {
  if (text === '') return 'Core';
  const words = text.replace(/\.k8s\.io$/, '').split('.');
  return words.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join('');
}
