import { canonicalQuantity, parseToLabelSelector, QuantityProblem } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { Exit, NoResourceMatch } from '../errors.ts';
import { type Generator, intOrString, objectOf } from './generate.ts';

/** `kubectl create namespace` */
export const namespace: Generator = {
  check(_, name) {
    if (name === '') throw new Error('name must be specified');
  },
  make: (_, name) => objectOf('v1', 'Namespace', { name }, {}),
};

/** `kubectl create serviceaccount` */
export const serviceAccount: Generator = {
  failure: 'failed to create serviceaccount: ',
  check(_, name) {
    if (name === '') throw new Error('name must be specified');
  },
  make: (_, name) => objectOf('v1', 'ServiceAccount', { name }, {}),
};

/** `kubectl create priorityclass` */
export const priorityClass: Generator = {
  failure: 'failed to create priorityclass: ',
  make({ flags }, name) {
    const description = flags.string('description');
    return objectOf(
      'scheduling.k8s.io/v1',
      'PriorityClass',
      { name },
      {
        value: flags.number('value'),
        ...(flags.bool('global-default') && { globalDefault: true }),
        ...(description !== '' && { description }),
        preemptionPolicy: flags.string('preemption-policy'),
      },
    );
  },
};

/** `kubectl create quota` */
export const quota: Generator = {
  failure: 'failed to create quota: ',
  check(_, name) {
    if (name === '') throw new Error('name must be specified');
  },
  make({ flags }, name) {
    const hard = flags.string('hard');
    const scopes = flags.string('scopes');
    const spec = {
      ...(hard !== '' && { hard: resourceList(hard) }),
      ...(scopes !== '' && { scopes: scopes.split(',').map(scope) }),
    };
    return objectOf('v1', 'ResourceQuota', { name }, { spec });
  },
};

function scope(text: string): string {
  if (text === '') throw new Error('invalid resource quota scope ""');
  return text;
}

/** `cpu=1,memory=1Gi`. @throws {Error} */
export function resourceList(text: string): Readonly<Record<string, string>> {
  const list: Record<string, string> = {};
  for (const statement of text.split(',')) {
    const [name = '', amount, ...more] = statement.split('=');
    if (amount === undefined || more.length > 0) {
      throw new Error(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    }
    list[name] = quantity(amount);
  }
  return list;
}

/** @throws {Error} with Go's text */
function quantity(text: string): string {
  try {
    return canonicalQuantity(text);
  } catch (error) {
    if (error instanceof QuantityProblem) throw new Error(error.message);
    throw error;
  }
}

/** `kubectl create poddisruptionbudget` */
export const podDisruptionBudget: Generator = {
  failure: 'failed to create poddisruptionbudgets: ',
  check({ flags }, name) {
    if (name === '') throw new Error('name must be specified');
    if (flags.string('selector') === '') throw new Error('a selector must be specified');
    const min = flags.string('min-available');
    const max = flags.string('max-unavailable');
    if (min === '' && max === '') throw new Error('one of min-available or max-unavailable must be specified');
    if (min !== '' && max !== '') throw new Error('min-available and max-unavailable cannot be both specified');
    for (const [name, text] of [
      ['min-available', min],
      ['max-unavailable', max],
    ] as const) {
      if (text !== '' && !/^[0-9]+%?$/.test(text)) throw new Error(`invalid format specified for ${name}`);
    }
  },
  make({ flags }, name) {
    const min = flags.string('min-available');
    return objectOf(
      'policy/v1',
      'PodDisruptionBudget',
      { name },
      {
        spec: {
          ...(min === ''
            ? { maxUnavailable: intOrString(flags.string('max-unavailable')) }
            : { minAvailable: intOrString(min) }),
          selector: parseToLabelSelector(flags.string('selector')),
        },
      },
    );
  },
};

const RBAC = 'rbac.authorization.k8s.io';
const RESOURCE_VERBS = new Set([
  '*',
  'get',
  'delete',
  'list',
  'create',
  'update',
  'patch',
  'watch',
  'proxy',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
]);
const URL_VERBS = new Set(['*', 'get', 'put', 'post', 'head', 'options', 'delete', 'patch']);
const ROLES = [`roles.${RBAC}`, `clusterroles.${RBAC}`];
/** Verbs that are meant for a few resources only. */
const SPECIAL_VERBS: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: ROLES,
  escalate: ROLES,
  impersonate: ['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io'],
};

interface RuleResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

function verbsOf({ flags }: CommandContext): readonly string[] {
  const verbs = flags.strings('verb');
  return verbs.includes('*') ? ['*'] : [...new Set(verbs)];
}

/** `pods`, `deployments.apps/scale`; `*` alone means all. */
function resourcesOf({ flags }: CommandContext): readonly RuleResource[] {
  const all: RuleResource[] = [];
  for (const text of flags.strings('resource')) {
    const slash = text.indexOf('/');
    const whole = slash < 0 ? text : text.slice(0, slash);
    const dot = whole.indexOf('.');
    const one = {
      resource: dot < 0 ? whole : whole.slice(0, dot),
      group: dot < 0 ? '' : whole.slice(dot + 1),
      subresource: slash < 0 ? '' : text.slice(slash + 1),
    };
    if (text === '*') return [one];
    all.push(one);
  }
  return all;
}

function resolved(
  discovery: Discovery,
  { resource, group }: RuleResource,
): { resource: string; group: string } | undefined {
  const found = discovery.resourceFor(resource, group);
  return found === undefined ? undefined : { resource: found.name, group: found.group };
}

/** @throws {Exit} with what is wrong, told without a prefix when there is no such type */
async function checkKnown(context: CommandContext): Promise<void> {
  try {
    await context.api().known((discovery) => checkResources(context, discovery), 2);
  } catch (error) {
    throw error instanceof NoResourceMatch ? new Exit(1, error.message) : error;
  }
}

function checkResources(context: CommandContext, discovery: Discovery): void {
  for (const each of resourcesOf(context)) {
    if (each.resource === '') throw new Error('resource must be specified if apiGroup/subresource specified');
    if (each.resource === '*') return;
    const found = resolved(discovery, each);
    let isKnown = found !== undefined;
    const { resource, group } = found ?? each;
    for (const verb of verbsOf(context)) {
      const special = SPECIAL_VERBS[verb];
      if (special === undefined) continue;
      if (!special.includes(`${resource}.${group}`)) {
        throw new Error(`can not perform '${verb}' on '${resource}' in group '${group}'`);
      }
      isKnown = true;
    }
    if (!isKnown) throw new NoResourceMatch(each.resource, each.group);
  }
}

function warnVerbs(context: CommandContext): void {
  for (const verb of verbsOf(context)) {
    if (!RESOURCE_VERBS.has(verb)) context.err.write(`Warning: '${verb}' is not a standard resource verb\n`);
  }
}

async function rulesOf(context: CommandContext, urls: readonly string[]): Promise<readonly unknown[]> {
  const discovery = await context.api().discovery();
  const byGroup = new Map<string, string[]>();
  for (const each of resourcesOf(context)) {
    const { resource, group } = resolved(discovery, each) ?? each;
    const name = each.subresource === '' ? resource : `${resource}/${each.subresource}`;
    const names = byGroup.get(group) ?? [];
    if (!names.includes(name)) byGroup.set(group, [...names, name]);
  }
  const resourceNames = [...new Set(context.flags.strings('resource-name'))];
  const verbs = verbsOf(context);
  return [
    ...[...byGroup.keys()].sort().map((group) => ({
      verbs,
      apiGroups: [group],
      resources: byGroup.get(group),
      ...(resourceNames.length > 0 && { resourceNames }),
    })),
    ...(urls.length > 0 ? [{ verbs, nonResourceURLs: urls }] : []),
  ];
}

/** `kubectl create role` */
export const role: Generator = {
  async check(context, name) {
    if (name === '') throw new Error('name must be specified');
    if (verbsOf(context).length === 0) throw new Error('at least one verb must be specified');
    warnVerbs(context);
    if (resourcesOf(context).length === 0) throw new Error('at least one resource must be specified');
    await checkKnown(context);
  },
  make: async (context, name) => objectOf(`${RBAC}/v1`, 'Role', { name }, { rules: await rulesOf(context, []) }),
};

/** `kubectl create clusterrole` */
export const clusterRole: Generator = {
  async check(context, name) {
    const { flags } = context;
    if (name === '') throw new Error('name must be specified');
    const verbs = verbsOf(context);
    const resources = resourcesOf(context);
    const urls = flags.strings('non-resource-url');
    if (Object.keys(flags.map('aggregation-rule')).length > 0) {
      if (urls.length > 0 || verbs.length > 0 || resources.length > 0 || flags.strings('resource-name').length > 0) {
        throw new Error(
          'aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames',
        );
      }
      return;
    }
    if (verbs.length === 0) throw new Error('at least one verb must be specified');
    if (resources.length === 0 && urls.length === 0) {
      throw new Error('one of resource or nonResourceURL must be specified');
    }
    if (resources.length > 0) {
      warnVerbs(context);
      await checkKnown(context);
    }
    checkUrls(verbs, urls);
  },
  async make(context, name) {
    const labels = context.flags.map('aggregation-rule');
    if (Object.keys(labels).length > 0) {
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels: labels }] };
      return objectOf(`${RBAC}/v1`, 'ClusterRole', { name }, { rules: null, aggregationRule });
    }
    const urls = [...new Set(context.flags.strings('non-resource-url'))];
    return objectOf(`${RBAC}/v1`, 'ClusterRole', { name }, { rules: await rulesOf(context, urls) });
  },
};

function checkUrls(verbs: readonly string[], urls: readonly string[]): void {
  if (urls.length === 0) return;
  const bad = verbs.find((verb) => !URL_VERBS.has(verb));
  if (bad !== undefined) throw new Error(`invalid verb: '${bad}' for nonResourceURL`);
  for (const url of urls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) throw new Error('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*')) {
      throw new Error("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
  }
}

function subjectsOf({ flags }: CommandContext): readonly unknown[] {
  return [
    ...flags.strings('user').map((name) => ({ kind: 'User', apiGroup: RBAC, name })),
    ...flags.strings('group').map((name) => ({ kind: 'Group', apiGroup: RBAC, name })),
    ...flags.strings('serviceaccount').map((text) => {
      const [home, name, ...more] = text.split(':');
      if (!home || !name || more.length > 0) throw new Error('serviceaccount must be <namespace>:<name>');
      return { kind: 'ServiceAccount', name, namespace: home };
    }),
  ];
}

/** `kubectl create rolebinding` */
export const roleBinding: Generator = {
  failure: 'failed to create rolebinding: ',
  check({ flags }, name) {
    if (name === '') throw new Error('name must be specified');
    if ((flags.string('clusterrole') === '') === (flags.string('role') === '')) {
      throw new Error('exactly one of clusterrole or role must be specified');
    }
  },
  make(context, name) {
    const own = context.flags.string('role');
    const roleRef = {
      apiGroup: RBAC,
      kind: own === '' ? 'ClusterRole' : 'Role',
      name: own === '' ? context.flags.string('clusterrole') : own,
    };
    return bindingOf('RoleBinding', name, roleRef, subjectsOf(context));
  },
};

/** `kubectl create clusterrolebinding` */
export const clusterRoleBinding: Generator = {
  failure: 'failed to create clusterrolebinding: ',
  make(context, name) {
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: context.flags.string('clusterrole') };
    return bindingOf('ClusterRoleBinding', name, roleRef, subjectsOf(context));
  },
};

const bindingOf = (kind: string, name: string, roleRef: unknown, subjects: readonly unknown[]) =>
  objectOf(`${RBAC}/v1`, kind, { name }, { ...(subjects.length > 0 && { subjects }), roleRef });
